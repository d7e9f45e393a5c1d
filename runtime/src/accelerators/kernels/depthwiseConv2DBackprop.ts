import * as tf from '../../tf.js';
import { forEachTapRun } from '../wasm/depthwise.js';
import { checkGradientShape, convGeometry } from '../wasm/geometry.js';
import { defineArrayKernel } from './arrayKernel.js';

/**
 * The gradient of a depthwise convolution with respect to its filter. Upstream's wasm backend has no such kernel, and its
 * reference ignores dilations.
 */
export const depthwiseConv2DBackpropFilter = defineArrayKernel<'x' | 'dy', tf.DepthwiseConv2dNativeBackpropFilterAttrs>(
  tf.DepthwiseConv2dNativeBackpropFilter,
  ({ x, dy }, attrs) => {
    const info = convGeometry(x.shape, attrs.filterShape, attrs, 'depthwise');
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
}

/** The gradient of a depthwise convolution with respect to its input, on arrays. */
export const depthwiseConv2DBackpropInput = defineArrayKernel<
  'dy' | 'filter',
  tf.DepthwiseConv2dNativeBackpropInputAttrs
>(tf.DepthwiseConv2dNativeBackpropInput, ({ dy, filter }, attrs) => {
  const info = convGeometry(attrs.inputShape, filter.shape, attrs, 'depthwise');
  checkGradientShape(dy, info);
  return {
    outputs: [{ shape: attrs.inputShape }],
    fill: (inputs, [sums]) => addToPixels(inputs.filter, inputs.dy, sums as Float32Array, info),
  };
});

function addToPixels(
  weights: Float32Array,
  gradients: Float32Array,
  sums: Float32Array,
  info: tf.backend_util.Conv2DInfo,
): void {
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
}
