import { describe, expect, it } from 'vitest';
import { statsOf } from './tensorStats.js';

describe('statsOf', () => {
  it('leaves NaN out, and counts it', () => {
    expect(statsOf(Float32Array.of(1, Number.NaN, 3), 'float32')).toEqual({
      mean: 2,
      std: Math.SQRT2,
      min: 1,
      max: 3,
      nanCount: 1,
    });
  });

  it('keeps its digits where the mean is large', () => {
    expect(statsOf(Float64Array.of(1e9, 1e9 + 1, 1e9 + 2), 'float64')?.std).toBe(1);
  });

  it('has nothing to say of what has no numbers', () => {
    const none = { mean: Number.NaN, std: Number.NaN, min: Number.NaN, max: Number.NaN };
    expect(statsOf(new Float32Array(0), 'float32')).toEqual({ ...none, nanCount: 0 });
    expect(statsOf(Float32Array.of(Number.NaN), 'float32')).toEqual({ ...none, nanCount: 1 });
    expect(statsOf(Float32Array.of(1, 2), 'complex64')).toBeUndefined();
  });

  it('reads integers of 64 bits', () => {
    expect(statsOf(BigInt64Array.of(-1n, 2n ** 40n), 'int64')).toMatchObject({ min: -1, max: 2 ** 40 });
  });
});
