import { describe, expect, it } from 'vitest';
import { extent, robustRange, scaled, shifted } from './ranges.js';

describe('ranges', () => {
  it('know the extent of what is finite', () => {
    expect(extent([3, Number.NaN, -1, Number.POSITIVE_INFINITY])).toEqual([-1, 3]);
    expect(extent([Number.NaN])).toBeUndefined();
  });

  it('cut outliers', () => {
    const values = Array.from({ length: 1000 }, (_, i) => i / 1000);
    const range = robustRange([...values, 1e9, -1e9, Number.NaN]);
    expect(range?.[0]).toBeGreaterThan(-0.1);
    expect(range?.[1]).toBeLessThan(1.1);
    expect(robustRange([1, 1, 1, 1])).toBeUndefined();
  });

  it('zoom about a point and move, linear and logarithmic', () => {
    expect(scaled([0, 10], 0.5, 4, false)).toEqual([2, 7]);
    expect(shifted([0, 10], 0.1, false)).toEqual([1, 11]);
    const [from, to] = scaled([1, 10_000], 0.5, 100, true);
    expect([from, to].map(Math.round)).toEqual([10, 1000]);
    expect(shifted([1, 100], 0.5, true).map(Math.round)).toEqual([10, 1000]);
  });
});
