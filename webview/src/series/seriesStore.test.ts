import { describe, expect, it } from 'vitest';
import { type MetricColumns, SeriesStore } from './seriesStore.js';

type Values = Readonly<Record<string, readonly (number | null)[]>>;

/** Rows as `unpackMetrics` gives them; null where a row has no value. */
function columns(step: readonly number[], series: Values): MetricColumns {
  const column = (values: readonly (number | null)[]) => ({
    rows: Uint32Array.from(values.flatMap((value, row) => (value === null ? [] : row))),
    values: Float64Array.from(values.filter((value) => value !== null)),
  });
  return {
    step: Float64Array.from(step),
    epoch: Float64Array.from(step, (one) => Math.floor(one / 10)),
    times: Float64Array.from(step, (one) => 1000 + one),
    series: new Map(Object.entries(series).map(([name, values]) => [name, column(values)])),
  };
}

describe('SeriesStore', () => {
  it('leaves out the rows that a metric is not part of', () => {
    const store = new SeriesStore();
    store.append(columns([0, 1, 2], { train_loss: [3, 2, 1], val_loss: [null, null, 1.5] }));
    expect(store.names()).toEqual(['train_loss', 'val_loss']);
    expect(store.get('val_loss')?.length).toBe(1);
    expect(store.get('val_loss')?.last).toBe(1.5);
  });

  it('names what changed', () => {
    const store = new SeriesStore();
    store.append(columns([0], { a: [1], b: [1] }));
    expect(store.append(columns([1], { a: [null], b: [2] }))).toEqual(['b']);
  });

  it('keeps numbers that are not finite', () => {
    const store = new SeriesStore();
    store.append(columns([0, 1, 2], { loss: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] }));
    expect(store.get('loss')?.notFinite).toBe(3);
    expect(store.get('loss')?.last).toBe(Number.NEGATIVE_INFINITY);
  });

  it('keeps hostile names as plain names', () => {
    const store = new SeriesStore();
    store.append(columns([0], JSON.parse('{"__proto__": [1], "constructor": [2]}')));
    expect(store.names()).toEqual(['__proto__', 'constructor']);
    expect(store.get('__proto__')?.last).toBe(1);
    expect(store.get('toString')).toBeUndefined();
  });

  const long = () => {
    const store = new SeriesStore();
    const steps = Array.from({ length: 100_000 }, (_, i) => i);
    store.append(columns(steps, { loss: steps.map((step) => (step === 50_003 ? 9 : step % 3)) }));
    return store;
  };

  it('tells the epoch and the time of each point, also when steps come out of order', () => {
    const store = new SeriesStore();
    store.append(columns([0, 20], { loss: [1, 2] }));
    store.append(columns([11], { loss: [3] }));
    const patch = store.patch('loss')?.patch;
    expect([...(patch?.x ?? [])]).toEqual([0, 11, 20]);
    expect([...(patch?.epoch ?? [])]).toEqual([0, 1, 2]);
    expect([...(patch?.time ?? [])]).toEqual([1000, 1011, 1020]);
    expect([...store.points('loss')].map(({ value }) => value)).toEqual([1, 3, 2]);
  });

  it.each([
    ['step', 50_000, 50_010],
    ['time', 51_000, 51_010],
  ] as const)('shows every point of a small part, by %s', (axis, from, to) => {
    const patch = long().window('loss', { axis, from, to });
    expect([...(patch?.x ?? [])]).toEqual(Array.from({ length: 13 }, (_, i) => 49_999 + i));
    expect(patch?.y).toContain(9);
  });

  it.each([
    [0, 99_999],
    [333, 77_777],
    [49_001, 51_999],
  ])('draws the part from %i to %i as few points, and no spike is lost', (from, to) => {
    const patch = long().window('loss', { axis: 'step', from, to });
    const x = [...(patch?.x ?? [])];
    expect(x.length).toBeLessThanOrEqual(1000);
    expect(x.length).toBeGreaterThan(100);
    expect(x).toEqual([...x].sort((a, b) => a - b));
    expect(patch?.y).toContain(9);
  });

  it('has nothing to show of a part in which nothing was logged, nor of a metric that was not', () => {
    expect(long().window('loss', { axis: 'step', from: 2e6, to: 3e6 })?.x.length).toBe(1);
    expect(long().window('other', { axis: 'step', from: 0, to: 1 })).toBeUndefined();
  });
});
