import * as tf from '../../../tf.js';
import { defineKernel } from '../kernel.js';
import { multiplyEach, planMatMul } from '../matrices.js';

/**
 * `tf.matMul`. Upstream reaches XNNPACK only for a single pair of matrices of which neither is transposed; everything
 * else, and so every matmul of a backward pass, runs a scalar loop that is up to 25 times slower. It also broadcasts
 * stacks of matrices by counting round instead of by axes, and packs a weight under its id, whatever its shape is the
 * next time. Ours takes operands as they lie, transposed or not, and threads share it.
 */
export const batchMatMul = defineKernel<{ a: tf.TensorInfo; b: tf.TensorInfo }, tf.BatchMatMulAttrs>(
  tf.BatchMatMul,
  ({ inputs: { a, b }, attrs, backend }) => {
    const plan = planMatMul(a, b, attrs);
    const out = backend.makeOutput(plan.outShape, 'float32');
    multiplyEach(backend, a, b, out, plan);
    return out;
  },
);
