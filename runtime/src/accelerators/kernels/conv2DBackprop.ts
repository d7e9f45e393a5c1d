import * as tf from '../../tf.js';
import { forEachTapRun } from '../wasm/depthwise.js';
import { checkGradientShape, convGeometry } from '../wasm/geometry.js';
import { defineArrayKernel } from './arrayKernel.js';

/**
 * The gradient of a convolution with respect to its filter, for the cpu engine. Upstream's ignores dilations, and looks every
 * number up by its coordinates, which makes it about thirty times slower.
 */
export const conv2DBackpropFilterOnArrays = defineArrayKernel<'x' | 'dy', tf.Conv2DBackpropFilterAttrs>(
  tf.Conv2DBackpropFilter,
  ({ x, dy }, attrs) => {
    const info = convGeometry(x.shape, attrs.filterShape, attrs, 'full');
    checkGradientShape(dy, info);
    return {
      outputs: [{ shape: attrs.filterShape }],
      fill: (inputs, [sums]) => addToWeights(inputs.x, inputs.dy, sums as Float32Array, info),
    };
  },
);

function addToWeights(
  pixels: Float32Array,
  gradients: Float32Array,
  sums: Float32Array,
  info: tf.backend_util.Conv2DInfo,
): void {
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
}

/** The gradient of a convolution with respect to its input, and so also `conv2dTranspose`, for the cpu engine. */
export const conv2DBackpropInputOnArrays = defineArrayKernel<'dy' | 'filter', tf.Conv2DBackpropInputAttrs>(
  tf.Conv2DBackpropInput,
  ({ dy, filter }, attrs) => {
    const info = convGeometry(attrs.inputShape, filter.shape, attrs, 'full');
    checkGradientShape(dy, info);
    return {
      outputs: [{ shape: attrs.inputShape }],
      fill: (inputs, [sums]) => addToPixels(inputs.filter, inputs.dy, sums as Float32Array, info),
    };
  },
);

function addToPixels(
  weights: Float32Array,
  gradients: Float32Array,
  sums: Float32Array,
  info: tf.backend_util.Conv2DInfo,
): void {
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
}
