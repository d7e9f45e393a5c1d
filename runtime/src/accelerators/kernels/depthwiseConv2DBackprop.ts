import * as tf from '../../tf.js';
import { forEachTapRun } from '../wasm/depthwise.js';
import { defineFilterGradient, defineInputGradient } from './convGradients.js';

/**
 * The gradient of a depthwise convolution with respect to its filter. Upstream's wasm backend has no such kernel, and its
 * reference ignores dilations.
 */
export const depthwiseConv2DBackpropFilter = defineFilterGradient(
  tf.DepthwiseConv2dNativeBackpropFilter,
  'depthwise',
  (pixels, gradients, sums, info) => {
    const { inChannels, outChannels } = info;
    const multiplier = outChannels / inChannels;
    forEachTapRun(info, ({ tap, pixel, pixelStep, output, count }) => {
      const weights = tap * outChannels;
      let gradient = output;
      for (let i = 0; i < count; i++) {
        const start = pixel + i * pixelStep;
        if (multiplier === 1) {
          for (let c = 0; c < inChannels; c++, gradient++) {
            sums[weights + c] =
              (sums[weights + c] as number) + (pixels[start + c] as number) * (gradients[gradient] as number);
          }
          continue;
        }
        for (let q = 0; q < outChannels; q++, gradient++) {
          const value = pixels[start + Math.floor(q / multiplier)] as number;
          sums[weights + q] = (sums[weights + q] as number) + value * (gradients[gradient] as number);
        }
      }
    });
  },
);

/** The gradient of a depthwise convolution with respect to its input, on arrays. */
export const depthwiseConv2DBackpropInput = defineInputGradient(
  tf.DepthwiseConv2dNativeBackpropInput,
  'depthwise',
  (weights, gradients, sums, info) => {
    const { inChannels, outChannels } = info;
    const multiplier = outChannels / inChannels;
    forEachTapRun(info, ({ tap, pixel, pixelStep, output, count }) => {
      const first = tap * outChannels;
      let gradient = output;
      for (let i = 0; i < count; i++) {
        const start = pixel + i * pixelStep;
        for (let q = 0; q < outChannels; q++, gradient++) {
          const to = start + (multiplier === 1 ? q : Math.floor(q / multiplier));
          sums[to] = (sums[to] as number) + (weights[first + q] as number) * (gradients[gradient] as number);
        }
      }
    });
  },
);
