import * as tf from '../../tf.js';
import { sumTo } from './broadcasting.js';
import { defineGradient } from './gradient.js';

/**
 * The gradients of a product of stacks of matrices. Those of tfjs-core have the shape of the repeated stack where one stack is
 * broadcast to the other.
 */
export const batchMatMulGradient = defineGradient<'a' | 'b', tf.BatchMatMulAttrs>(
  tf.BatchMatMul,
  { inputs: ['a', 'b'] },
  ({ dy, inputs: { a, b }, attrs: { transposeA, transposeB } }) => {
    // With A' and B' the matrices as they are multiplied: dA' = dY·B'ᵀ and dB' = A'ᵀ·dY; a transposed input wants the transpose.
    const byA = () => (transposeA ? tf.matMul(b, dy, transposeB, true) : tf.matMul(dy, b, false, !transposeB));
    const byB = () => (transposeB ? tf.matMul(dy, a, true, transposeA) : tf.matMul(a, dy, !transposeA, false));
    return { a: () => sumTo(byA(), a.shape), b: () => sumTo(byB(), b.shape) };
  },
);
