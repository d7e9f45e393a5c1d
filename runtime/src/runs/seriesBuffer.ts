/** One metric of a run, by column; the arrays are equally long. */
export interface RunSeries {
  /** How many points were logged. */
  readonly total: number;
  /** Each so many-th point is held; 1 while all are. */
  readonly stride: number;
  readonly step: Float64Array;
  readonly epoch: Float64Array;
  /** Milliseconds since the Unix epoch. */
  readonly times: Float64Array;
  /** May hold NaN and infinities. */
  readonly values: Float64Array;
  /** The newest value, held or not; NaN when there is none. */
  readonly last: number;
}

type Point = readonly [step: number, epoch: number, time: number, value: number];

/** Collects points in bounded memory: when there is no room left, each second one is dropped, from then on as well. */
export class SeriesBuffer {
  readonly #maxPoints: number;
  #columns = [0, 1, 2, 3].map(() => new Float64Array(64));
  #length = 0;
  #total = 0;
  #stride = 1;
  #last = Number.NaN;

  /** @param maxPoints at least 2 */
  constructor(maxPoints: number) {
    this.#maxPoints = maxPoints;
  }

  add(...point: Point): void {
    this.#last = point[3];
    const isHeld = this.#total % this.#stride === 0;
    this.#total++;
    if (!isHeld) return;
    if (this.#length === this.#maxPoints) {
      this.#thin();
      if ((this.#total - 1) % this.#stride !== 0) return;
    }
    if (this.#length === this.#columns[0]?.length) this.#grow();
    for (const [i, column] of this.#columns.entries()) column[this.#length] = point[i] as number;
    this.#length++;
  }

  /** What was collected so far: copies, which later points do not change. */
  toSeries(): RunSeries {
    const [step, epoch, times, values] = this.#columns.map((column) => column.slice(0, this.#length)) as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    return { total: this.#total, stride: this.#stride, step, epoch, times, values, last: this.#last };
  }

  #grow(): void {
    const size = Math.min(this.#length * 2, this.#maxPoints);
    this.#columns = this.#columns.map((column) => {
      const larger = new Float64Array(size);
      larger.set(column);
      return larger;
    });
  }

  #thin(): void {
    this.#stride *= 2;
    const kept = Math.ceil(this.#length / 2);
    for (const column of this.#columns) for (let i = 0; i < kept; i++) column[i] = column[2 * i] as number;
    this.#length = kept;
  }
}
