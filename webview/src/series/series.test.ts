import { describe, expect, it } from 'vitest';
import { Series, type SeriesCursor } from './series.js';

const MAX = 100;

function filled(values: readonly number[]): Series {
  const series = new Series();
  values.forEach((value, index) => {
    series.append(index, value);
  });
  return series;
}

function drawn(series: Series, max = MAX): [number, number][] {
  const { patch } = series.patch(max);
  return [...patch.x].map((x, i) => [x, patch.y[i] as number]);
}

const wave = (length: number) => Array.from({ length }, (_, i) => Math.sin(i * 12.9898) * 43.5);

describe('Series', () => {
  it('draws every point while they are few', () => {
    expect(drawn(filled([3, 1, 2]))).toEqual([
      [0, 3],
      [1, 1],
      [2, 2],
    ]);
  });

  it.each([98, 99, 100, 101, 250, 1_000, 4_096, 100_003])('never draws more than it may: %i points', (length) => {
    expect(drawn(filled(wave(length))).length).toBeLessThanOrEqual(MAX);
  });

  it.each([150, 1_024, 10_007])('keeps the first, the last, the lowest and the highest of %i points', (length) => {
    const values = wave(length);
    const low = values.indexOf(Math.min(...values));
    const high = values.indexOf(Math.max(...values));
    const points = drawn(filled(values));
    expect(points[0]).toEqual([0, values[0]]);
    expect(points.at(-1)).toEqual([length - 1, values.at(-1)]);
    expect(points).toContainEqual([low, values[low]]);
    expect(points).toContainEqual([high, values[high]]);
  });

  it('gives points in order of x', () => {
    const xs = drawn(filled(wave(5_000))).map(([x]) => x);
    expect(xs).toEqual([...xs].sort((a, b) => a - b));
  });

  it('gives a reader who follows the same points as one who comes late', () => {
    const series = new Series();
    let cursor: SeriesCursor | undefined;
    let held: [number, number][] = [];
    for (const [index, value] of wave(3_000).entries()) {
      series.append(index, value);
      if (index % 7 !== 0 && index !== 2_999) continue;
      const next = series.patch(MAX, cursor);
      cursor = next.cursor;
      const added = [...next.patch.x].map((x, i): [number, number] => [x, next.patch.y[i] as number]);
      held = [...held.slice(0, next.patch.keep), ...added];
    }
    expect(held).toEqual(drawn(series));
  });

  it('sends little for little: a new point does not send the settled ones again', () => {
    const series = filled(wave(1_000));
    const { cursor } = series.patch(MAX);
    series.append(1_000, 0);
    const { patch } = series.patch(MAX, cursor);
    expect(patch.x.length).toBeLessThanOrEqual(4);
    expect(patch.keep).toBe(cursor.settledPoints);
  });

  it('draws values that are not finite as a gap, and counts them', () => {
    const series = filled([1, Number.NaN, Number.POSITIVE_INFINITY, 2]);
    expect(drawn(series)).toEqual([
      [0, 1],
      [1, Number.NaN],
      [2, Number.NaN],
      [3, 2],
    ]);
    expect(series.notFinite).toBe(2);
  });

  it('keeps a gap where a whole bucket is not finite', () => {
    const values = wave(1_000).map((value, i) => (i >= 400 && i < 600 ? Number.NaN : value));
    const gaps = drawn(filled(values)).filter(([, y]) => Number.isNaN(y));
    expect(gaps.length).toBeGreaterThan(0);
    for (const [x] of gaps) expect(x >= 400 && x < 600).toBe(true);
  });

  it('survives a series without one finite value', () => {
    const points = drawn(filled(Array.from({ length: 500 }, () => Number.NaN)));
    expect(points.length).toBeLessThanOrEqual(MAX);
    expect(points.every(([, y]) => Number.isNaN(y))).toBe(true);
  });

  it('puts a step that goes back in its place, and tells readers to take all anew', () => {
    const values = wave(600);
    const late = 137;
    const series = new Series();
    values.forEach((value, x) => {
      if (x !== late) series.append(x, value);
    });
    const { cursor } = series.patch(MAX);
    series.append(late, values[late] as number);
    expect(series.patch(MAX, cursor).patch.keep).toBe(0);
    expect(drawn(series)).toEqual(drawn(filled(values)));
  });

  it('knows its latest value', () => {
    expect(filled([1, 5, 4]).last).toBe(4);
    expect(new Series().last).toBeNaN();
  });
});
