import * as tf from '../../../tf.js';
import { checkGradientShape, convGeometry } from '../geometry.js';
import { floats, makeZeros, Scratch } from '../heap.js';
import { defineKernel } from '../kernel.js';
import { multiply } from '../multiply.js';
import { fillPlanes, planUnfold, type UnfoldPlan, unfoldPlanes } from '../unfold.js';

/**
 * The gradient of a convolution with respect to its filter. Upstream has no such kernel, so nothing with a convolution
 * can be trained on wasm at all. Images are unfolded a few at a time and multiplied with the output's gradient; the
 * parts are added up, which is also kinder to float32 than one long sum.
 */
export const conv2DBackpropFilter = defineKernel<{ x: tf.TensorInfo; dy: tf.TensorInfo }, tf.Conv2DBackpropFilterAttrs>(
  tf.Conv2DBackpropFilter,
  ({ inputs: { x, dy }, attrs, backend }) => {
    const info = convGeometry(x.shape, attrs.filterShape, attrs, 'full');
    checkGradientShape(dy, info);
    const { batchSize, outChannels, outWidth } = info;
    const plan = planUnfold(info);
    const { weights, runSize, step, planeWidth } = plan;
    const out = makeZeros(backend, attrs.filterShape);
    using scratch = new Scratch(backend);
    const planes = scratch.own(makeZeros(backend, [plan.planesSize]));
    const columns = scratch.make([weights, step * runSize]);
    const part = scratch.make([weights, outChannels]);
    const widened = planeWidth === outWidth ? dy : scratch.own(makeZeros(backend, [batchSize * runSize, outChannels]));
    if (widened !== dy) widenRows(floats(backend, dy), floats(backend, widened), plan);
    for (let first = 0; first < batchSize; first += step) {
      const count = Math.min(step, batchSize - first);
      const images = floats(backend, x);
      for (let image = 0; image < count; image++) {
        fillPlanes(images, first + image, floats(backend, planes), plan);
        unfoldPlanes(floats(backend, planes), floats(backend, columns), { image, count }, plan);
      }
      using views = new Scratch(backend);
      const gradient = views.alias(widened, first * runSize * outChannels, [count * runSize, outChannels]);
      multiply(backend, columns, gradient, part, { rows: weights, inner: count * runSize, columns: outChannels });
      add(floats(backend, part), floats(backend, out));
    }
    return out;
  },
);

/** Copies the output's gradient to rows of `planeWidth` pixels; `to` comes zeroed. */
function widenRows(from: Float32Array, to: Float32Array, plan: UnfoldPlan): void {
  const { outChannels, outHeight, outWidth, batchSize } = plan.info;
  const size = outWidth * outChannels;
  const rows = batchSize * outHeight;
  for (let row = 0; row < rows; row++) {
    to.set(from.subarray(row * size, (row + 1) * size), row * plan.planeWidth * outChannels);
  }
}

function add(from: Float32Array, to: Float32Array): void {
  for (let i = 0; i < to.length; i++) to[i] = (to[i] as number) + (from[i] as number);
}
