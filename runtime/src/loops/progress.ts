/** How far a unit of work came. Source: PyTorch Lightning, `loops/progress.py`; names as in its checkpoints. */
export interface Counts {
  /** Fetched. */
  ready: number;
  /** Its start hook was called. */
  started: number;
  /** Its work was done. */
  processed: number;
  /** Its end hook was called. */
  completed: number;
}

/** Counters as a checkpoint holds them. */
export interface ProgressState {
  readonly total: Readonly<Partial<Counts>>;
  readonly current: Readonly<Partial<Counts>>;
}

const zero = (): Counts => ({ ready: 0, started: 0, processed: 0, completed: 0 });

/** Points that a unit of work passes, in order; some kinds of work have fewer. */
const POINTS = ['ready', 'started', 'processed', 'completed'] as const satisfies readonly (keyof Counts)[];

/** Counts one kind of work: in all, and since the enclosing loop began. */
export class Progress {
  readonly total: Counts = zero();
  readonly current: Counts = zero();
  readonly #points: readonly (keyof Counts)[];

  /** @param points those that this kind of work passes, and a checkpoint holds; default all */
  constructor(points: readonly (keyof Counts)[] = POINTS) {
    this.#points = points;
  }

  /** Counts one unit as having reached a point. */
  count(point: keyof Counts): void {
    this.total[point]++;
    this.current[point]++;
  }

  /** Forgets everything: this kind of work is counted for one run of its loop only. */
  reset(): void {
    Object.assign(this.total, zero());
    this.resetCurrent();
  }

  /** The enclosing loop begins anew. */
  resetCurrent(): void {
    Object.assign(this.current, zero());
  }

  stateDict(): ProgressState {
    const pick = (counts: Counts) => Object.fromEntries(this.#points.map((point) => [point, counts[point]]));
    return { total: pick(this.total), current: pick(this.current) };
  }

  loadStateDict({ total, current }: ProgressState): void {
    Object.assign(this.total, total);
    Object.assign(this.current, current);
  }
}

/** True for counters as {@link Progress} saves them: whole numbers from 0 up, of the first and the last point at least. */
export function isProgressState(value: unknown): value is ProgressState {
  const isCounts = (counts: unknown) =>
    isRecord(counts) &&
    POINTS.every((point) => isCount(counts[point]) || (counts[point] === undefined && !ENDS.has(point)));
  return isRecord(value) && isCounts(value.total) && isCounts(value.current);
}

const ENDS: ReadonlySet<keyof Counts> = new Set(['ready', 'completed']);

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
