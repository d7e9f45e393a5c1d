import type { MetricColumn, MetricRows } from 'lightning-tfjs/protocol';
import { RowTable } from './rowTable.js';
import { Series, type SeriesCursor, type SeriesPatch } from './series.js';

/** How many points a chart draws of one series: about one a pixel, and cheap for chart.js. */
export const DEFAULT_MAX_POINTS = 1000;

/** The part of a `metrics` event, unpacked, that charts need. */
export type MetricColumns = Pick<MetricRows, 'step' | 'epoch' | 'times' | 'series'>;

/** A change of what a chart draws, with all that an x-axis may show. */
export interface TimedPatch extends Omit<SeriesPatch, 'rows'> {
  readonly epoch: Float64Array;
  /** Milliseconds since the Unix epoch. */
  readonly time: Float64Array;
}

/** Part of an axis, both ends included. */
export interface AxisWindow {
  readonly axis: 'step' | 'epoch' | 'time';
  readonly from: number;
  readonly to: number;
}

/** All metrics of one run, by name, in the order in which they came. */
export class SeriesStore {
  // A Map: a metric may be called `__proto__`.
  readonly #series = new Map<string, Series>();
  readonly #rows = new RowTable();

  /** Takes in new rows, and returns the names of the metrics in them. */
  append({ step, epoch, times, series }: MetricColumns): string[] {
    const firstRow = this.#rows.append(epoch, times);
    const changed: string[] = [];
    for (const [name, column] of series) {
      if (this.#append(name, step, column, firstRow)) changed.push(name);
    }
    return changed;
  }

  /** The metric of that name, or undefined when it was never logged. */
  get(name: string): Series | undefined {
    return this.#series.get(name);
  }

  /** The names of all metrics. */
  names(): string[] {
    return [...this.#series.keys()];
  }

  /** What to draw of a metric, as a change of what the reader has; see {@link Series.patch}. Undefined when it was never logged. */
  patch(name: string, since?: SeriesCursor): { patch: TimedPatch; cursor: SeriesCursor } | undefined {
    const found = this.#series.get(name)?.patch(DEFAULT_MAX_POINTS, since);
    return found && { patch: this.#timed(found.patch), cursor: found.cursor };
  }

  /** What to draw of a part of a metric, with one point more on each side, so that the line goes on. Undefined when it was never logged. */
  window(name: string, { axis, from, to }: AxisWindow): TimedPatch | undefined {
    const series = this.#series.get(name);
    if (!series) return undefined;
    const place = (index: number) => {
      const [step, , row] = series.point(index);
      if (axis === 'step') return step;
      return axis === 'epoch' ? this.#rows.epoch(row) : this.#rows.time(row);
    };
    const first = firstWhere(series.length, (index) => place(index) >= from);
    const end = firstWhere(series.length, (index) => place(index) > to);
    return this.#timed(series.window(first - 1, end + 1, DEFAULT_MAX_POINTS));
  }

  /** Every point of a metric, in order of step. */
  *points(name: string): Generator<{ step: number; epoch: number; time: number; value: number }> {
    const series = this.#series.get(name);
    for (let i = 0; series && i < series.length; i++) {
      const [step, value, row] = series.point(i);
      yield { step, epoch: this.#rows.epoch(row), time: this.#rows.time(row), value };
    }
  }

  #timed({ keep, x, y, rows }: SeriesPatch): TimedPatch {
    return {
      keep,
      x,
      y,
      epoch: Float64Array.from(rows, (row) => this.#rows.epoch(row)),
      time: Float64Array.from(rows, (row) => this.#rows.time(row)),
    };
  }

  #append(name: string, step: Float64Array, { rows, values }: MetricColumn, firstRow: number): boolean {
    if (rows.length === 0) return false;
    this.#of(name).appendAll(step, rows, values, firstRow);
    return true;
  }

  #of(name: string): Series {
    let series = this.#series.get(name);
    if (!series) {
      series = new Series();
      this.#series.set(name, series);
    }
    return series;
  }
}

/** The first of `count` places at which `holds`, which then holds for all after it; `count` when it holds nowhere. */
function firstWhere(count: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
