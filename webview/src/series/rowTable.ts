/** When each row of a run was logged: its epoch and time. Rows are only ever added. */
export class RowTable {
  #epoch = new Float64Array(64);
  #time = new Float64Array(64);
  #length = 0;

  /** How many rows there are. */
  get length(): number {
    return this.#length;
  }

  /** Adds rows, and returns the number of the first. */
  append(epoch: Float64Array, time: Float64Array): number {
    const first = this.#length;
    this.#length += epoch.length;
    if (this.#length > this.#epoch.length) {
      const size = Math.max(this.#length, this.#epoch.length * 2);
      this.#epoch = grown(this.#epoch, size);
      this.#time = grown(this.#time, size);
    }
    this.#epoch.set(epoch, first);
    this.#time.set(time, first);
    return first;
  }

  /** The epoch of a row. */
  epoch(row: number): number {
    return this.#epoch[row] ?? 0;
  }

  /** The time of a row, in milliseconds since the Unix epoch. */
  time(row: number): number {
    return this.#time[row] ?? 0;
  }
}

function grown(from: Float64Array<ArrayBuffer>, size: number): Float64Array<ArrayBuffer> {
  const to = new Float64Array(size);
  to.set(from);
  return to;
}
