import * as tf from '../../../tf.js';
import { depthwiseConv2DBackpropInput as onArrays } from '../../kernels/depthwiseConv2DBackprop.js';
import { writeWalk } from '../../kernels/runs.js';
import { checkGradientShape, convGeometry, type SidePadding } from '../geometry.js';
import { bringHere, floats, makeZeros, Scratch } from '../heap.js';
import { callKernel, defineKernel } from '../kernel.js';

/**
 * The gradient of a depthwise convolution with respect to its input. It is a forward depthwise convolution of the output's
 * gradient, spread by the stride, with the filter turned round; so XNNPACK does the work.
 */
export const depthwiseConv2DBackpropInput = defineKernel<
  { dy: tf.TensorInfo; filter: tf.TensorInfo },
  tf.DepthwiseConv2dNativeBackpropInputAttrs
>(tf.DepthwiseConv2dNativeBackpropInput, ({ inputs, attrs, backend }) => {
  const { dy, filter } = inputs;
  const info = convGeometry(attrs.inputShape, filter.shape, attrs, 'depthwise');
  checkGradientShape(dy, info);
  const pad = forwardPadding(info);
  if (pad === undefined || tf.util.sizeFromShape(info.outShape) === 0) {
    return onArrays.run({ inputs: { ...inputs }, attrs, engine: 'wasm', backend }, undefined);
  }
  bringHere(backend, dy, filter);
  using scratch = new Scratch(backend);
  const { filterHeight, filterWidth, inChannels, outChannels, strideHeight, strideWidth } = info;
  const turned = scratch.make([filterHeight, filterWidth, outChannels, 1]);
  turn(floats(backend, filter), floats(backend, turned), outChannels);
  const isApart = strideHeight > 1 || strideWidth > 1;
  const apart = isApart ? scratch.own(makeZeros(backend, spreadShape(info))) : dy;
  if (isApart) spread(floats(backend, dy), floats(backend, apart), info);
  const dilations = [info.dilationHeight, info.dilationWidth];
  const made = callKernel(
    backend,
    tf.DepthwiseConv2dNative,
    { x: apart, filter: turned },
    { strides: 1, dilations, pad },
  );
  if (outChannels === inChannels) return made;
  // Each input channel has several outputs, whose gradients are added.
  scratch.own(made);
  const groups = { ...made, shape: [...info.inShape, outChannels / inChannels] };
  return callKernel(backend, tf.Sum, { x: groups }, { axis: [4], keepDims: false });
});

/** The padding with which the forward convolution gives the input's size; none when it would be negative. */
function forwardPadding(info: tf.backend_util.Conv2DInfo): SidePadding | undefined {
  const { effectiveFilterHeight: height, effectiveFilterWidth: width, inHeight, inWidth, padInfo } = info;
  const [, spreadHeight = 0, spreadWidth = 0] = spreadShape(info);
  const top = height - 1 - padInfo.top;
  const left = width - 1 - padInfo.left;
  const bottom = inHeight + height - 1 - spreadHeight - top;
  const right = inWidth + width - 1 - spreadWidth - left;
  if (Math.min(top, left, bottom, right) < 0) return undefined;
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
}

function spreadShape({ batchSize, outHeight, outWidth, outChannels, ...info }: tf.backend_util.Conv2DInfo): number[] {
  return [batchSize, (outHeight - 1) * info.strideHeight + 1, (outWidth - 1) * info.strideWidth + 1, outChannels];
}

/** Puts the pixels as far apart as the stride is long; between them there are zeros. */
function spread(from: Float32Array, to: Float32Array, info: tf.backend_util.Conv2DInfo): void {
  const { strideHeight, strideWidth, outChannels } = info;
  const [, height = 0, width = 0] = spreadShape(info);
  const steps = [height * width, strideHeight * width, strideWidth, 1 / outChannels].map((step) => step * outChannels);
  writeWalk(from, to, { counts: info.outShape, steps, start: 0 });
}

/** The taps in the opposite order. */
function turn(from: Float32Array, to: Float32Array, size: number): void {
  for (let start = 0; start < from.length; start += size) {
    to.set(from.subarray(start, start + size), from.length - size - start);
  }
}
