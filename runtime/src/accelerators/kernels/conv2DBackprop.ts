import * as tf from '../../tf.js';
import { forEachTapRun } from '../wasm/depthwise.js';
import { defineFilterGradient, defineInputGradient } from './convGradients.js';

/**
 * The gradient of a convolution with respect to its filter, for the cpu engine. Upstream's ignores dilations, and looks every
 * number up by its coordinates, which makes it about thirty times slower.
 */
export const conv2DBackpropFilterOnArrays = defineFilterGradient(
  tf.Conv2DBackpropFilter,
  'full',
  (pixels, gradients, sums, info) => {
    const { inChannels, outChannels } = info;
    forEachTapRun(info, ({ tap, pixel, pixelStep, output, count }) => {
      for (let i = 0; i < count; i++) {
        let weight = tap * inChannels * outChannels;
        const gradient = output + i * outChannels;
        for (let channel = 0; channel < inChannels; channel++) {
          const value = pixels[pixel + i * pixelStep + channel] as number;
          for (let q = 0; q < outChannels; q++, weight++) {
            sums[weight] = (sums[weight] as number) + value * (gradients[gradient + q] as number);
          }
        }
      }
    });
  },
);

/** The gradient of a convolution with respect to its input, and so also `conv2dTranspose`, for the cpu engine. */
export const conv2DBackpropInputOnArrays = defineInputGradient(
  tf.Conv2DBackpropInput,
  'full',
  (weights, gradients, sums, info) => {
    const { inChannels, outChannels } = info;
    forEachTapRun(info, ({ tap, pixel, pixelStep, output, count }) => {
      for (let i = 0; i < count; i++) {
        let weight = tap * inChannels * outChannels;
        const gradient = output + i * outChannels;
        for (let channel = 0; channel < inChannels; channel++) {
          let sum = 0;
          for (let q = 0; q < outChannels; q++, weight++) {
            sum += (weights[weight] as number) * (gradients[gradient + q] as number);
          }
          const to = pixel + i * pixelStep + channel;
          sums[to] = (sums[to] as number) + sum;
        }
      }
    });
  },
);
