import { MAX_METRIC_CELLS, type MetricRow } from '../protocol/index.js';

/** A quarter of what readers take, and few enough rows that a line stays short. */
const MAX_CELLS = MAX_METRIC_CELLS / 4;
const MAX_ROWS = 16_384;
/** Step, epoch and time. */
const OWN_COLUMNS = 3;

/** Rows that wait to be sent together. */
export class RowBatch {
  #rows: MetricRow[] = [];
  #names = new Set<string>();

  get isEmpty(): boolean {
    return this.#rows.length === 0;
  }

  /** True when it should be sent before another row comes. */
  get isFull(): boolean {
    return this.#rows.length >= MAX_ROWS || this.#rows.length * (this.#names.size + OWN_COLUMNS) >= MAX_CELLS;
  }

  add(row: MetricRow): void {
    this.#rows.push(row);
    for (const name of Object.keys(row.values)) this.#names.add(name);
  }

  /** Empties it. */
  take(): MetricRow[] {
    const rows = this.#rows;
    this.#rows = [];
    this.#names = new Set();
    return rows;
  }
}
