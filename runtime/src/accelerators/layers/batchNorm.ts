import * as tf from '../../tf.js';
import { defineGradient } from '../gradients/gradient.js';
import {
  BATCH_NORM_TRAINING,
  BATCH_NORM_TRAINING_GRAD,
  type BatchNormTrainingAttrs,
} from '../kernels/batchNormTraining.js';

/** A batch that was normalized by its own moments. The caller owns all three. */
export interface NormalizedBatch {
  /** `[batch, channels, places]` */
  readonly value: tf.Tensor;
  /** `[channels]` */
  readonly mean: tf.Tensor;
  /** `[channels]`, the variance that divides by n. */
  readonly variance: tf.Tensor;
}

/** What is normalized, and by what its result is multiplied and shifted. */
export interface BatchToNormalize {
  /** `[batch, channels, places]` */
  readonly x: tf.Tensor;
  /** `[channels]` */
  readonly weight: tf.Tensor;
  /** `[channels]` */
  readonly bias: tf.Tensor;
}

/** Saved for the gradient, beside `x` and `weight`: mean and 1 / sqrt(variance + eps). */
const KEPT_OUTPUTS = [false, true, false, true];

/** Of the value only: the moments are what was measured, and no gradient goes through them. */
export const batchNormTrainingGradient = defineGradient<'x' | 'weight'>(
  BATCH_NORM_TRAINING,
  { inputs: ['x', 'weight'], outputs: KEPT_OUTPUTS },
  ({ dy, inputs: { x, weight }, outputs: [mean, inverse] }) => {
    const given = { x, weight, dy, mean: mean as tf.Tensor, inverse: inverse as tf.Tensor }; // by `KEPT_OUTPUTS`
    const [dx, dWeight, dBias] = tf.engine().runKernel(BATCH_NORM_TRAINING_GRAD, given) as tf.Tensor[] as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
    return { x: () => dx, weight: () => dWeight, bias: () => dBias };
  },
);

/**
 * Normalizes each channel by its own mean and variance, then multiplies and shifts it, as one operation. Undefined on a backend
 * that has no kernel for it.
 */
export function normalizeBatch({ x, weight, bias }: BatchToNormalize, eps: number): NormalizedBatch | undefined {
  const stock: unknown = tf.getKernel(BATCH_NORM_TRAINING, tf.getBackend()); // tfjs's type hides that it may be missing
  if (stock === undefined) return undefined;
  const attrs: BatchNormTrainingAttrs = { eps };
  const made = tf.engine().runKernel(BATCH_NORM_TRAINING, { x, weight, bias }, { ...attrs }) as tf.Tensor[];
  const [value, mean, variance, inverse] = made as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  inverse.dispose(); // the tape has its own
  return { value, mean, variance };
}
