import { describe, expect, it } from 'vitest';
import { smoothed } from './smoothing.js';

const points = (...ys: number[]) => ys.map((y, x) => ({ x, y }));
const ys = (from: readonly { y: number }[]) => from.map(({ y }) => y);

describe('smoothed', () => {
  it('is the weighted mean of all values so far, with weights that fall off', () => {
    const w = 0.6;
    const values = [3, 1, 4, 1, 5];
    const expected = values.map((_, n) => {
      const weights = values.slice(0, n + 1).map((_value, i) => w ** (n - i));
      const sum = weights.reduce((total, weight) => total + weight, 0);
      return values.slice(0, n + 1).reduce((total, value, i) => total + (value * (weights[i] as number)) / sum, 0);
    });
    for (const [i, y] of ys(smoothed(points(...values), w)).entries()) expect(y).toBeCloseTo(expected[i] as number, 12);
  });

  it.each([0, 0.5, 0.99])('leaves a constant as it is, to the last bit, at %d', (weight) => {
    expect(ys(smoothed(points(...Array.from({ length: 500 }, () => 0.1)), weight))).toEqual(
      Array.from({ length: 500 }, () => 0.1),
    );
  });

  it('changes nothing at 0', () => {
    expect(ys(smoothed(points(1, 5, 2), 0))).toEqual([1, 5, 2]);
  });

  it('goes on after a gap', () => {
    expect(ys(smoothed(points(1, Number.NaN, 1), 0.9))).toEqual([1, Number.NaN, 1]);
  });
});
