import type { MetricsEvent } from './events.js';
import {
  countLength,
  isValueColumn,
  type MetricColumn,
  packCounts,
  packValues,
  unpackCounts,
  unpackValues,
  type ValueColumn,
} from './packedColumns.js';

/** A packed event unpacks to at most so many numbers: a short line must not fill the memory of its reader. */
export const MAX_METRIC_CELLS = 2 ** 20;

/** The rows of a `metrics` event, by column, as numbers. */
export interface MetricRows {
  /** How many rows there are. */
  readonly count: number;
  readonly step: Float64Array;
  readonly epoch: Float64Array;
  /** Milliseconds since the Unix epoch. */
  readonly times: Float64Array;
  /** By metric, in the order in which they came. A Map: a metric may be called `__proto__`. */
  readonly series: ReadonlyMap<string, MetricColumn>;
}

/** One row that goes to the loggers. */
export interface MetricRow {
  readonly step: number;
  readonly epoch: number;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  readonly values: Readonly<Record<string, number>>;
}

/**
 * Packs rows for a `metrics` event: about 12 bytes a row with one float32 metric. Give it at most {@link MAX_METRIC_CELLS} numbers.
 * @param time when it is sent, in milliseconds since the Unix epoch
 */
export function packMetrics(rows: readonly MetricRow[], time: number): MetricsEvent {
  const series = new Map<string, { readonly values: number[]; readonly rows: number[] }>();
  for (const [index, row] of rows.entries()) {
    for (const name of Object.keys(row.values)) {
      let column = series.get(name);
      if (!column) {
        column = { values: [], rows: [] };
        series.set(name, column);
      }
      column.values.push(row.values[name] as number); // just listed
      column.rows.push(index);
    }
  }
  const packed = [...series].map(([name, column]): [string, ValueColumn] => [
    name,
    packValues(column.values, column.rows, rows.length),
  ]);
  return {
    type: 'metrics',
    time,
    step: packCounts(rows.map(({ step }) => step)),
    epoch: packCounts(rows.map(({ epoch }) => epoch)),
    times: packCounts(rows.map((row) => row.time)),
    series: Object.fromEntries(packed),
  };
}

/** The rows of a `metrics` event that {@link isRunEvent} took, whether they travelled plain or packed. */
export function unpackMetrics({ step, epoch, times, series }: MetricsEvent): MetricRows {
  const steps = unpackCounts(step);
  const count = steps.length;
  return {
    count,
    step: steps,
    epoch: unpackCounts(epoch),
    times: unpackCounts(times),
    series: new Map(Object.entries(series).map(([name, column]) => [name, unpackValues(column, count)])),
  };
}

/** True for columns that are well-formed, equally long, and not too long when they are packed. */
export function areMetricColumns(event: Readonly<Record<keyof MetricsEvent, unknown>>): boolean {
  const { step, epoch, times, series } = event;
  const count = countLength(step);
  if (count === undefined || typeof series !== 'object' || series === null || Array.isArray(series)) return false;
  const columns: unknown[] = Object.values(series);
  const isPlain = [step, epoch, times, ...columns].every(Array.isArray); // a line as long as what it holds
  if (!isPlain && count * (3 + columns.length) > MAX_METRIC_CELLS) return false;
  if (countLength(epoch) !== count || countLength(times) !== count) return false;
  return columns.every((column) => isValueColumn(column, count));
}
