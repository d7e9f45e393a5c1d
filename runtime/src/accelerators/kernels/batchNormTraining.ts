import type * as tf from '../../tf.js';
import { defineArrayKernel } from './arrayKernel.js';

/**
 * Batch normalization by the batch's own moments, as one operation: of `x` `[batch, channels, places]` with `weight` and `bias`
 * `[channels]` the normalized `x`, and of each channel mean, variance (by n) and 1 / sqrt(variance + eps), each `[channels]`.
 */
export const BATCH_NORM_TRAINING = 'LightningBatchNormTraining';
/** Its gradient: of `dy`, with what went in and what came out, those of `x`, `weight` and `bias`. */
export const BATCH_NORM_TRAINING_GRAD = 'LightningBatchNormTrainingGrad';

/** What {@link BATCH_NORM_TRAINING} needs to know. */
export interface BatchNormTrainingAttrs {
  readonly eps: number;
}

/**
 * Moments are added up in double precision, and `x · α + β` is rounded once, as torch's kernel for the CPU does
 * (aten/src/ATen/native/cpu/batch_norm_kernel.cpp): a long chain of steps through this layer enlarges what differs.
 */
export const batchNormTraining = defineArrayKernel<'x' | 'weight' | 'bias', BatchNormTrainingAttrs>(
  BATCH_NORM_TRAINING,
  ({ x: { shape } }, { eps }) => {
    const [batch, channels, places] = shape as [number, number, number];
    const count = batch * places;
    return {
      outputs: [{ shape }, { shape: [channels] }, { shape: [channels] }, { shape: [channels] }],
      fill: ({ x, weight, bias }, made) => {
        const [y, means, variances, inverses] = made as [Float32Array, Float32Array, Float32Array, Float32Array];
        for (let channel = 0; channel < channels; channel++) {
          let sum = 0;
          forRuns(shape, channel, (from, to) => {
            for (let i = from; i < to; i++) sum += at(x, i);
          });
          const mean = sum / count;
          let squares = 0;
          forRuns(shape, channel, (from, to) => {
            for (let i = from; i < to; i++) squares += (at(x, i) - mean) ** 2;
          });
          means[channel] = mean;
          variances[channel] = squares / count;
          inverses[channel] = 1 / Math.sqrt(squares / count + eps);
          const alpha = Math.fround(at(inverses, channel) * at(weight, channel));
          const beta = Math.fround(at(bias, channel) - Math.fround(at(means, channel) * alpha));
          forRuns(shape, channel, (from, to) => {
            for (let i = from; i < to; i++) y[i] = at(x, i) * alpha + beta;
          });
        }
      },
    };
  },
);

/** See {@link BATCH_NORM_TRAINING_GRAD}. */
export const batchNormTrainingGrad = defineArrayKernel<'x' | 'weight' | 'mean' | 'inverse' | 'dy'>(
  BATCH_NORM_TRAINING_GRAD,
  ({ x: { shape } }) => {
    const [batch, channels, places] = shape as [number, number, number];
    const count = batch * places;
    return {
      outputs: [{ shape }, { shape: [channels] }, { shape: [channels] }],
      fill: ({ x, weight, mean, inverse, dy }, made) => {
        const [dx, dWeight, dBias] = made as [Float32Array, Float32Array, Float32Array];
        for (let channel = 0; channel < channels; channel++) {
          const [middle, scale] = [at(mean, channel), at(inverse, channel)];
          let [sum, dot] = [0, 0];
          forRuns(shape, channel, (from, to) => {
            for (let i = from; i < to; i++) {
              sum += at(dy, i);
              dot += Math.fround(at(x, i) - middle) * at(dy, i);
            }
          });
          dWeight[channel] = dot * scale;
          dBias[channel] = sum;
          const average = sum / count;
          const slope = (dot * scale * scale) / count;
          const factor = scale * at(weight, channel);
          forRuns(shape, channel, (from, to) => {
            for (let i = from; i < to; i++) dx[i] = (at(dy, i) - average - (at(x, i) - middle) * slope) * factor;
          });
        }
      },
    };
  },
);

/** Calls with the bounds of each stretch of one channel's numbers in `[batch, channels, places]`. */
function forRuns(shape: readonly number[], channel: number, visit: (from: number, to: number) => void): void {
  const [batch, channels, places] = shape as readonly [number, number, number];
  for (let sample = 0; sample < batch; sample++) {
    const from = (sample * channels + channel) * places;
    visit(from, from + places);
  }
}

/** A number of an array whose size the plan has settled. */
function at(values: tf.TypedArray, index: number): number {
  return values[index] as number;
}
