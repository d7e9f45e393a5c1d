import * as tf from '../../tf.js';
import { fused } from '../gradients.js';
import { expectShape, floats } from '../tensors.js';

/** The mean of a tensor over the values that are normalized together, with sizes of 1 for them. */
export type Average = (x: tf.Tensor) => tf.Tensor;

/** Mean and variance of what was normalized; borrowed, for the time of the call. */
export type OnMoments = (mean: tf.Tensor, variance: tf.Tensor) => void;

/** (x - mean) / sqrt(variance + eps), with the variance that divides by n: the heart of all normalizations. */
export function standardize(x: tf.Tensor, average: Average, eps: number, onMoments?: OnMoments): tf.Tensor {
  return fused([x], () => {
    const mean = average(x);
    const centred = tf.sub(x, mean);
    const variance = average(tf.square(centred));
    onMoments?.(mean, variance);
    const scale = tf.rsqrt(tf.add(variance, eps));
    const value = tf.mul(centred, scale);
    return {
      value,
      saved: [value, scale],
      gradient: (dy, y, factor) => {
        const along = tf.mul(y, average(tf.mul(dy, y)));
        return tf.mul(tf.sub(tf.sub(dy, average(dy)), along), factor);
      },
    };
  });
}

/** x / sqrt(mean(x²) + eps). */
export function scaleToUnit(x: tf.Tensor, average: Average, eps: number): tf.Tensor {
  return fused([x], () => {
    const scale = tf.rsqrt(tf.add(average(tf.square(x)), eps));
    const value = tf.mul(x, scale);
    return {
      value,
      saved: [value, scale],
      gradient: (dy, y, factor) => tf.mul(tf.sub(dy, tf.mul(y, average(tf.mul(dy, y)))), factor),
    };
  });
}

/** The mean over the last axis. */
export const averageOfRows: Average = (x) => tf.mean(x, -1, true);

/** What is learned after a normalization. */
export interface Affine {
  readonly weight: tf.Tensor | undefined;
  readonly bias?: tf.Tensor | undefined;
}

/**
 * x · weight + bias, where both have `shape`, the sizes of some neighbouring axes of x.
 * @param axis the first of these axes
 * @throws MisconfigurationError when weight or bias has another shape
 */
export function scaled(
  name: string,
  x: tf.Tensor,
  { weight, bias }: Affine,
  { shape, axis }: { readonly shape: readonly number[]; readonly axis: number },
): tf.Tensor {
  const outer = tf.util.sizeFromShape(x.shape.slice(0, axis));
  const size = tf.util.sizeFromShape([...shape]);
  const learned = Object.entries({ weight, bias }).flatMap(([argument, vector]) => {
    if (!vector) return [];
    const values = floats(name, argument, vector);
    expectShape(name, argument, values, shape);
    return [tf.reshape(values, [size, 1])];
  });
  if (learned.length === 0) return x;
  const places: tf.Tensor3D = tf.reshape(x, [outer, size, -1]);
  return tf.reshape(affine(places, learned, weight !== undefined), x.shape);
}

/**
 * x · weight + bias over `[outer, size, inner]`, with weight and bias `[size, 1]`; the weight, if there is one, comes
 * first.
 */
function affine(x: tf.Tensor3D, learned: readonly tf.Tensor[], isWeighted: boolean): tf.Tensor {
  return fused([x, ...learned], () => {
    const weight = isWeighted ? learned[0] : undefined;
    const bias = learned[isWeighted ? 1 : 0];
    const grown = weight ? tf.mul(x, weight) : x;
    const saved: tf.Tensor[] = weight ? [x, weight] : [];
    return {
      value: bias ? tf.add(grown, bias) : grown,
      saved,
      gradient: (dy, ...[keptX, keptWeight]) => [
        keptWeight ? tf.mul(dy, keptWeight) : tf.clone(dy),
        ...(keptX ? [sumOfOthers(tf.mul(dy, keptX))] : []),
        ...(bias ? [sumOfOthers(dy)] : []),
      ],
    };
  });
}

/**
 * Of `[outer, size, inner]` the sums `[size, 1]`. By a product of matrices, since engines sum over first axes slowly.
 */
function sumOfOthers(x: tf.Tensor): tf.Tensor {
  const [outer = 1, size = 1] = x.shape;
  const rows: tf.Tensor2D = tf.reshape(x.shape[2] === 1 ? x : tf.sum(x, 2), [outer, size]);
  return tf.matMul(rows, tf.ones([outer, 1]), true);
}
