import * as tf from '../../../tf.js';
import type { BackendWasm } from '../../../tfBackends.js';
import { foldAdd } from '../fold.js';
import { checkGradientShape, convGeometry } from '../geometry.js';
import { floats, makeZeros, Scratch } from '../heap.js';
import { callKernel, defineKernel } from '../kernel.js';
import { multiply } from '../multiply.js';
import { transposeInto } from '../transpose.js';

/**
 * The gradient of a convolution with respect to its input, and so also `conv2dTranspose`. Upstream it is a scalar
 * loop, about 30 times slower than the forward pass. With stride 1 it *is* a forward convolution, by the filter turned
 * round; with other strides it is a product that is then added into place.
 */
export const conv2DBackpropInput = defineKernel<
  { dy: tf.TensorInfo; filter: tf.TensorInfo },
  tf.Conv2DBackpropInputAttrs
>(tf.Conv2DBackpropInput, ({ inputs: { dy, filter }, attrs, backend }) => {
  const info = convGeometry(attrs.inputShape, filter.shape, attrs, 'full');
  checkGradientShape(dy, info);
  return forwardPadding(info) ? convolve(backend, dy, filter, info) : foldProducts(backend, dy, filter, info);
});

/** The padding with which the forward convolution of `dy` gives the input's size, if there is one. */
function forwardPadding(info: tf.backend_util.Conv2DInfo): [number, number][] | undefined {
  const { effectiveFilterHeight: height, effectiveFilterWidth: width, inHeight, inWidth, outHeight, outWidth } = info;
  if (info.strideHeight !== 1 || info.strideWidth !== 1) return undefined;
  const top = height - 1 - info.padInfo.top;
  const left = width - 1 - info.padInfo.left;
  const bottom = inHeight + height - 1 - outHeight - top;
  const right = inWidth + width - 1 - outWidth - left;
  const isPossible = Math.min(top, left, bottom, right) >= 0; // not when the padding is wider than the filter
  return isPossible
    ? [
        [0, 0],
        [top, bottom],
        [left, right],
        [0, 0],
      ]
    : undefined;
}

function convolve(
  backend: BackendWasm,
  dy: tf.TensorInfo,
  filter: tf.TensorInfo,
  info: tf.backend_util.Conv2DInfo,
): tf.TensorInfo {
  const { filterHeight, filterWidth, inChannels, outChannels } = info;
  using scratch = new Scratch(backend);
  const turned = scratch.make([filterHeight, filterWidth, outChannels, inChannels]);
  const from = floats(backend, filter);
  const to = floats(backend, turned);
  const taps = filterHeight * filterWidth;
  const size = inChannels * outChannels;
  for (let tap = 0; tap < taps; tap++) {
    transposeInto(from, tap * size, to, (taps - 1 - tap) * size, inChannels, outChannels);
  }
  const pad = forwardPadding(info) as [number, number][];
  return callKernel(
    backend,
    tf.Conv2D,
    { x: dy, filter: turned },
    { strides: 1, dilations: [info.dilationHeight, info.dilationWidth], dataFormat: 'NHWC', pad },
  );
}

/** How much to multiply before adding it into place: what stays in the second-level cache (1 MB). */
const FOLDED_FLOATS = 2 ** 18;

function foldProducts(
  backend: BackendWasm,
  dy: tf.TensorInfo,
  filter: tf.TensorInfo,
  info: tf.backend_util.Conv2DInfo,
): tf.TensorInfo {
  const { batchSize, filterHeight, filterWidth, inChannels, outChannels, outHeight, outWidth } = info;
  const weights = filterHeight * filterWidth * inChannels;
  const pixels = outHeight * outWidth;
  const out = makeZeros(backend, info.inShape);
  const step = Math.min(batchSize, Math.max(1, Math.floor(FOLDED_FLOATS / Math.max(1, weights * pixels))));
  using scratch = new Scratch(backend);
  const byOutput = scratch.make([outChannels, weights]);
  transposeInto(floats(backend, filter), 0, floats(backend, byOutput), 0, weights, outChannels);
  const columns = scratch.make([step * pixels, weights]);
  for (let first = 0; first < batchSize; first += step) {
    const count = Math.min(step, batchSize - first);
    using views = new Scratch(backend);
    const gradient = views.alias(dy, first * pixels * outChannels, [count * pixels, outChannels]);
    multiply(backend, gradient, byOutput, columns, { rows: count * pixels, inner: outChannels, columns: weights });
    foldAdd(floats(backend, columns), floats(backend, out), first, count, info);
  }
  return out;
}
