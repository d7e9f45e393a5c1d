import { fromWireNumber, type MetricsEvent } from 'lightning-tfjs/protocol';
import { Series } from './series.js';

/** How many points a chart draws of one series: about one a pixel, and cheap for chart.js. */
export const DEFAULT_MAX_POINTS = 1000;

/** The part of a `metrics` event that charts need. */
export type MetricColumns = Pick<MetricsEvent, 'step' | 'series'>;

/** All metrics of one run, by name, in the order in which they came. */
export class SeriesStore {
  // A Map: a metric may be called `__proto__`.
  readonly #series = new Map<string, Series>();

  /** Takes in new rows, and returns the names of the metrics in them. */
  append({ step, series }: MetricColumns): string[] {
    const changed: string[] = [];
    for (const [name, column] of Object.entries(series)) {
      if (this.#append(name, step, column)) changed.push(name);
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

  #append(name: string, step: readonly number[], column: MetricColumns['series'][string]): boolean {
    let some = false;
    for (const [row, value] of column.entries()) {
      const x = step[row];
      if (value === null || x === undefined) continue;
      this.#of(name).append(x, fromWireNumber(value));
      some = true;
    }
    return some;
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
