import * as tf from '../../../tf.js';
import { forEachTapRun } from '../depthwise.js';
import { convGeometry } from '../geometry.js';
import { bringHere, floats, makeZeros } from '../heap.js';
import { defineKernel } from '../kernel.js';

/** The gradient of a depthwise convolution with respect to its filter. Upstream has no such kernel. */
export const depthwiseConv2DBackpropFilter = defineKernel<
  { x: tf.TensorInfo; dy: tf.TensorInfo },
  tf.DepthwiseConv2dNativeBackpropFilterAttrs
>(tf.DepthwiseConv2dNativeBackpropFilter, ({ inputs: { x, dy }, attrs, backend }) => {
  bringHere(backend, x, dy);
  const info = convGeometry(x.shape, attrs.filterShape, attrs, 'depthwise');
  const { inChannels } = info;
  const multiplier = info.outChannels / inChannels;
  const out = makeZeros(backend, attrs.filterShape);
  const pixels = floats(backend, x);
  const gradients = floats(backend, dy);
  const sums = floats(backend, out);
  forEachTapRun(info, (tapStart, pixelStart, gradientStart) => {
    let weight = tapStart;
    let gradient = gradientStart;
    for (let channel = 0; channel < inChannels; channel++) {
      const pixel = pixels[pixelStart + channel] as number;
      for (let q = 0; q < multiplier; q++, weight++, gradient++) {
        sums[weight] = (sums[weight] as number) + pixel * (gradients[gradient] as number);
      }
    }
  });
  return out;
});
