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
  readonly total: Counts;
  readonly current: Counts;
}

const zero = (): Counts => ({ ready: 0, started: 0, processed: 0, completed: 0 });

/** Counts one kind of work: in all, and since the enclosing loop began. */
export class Progress {
  readonly total: Counts = zero();
  readonly current: Counts = zero();

  /** Counts one unit as having reached a point. */
  count(point: keyof Counts): void {
    this.total[point]++;
    this.current[point]++;
  }

  /** The enclosing loop begins anew. */
  resetCurrent(): void {
    Object.assign(this.current, zero());
  }

  stateDict(): ProgressState {
    return { total: { ...this.total }, current: { ...this.current } };
  }

  loadStateDict({ total, current }: ProgressState): void {
    Object.assign(this.total, total);
    Object.assign(this.current, current);
  }
}

/** True for counters as {@link Progress} saves them: whole numbers from 0 up. */
export function isProgressState(value: unknown): value is ProgressState {
  const isCounts = (counts: unknown) =>
    isRecord(counts) &&
    Object.keys(zero()).every((key) => Number.isSafeInteger(counts[key]) && Number(counts[key]) >= 0);
  return isRecord(value) && isCounts(value.total) && isCounts(value.current);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
