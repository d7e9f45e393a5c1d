import * as tf from '../../tf.js';
import { insideRange } from '../wasm/geometry.js';
import { defineArrayKernel } from './arrayKernel.js';
import { axesOf3D, type BoxAttributes, convGeometry3D } from './geometry3D.js';
import { type Composition, defineComposedKernel } from './sharedKernel.js';

type Info = tf.backend_util.Conv3DInfo;

/*
 * A convolution over boxes is one over images: the images that a box meets one behind the other become the channels of one
 * image, so that all its work is done by the kernels for images. Upstream's wasm kernels compute wrong gradients, and none of
 * its backends knows dilations there.
 */

/** `tf.conv3d`. */
export const conv3D = defineComposedKernel<{ x: tf.TensorInfo; filter: tf.TensorInfo }, BoxAttributes>(
  tf.Conv3D,
  ({ inputs: { x, filter }, attrs }, kernels) => {
    const info = convGeometry3D(x.shape, filter.shape, attrs);
    const inputs = { x: stacked(x, info, kernels), filter: flatFilter(filter, info, kernels) };
    return kernels.reshape(kernels.call(tf.Conv2D, inputs, flatAttributes(info)), info.outShape);
  },
);

/** The gradient with respect to the filter. */
export const conv3DBackpropFilter = defineComposedKernel<
  { x: tf.TensorInfo; dy: tf.TensorInfo },
  BoxAttributes & { readonly filterShape: number[] }
>(tf.Conv3DBackpropFilterV2, ({ inputs: { x, dy }, attrs }, kernels) => {
  const info = convGeometry3D(x.shape, attrs.filterShape, attrs);
  const { filterDepth, filterHeight, filterWidth, inChannels, outChannels } = info;
  const inputs = { x: stacked(x, info, kernels), dy: kernels.reshape(dy, flatOutShape(info)) };
  const filterShape = [filterHeight, filterWidth, filterDepth * inChannels, outChannels];
  const flat = kernels.call(tf.Conv2DBackpropFilter, inputs, { ...flatAttributes(info), filterShape });
  const deep = kernels.reshape(flat, [filterHeight, filterWidth, filterDepth, inChannels, outChannels]);
  return kernels.transpose(deep, [2, 0, 1, 3, 4]);
});

/** The gradient with respect to the input, and so also `tf.conv3dTranspose`. */
export const conv3DBackpropInput = defineComposedKernel<
  { dy: tf.TensorInfo; filter: tf.TensorInfo },
  BoxAttributes & { readonly inputShape: number[] }
>(tf.Conv3DBackpropInputV2, ({ inputs: { dy, filter }, attrs }, kernels) => {
  const info = convGeometry3D(attrs.inputShape, filter.shape, attrs);
  const inputs = { dy: kernels.reshape(dy, flatOutShape(info)), filter: flatFilter(filter, info, kernels) };
  const inputShape = stackedShape(info);
  const images = kernels.call(tf.Conv2DBackpropInput, inputs, { ...flatAttributes(info), inputShape });
  return kernels.call(UNSTACK_DEPTH, { images }, { info });
});

/** `[batch · depth of the result, height, width, depth of the filter · channels]`. */
function stackedShape({ batchSize, outDepth, inHeight, inWidth, filterDepth, inChannels }: Info): number[] {
  return [batchSize * outDepth, inHeight, inWidth, filterDepth * inChannels];
}

function flatOutShape({ batchSize, outDepth, outHeight, outWidth, outChannels }: Info): number[] {
  return [batchSize * outDepth, outHeight, outWidth, outChannels];
}

function stacked(x: tf.TensorInfo, info: Info, kernels: Composition): tf.TensorInfo {
  return kernels.call(STACK_DEPTH, { x }, { info });
}

/** `[depth, height, width, in, out]` as `[height, width, depth · in, out]`. */
function flatFilter(filter: tf.TensorInfo, info: Info, kernels: Composition): tf.TensorInfo {
  const { filterDepth, filterHeight, filterWidth, inChannels, outChannels } = info;
  const moved = kernels.transpose(filter, [1, 2, 0, 3, 4]);
  return kernels.reshape(moved, [filterHeight, filterWidth, filterDepth * inChannels, outChannels]);
}

function flatAttributes({ strideHeight, strideWidth, dilationHeight, dilationWidth, padInfo, ...info }: Info): object {
  // Where the size of the result is rounded up, more is needed at the end than the padding has.
  const height = (info.outHeight - 1) * strideHeight + info.effectiveFilterHeight - info.inHeight - padInfo.top;
  const width = (info.outWidth - 1) * strideWidth + info.effectiveFilterWidth - info.inWidth - padInfo.left;
  return {
    strides: [strideHeight, strideWidth],
    dilations: [dilationHeight, dilationWidth],
    dataFormat: 'NHWC',
    pad: [
      [0, 0],
      [padInfo.top, Math.max(padInfo.bottom, height)],
      [padInfo.left, Math.max(padInfo.right, width)],
      [0, 0],
    ],
  };
}

/** Names of our own: the two steps that are not tfjs kernels. */
const STACK_DEPTH = 'LightningStackDepth';
const UNSTACK_DEPTH = 'LightningUnstackDepth';

/** The images that each box meets, as channels of one image; zeros where the box reaches over the border. */
export const stackDepth = defineArrayKernel<'x', { readonly info: Info }>(STACK_DEPTH, (_inputs, { info }) => ({
  outputs: [{ shape: stackedShape(info) }],
  fill: ({ x }, [out]) => forEachMeeting(info, (image, stack) => copyRuns(x, image, out as Float32Array, stack, info)),
}));

/** The other way round: adds the channels back to the images that they came from. */
export const unstackDepth = defineArrayKernel<'images', { readonly info: Info }>(
  UNSTACK_DEPTH,
  (_inputs, { info }) => ({
    outputs: [{ shape: info.inShape }],
    fill: ({ images }, [out]) =>
      forEachMeeting(info, (image, stack) => addRuns(images, stack, out as Float32Array, image, info)),
  }),
);

/** Visits each image that a box meets: its first number, and where its first number stands in the stack. */
function forEachMeeting(info: Info, visit: (image: number, stack: number) => void): void {
  const { batchSize, inDepth, outDepth, filterDepth, inChannels, inHeight, inWidth } = info;
  const { z } = axesOf3D(info);
  const size = inHeight * inWidth * inChannels;
  for (let batch = 0; batch < batchSize; batch++) {
    for (let tap = 0; tap < filterDepth; tap++) {
      const { from, to, offset } = insideRange(tap, z);
      for (let position = from; position < to; position++) {
        const image = (batch * inDepth + position * z.stride + offset) * size;
        visit(image, (batch * outDepth + position) * size * filterDepth + tap * inChannels);
      }
    }
  }
}

function copyRuns(x: Float32Array, image: number, stack: Float32Array, first: number, info: Info): void {
  const { inChannels, filterDepth } = info;
  const end = image + info.inHeight * info.inWidth * inChannels;
  let to = first;
  for (let from = image; from < end; to += (filterDepth - 1) * inChannels) {
    for (let c = 0; c < inChannels; c++) stack[to++] = x[from++] as number;
  }
}

function addRuns(stack: Float32Array, first: number, sums: Float32Array, image: number, info: Info): void {
  const { inChannels, filterDepth } = info;
  const end = image + info.inHeight * info.inWidth * inChannels;
  let from = first;
  for (let to = image; to < end; from += (filterDepth - 1) * inChannels) {
    for (let c = 0; c < inChannels; c++, to++) sums[to] = (sums[to] as number) + (stack[from++] as number);
  }
}
