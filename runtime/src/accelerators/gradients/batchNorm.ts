import * as tf from '../../tf.js';
import { sumTo } from './broadcasting.js';
import { defineGradient } from './gradient.js';

/**
 * Gradients of `(x - mean) / sqrt(variance + ε) · scale + offset`, for statistics of one number a channel or of any shape that
 * broadcasts to `x`; tfjs-core fails for the latter, and without a scale. Factors of one number a channel are multiplied before the large tensor
 * is touched.
 */
export const batchNormGradient = defineGradient<'x' | 'mean' | 'variance' | 'scale', tf.FusedBatchNormAttrs>(
  tf.FusedBatchNorm,
  { inputs: ['x', 'mean', 'variance', 'scale'] },
  ({ dy, inputs: { x, mean, variance, scale }, attrs: { varianceEpsilon } }) => {
    const inverse = tf.rsqrt(tf.add(variance, varianceEpsilon));
    const hasScale = (scale as tf.Tensor | undefined) !== undefined; // it can be left out
    const factor = hasScale ? tf.mul(inverse, scale) : inverse;
    const sumOfDy = () => sumTo(dy, mean.shape);
    const sumOfProducts = () => sumTo(tf.mul(dy, tf.sub(x, mean)), mean.shape);
    return {
      x: () => tf.mul(dy, factor),
      mean: () => tf.neg(tf.mul(sumOfDy(), factor)),
      variance: () => tf.mul(sumOfProducts(), tf.mul(tf.mul(factor, tf.square(inverse)), -0.5)),
      scale: () => tf.mul(sumOfProducts(), inverse),
      offset: sumOfDy,
    };
  },
);
