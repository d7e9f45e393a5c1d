import * as tf from '../../../tf.js';
import { reluGrad as exact, RELU_GRAD } from '../../kernels/reluGrad.js';
import { floats, Scratch } from '../heap.js';
import { callKernel, defineKernel } from '../kernel.js';

/**
 * The gradient of `relu` by the engine's fast kernels: what flows back times a step. That is not a number where an infinite
 * gradient meets 0, or the input was not a number; then, which a sum over all shows, number by number.
 */
export const reluGrad = defineKernel<{ dy: tf.TensorInfo; x: tf.TensorInfo }, object>(
  RELU_GRAD,
  ({ inputs, attrs, backend }) => {
    using scratch = new Scratch(backend);
    const step = scratch.own(callKernel(backend, tf.Step, { x: inputs.x }, { alpha: 0 }));
    const product = callKernel(backend, tf.Multiply, { a: inputs.dy, b: step });
    const flat = { ...product, shape: [tf.util.sizeFromShape(product.shape)] };
    const sum = scratch.own(callKernel(backend, tf.Sum, { x: flat }, { axis: [0], keepDims: false }));
    if (!Number.isNaN(floats(backend, sum)[0])) return product;
    scratch.own(product);
    return exact.run({ inputs: { ...inputs }, attrs, engine: 'wasm', backend }, undefined);
  },
);
