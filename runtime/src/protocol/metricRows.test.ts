import { describe, expect, it } from 'vitest';
import { isRunEvent, MAX_METRIC_CELLS, type MetricRow, packMetrics, parseRunEvent, unpackMetrics } from './index.js';

/** The rows after a journey through a line. */
function travel(rows: readonly MetricRow[]): MetricRow[] {
  const event = parseRunEvent(JSON.stringify(packMetrics(rows, 1)));
  if (event?.type !== 'metrics') throw new Error('no metrics');
  const { count, step, epoch, times, series } = unpackMetrics(event);
  const found = Array.from({ length: count }, (_, row) => ({
    step: step[row] as number,
    epoch: epoch[row] as number,
    time: times[row] as number,
    values: {} as Record<string, number>,
  }));
  for (const [name, column] of series) {
    for (const [i, row] of column.rows.entries()) {
      Object.defineProperty(found[row]?.values, name, { value: column.values[i], enumerable: true });
    }
  }
  return found;
}

const rows = (count: number, values: (row: number) => Record<string, number>): MetricRow[] =>
  Array.from({ length: count }, (_, row) => ({
    step: row,
    epoch: 0,
    time: 1_700_000_000_000 + row,
    values: values(row),
  }));

describe('packed metrics', () => {
  it.each<[string, MetricRow[]]>([
    ['no row', []],
    ['one row', rows(1, () => ({ loss: 0.1 }))],
    ['float32 numbers', rows(500, (row) => ({ loss: Math.fround(Math.sin(row) * 10 ** ((row % 60) - 30)) }))],
    ['float64 numbers', rows(50, (row) => ({ loss: Math.sin(row) }))],
    [
      'the ends of float32',
      rows(4, (row) => ({
        a: Math.fround([1e-45, 3.4028234663852886e38, 1.1754943508222875e-38, 16777217][row] ?? 0),
      })),
    ],
    [
      'numbers that JSON has not',
      rows(4, (row) => ({
        a: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Math.fround(0.1)][row] ?? 0,
      })),
    ],
    [
      'metrics in some rows only',
      rows(100, (row): Record<string, number> => {
        if (row % 10 === 9) return { val: row };
        return row % 3 === 0 ? {} : { loss: Math.fround(row / 7), lr: 1e-3 };
      }),
    ],
    [
      'names of Object.prototype',
      rows(5, () => JSON.parse('{"__proto__": 1, "constructor": 2}') as Record<string, number>),
    ],
    [
      'steps that go back, and are no whole numbers',
      rows(6, () => ({ a: 1 })).map((row, i) => ({ ...row, step: 3 - i / 2 })),
    ],
    [
      'steps that stand still and jump',
      rows(40, () => ({ a: 1 })).map((row, i) => ({ ...row, step: Math.floor(i / 7) * 50, epoch: i % 3 })),
    ],
  ])('come back to the bit: %s', (_name, given) => {
    expect(travel(given)).toEqual(given);
  });

  it('take about a dozen bytes a row', () => {
    const line = JSON.stringify(
      packMetrics(
        rows(10_000, (row) => ({ loss: Math.fround(Math.sin(row) ** 2) })),
        1,
      ),
    );
    expect(line.length / 10_000).toBeLessThan(13);
  });

  const event = { type: 'metrics', time: 1, step: [0, 1], epoch: [0, 0], times: [1, 2], series: { loss: [0.5, null] } };

  it('may stand in plain lists, as version 1 wrote them', () => {
    const parsed = parseRunEvent(JSON.stringify(event));
    const series = parsed?.type === 'metrics' ? unpackMetrics(parsed).series : undefined;
    expect(series?.get('loss')).toEqual({ rows: Uint32Array.of(0), values: Float64Array.of(0.5) });
  });

  it.each<[string, object]>([
    ['columns of different lengths', { epoch: [0] }],
    ['a run without its length', { step: { runs: [0, 1] } }],
    ['a run of nothing', { step: { runs: [0, 1, 0] } }],
    ['a run that goes backwards', { step: { runs: [0, 1, 3, 1, -2] } }],
    ['deltas that are no numbers', { step: { deltas: [0, '1'] } }],
    ['no deltas', { step: { deltas: [] } }],
    ['an unknown packing', { step: { zip: 'x' } }],
    ['too few values', { series: { loss: { f32: [1] } } }],
    ['values for other rows than there are', { series: { loss: { f32: [1], at: [2, 1] } } }],
    ['fewer values than places', { series: { loss: { f64: [1], at: [0, 2] } } }],
    ['two kinds of values', { series: { loss: { f32: [1, 2], f64: [1, 2] } } }],
    ['places that go back', { series: { loss: { f32: [1, 2], at: [-1, 2] } } }],
    ['half a pair of places', { series: { loss: { f32: [], at: [2] } } }],
    ['a value that is text', { series: { loss: ['0.5', 1] } }],
    ['columns in a list', { series: [] }],
  ])('are refused with %s', (_name, change) => {
    expect(isRunEvent({ ...event, ...change })).toBe(false);
  });

  it('are refused when a short line would fill the memory', () => {
    const packed = { runs: [0, 1, MAX_METRIC_CELLS] };
    expect(isRunEvent({ ...event, step: packed, epoch: packed, times: packed, series: {} })).toBe(false);
  });
});
