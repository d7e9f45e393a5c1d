import * as tf from '../../../tf.js';
import { forEachTapRun } from '../depthwise.js';
import { convGeometry } from '../geometry.js';
import { bringHere, floats, makeZeros } from '../heap.js';
import { defineKernel } from '../kernel.js';

/** The gradient of a depthwise convolution with respect to its input. Upstream has no such kernel. */
export const depthwiseConv2DBackpropInput = defineKernel<
  { dy: tf.TensorInfo; filter: tf.TensorInfo },
  tf.DepthwiseConv2dNativeBackpropInputAttrs
>(tf.DepthwiseConv2dNativeBackpropInput, ({ inputs: { dy, filter }, attrs, backend }) => {
  bringHere(backend, dy, filter);
  const info = convGeometry(attrs.inputShape, filter.shape, attrs, 'depthwise');
  const { inChannels } = info;
  const multiplier = info.outChannels / inChannels;
  const out = makeZeros(backend, attrs.inputShape);
  const weights = floats(backend, filter);
  const gradients = floats(backend, dy);
  const sums = floats(backend, out);
  forEachTapRun(info, (tapStart, pixelStart, gradientStart) => {
    let weight = tapStart;
    let gradient = gradientStart;
    for (let channel = 0; channel < inChannels; channel++) {
      let sum = sums[pixelStart + channel] as number;
      for (let q = 0; q < multiplier; q++, weight++, gradient++) {
        sum += (weights[weight] as number) * (gradients[gradient] as number);
      }
      sums[pixelStart + channel] = sum;
    }
  });
  return out;
});
