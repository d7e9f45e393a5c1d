import * as tf from '../../../tf.js';
import { Scratch } from '../heap.js';
import { defineKernel } from '../kernel.js';
import { type MatMulPlan, multiplyEach, planMatMul, transposeEach } from '../matrices.js';

/**
 * `tf.matMul`. Upstream reaches XNNPACK only for a single pair of matrices of which neither is transposed; everything
 * else, and so every matmul of a backward pass, runs a scalar loop that is up to 25 times slower. It also broadcasts
 * stacks of matrices by counting round instead of by axes. Here operands are transposed first (a cheap pass over the
 * memory), and stacks are multiplied one by one, without copying them.
 */
export const batchMatMul = defineKernel<{ a: tf.TensorInfo; b: tf.TensorInfo }, tf.BatchMatMulAttrs>(
  tf.BatchMatMul,
  (call, stock) => {
    const { inputs, attrs, backend } = call;
    const { a, b } = inputs;
    const plan = planMatMul(a, b, attrs);
    if (stock !== undefined && isStackOfSmall(plan)) return stock(call);
    const { rows, inner, columns } = plan;
    using scratch = new Scratch(backend);
    const left = attrs.transposeA ? transposeEach(scratch, backend, a, inner, rows) : a;
    const right = attrs.transposeB ? transposeEach(scratch, backend, b, columns, inner) : b;
    const out = backend.makeOutput(plan.outShape, 'float32');
    multiplyEach(backend, left, right, out, plan);
    return out;
  },
);

/** Up to this many multiplications for a pair, upstream's loop beats XNNPACK, which costs about 4 µs a call. */
const SMALL_PRODUCT = 4096;

/** The stacks for which upstream's loop is right (the same outer sizes on both sides) and also the faster one. */
function isStackOfSmall({ rows, inner, columns, aOuter, bOuter }: MatMulPlan): boolean {
  const product = rows * inner * columns;
  const isStack = tf.util.sizeFromShape([...aOuter]) > 1 && tf.util.arraysEqual([...aOuter], [...bOuter]);
  return isStack && product > 0 && product <= SMALL_PRODUCT;
}
