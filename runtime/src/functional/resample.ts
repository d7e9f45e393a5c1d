import * as tf from '../tf.js';

/** A linear map from the values along an axis to new ones: `[new, old]`, row by row. */
export interface AxisMap {
  readonly size: number;
  readonly factors: Float32Array;
}

/** Some neighbouring values: `from ≤ index < to`, whose sum is divided by `divisor`. */
export interface Window {
  readonly from: number;
  readonly to: number;
  readonly divisor: number;
}

/** A map by its parts: for each new value the old ones that it is made of. */
export function axisMap(
  size: number,
  oldSize: number,
  partsOf: (index: number) => readonly (readonly [from: number, factor: number])[],
): AxisMap {
  const factors = new Float32Array(size * oldSize);
  for (let index = 0; index < size; index++) {
    for (const [from, factor] of partsOf(index)) {
      const place = index * oldSize + from;
      factors[place] = (factors[place] as number) + factor; // parts may meet at the border
    }
  }
  return { size, factors };
}

/** The map that averages windows. */
export function averagesOf(windows: readonly Window[], oldSize: number): AxisMap {
  return axisMap(windows.length, oldSize, (index) => {
    const { from, to, divisor } = windows[index] as Window;
    return Array.from({ length: Math.max(0, to - from) }, (_, tap) => [from + tap, 1 / divisor] as const);
  });
}

/**
 * Replaces the values along one axis by a linear map of them, as one product of matrices: quick, and with an exact
 * gradient, for averages and interpolation alike.
 */
export function resample(x: tf.Tensor, axis: number, { size, factors }: AxisMap): tf.Tensor {
  const { shape } = x;
  const old = shape[axis] as number;
  const inner = tf.util.sizeFromShape(shape.slice(axis + 1));
  const matrix = tf.tensor2d(factors, [size, old]);
  const mapped =
    inner === 1
      ? tf.matMul(tf.reshape(x, [-1, old]) as tf.Tensor2D, matrix, false, true)
      : tf.matMul(tf.expandDims<tf.Tensor3D>(matrix, 0), tf.reshape(x, [-1, old, inner]) as tf.Tensor3D);
  return tf.reshape(mapped, shape.with(axis, size));
}
