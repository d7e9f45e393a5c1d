import type { TorchDtype, TorchValues } from '../checkpoint/index.js';

/** Facts about a tensor's values. Those of a tensor without numbers are NaN. */
export interface TensorStats {
  readonly mean: number;
  /** Of a sample: divided by n - 1, as torch's `std()`; NaN for a single number. */
  readonly std: number;
  readonly min: number;
  readonly max: number;
  /** How many are NaN; the other facts leave these out. */
  readonly nanCount: number;
}

/** The facts about some values, computed in float64. Undefined for complex numbers, which have no order. */
export function statsOf(values: TorchValues, dtype: TorchDtype | string): TensorStats | undefined {
  if (/^(complex|C)\d/.test(dtype)) return undefined;
  let [count, sum, min, max] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let index = 0; index < values.length; index++) {
    const value = Number(values[index]);
    if (Number.isNaN(value)) continue;
    count++;
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const nanCount = values.length - count;
  if (count === 0) return { mean: Number.NaN, std: Number.NaN, min: Number.NaN, max: Number.NaN, nanCount };
  const mean = sum / count;
  // A second pass: sums of squares would lose all digits where the mean is large.
  let squares = 0;
  for (let index = 0; index < values.length; index++) {
    const distance = Number(values[index]) - mean;
    if (!Number.isNaN(Number(values[index]))) squares += distance * distance;
  }
  return { mean, std: count > 1 ? Math.sqrt(squares / (count - 1)) : Number.NaN, min, max, nanCount };
}
