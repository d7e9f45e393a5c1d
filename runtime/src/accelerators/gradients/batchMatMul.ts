import * as tf from '../../tf.js';

/** Sums a gradient over the dimensions along which its input was repeated. */
function unbroadcast(gradient: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const extra = gradient.rank - shape.length;
  const leading = Array.from({ length: extra }, (_, axis) => axis);
  const repeated = shape.flatMap((size, axis) =>
    size === 1 && gradient.shape[axis + extra] !== 1 ? [axis + extra] : [],
  );
  const axes = [...leading, ...repeated];
  return axes.length === 0 ? gradient : tf.reshape(tf.sum(gradient, axes, true), [...shape]);
}

/**
 * The gradients of a product of stacks of matrices. Those of tfjs-core have the shape of the repeated stack where one stack is
 * broadcast to the other.
 */
export const batchMatMulGradient: tf.GradConfig = {
  kernelName: 'BatchMatMul',
  inputsToSave: ['a', 'b'],
  gradFunc: (dys, saved, attrs) => {
    const dy = dys as tf.Tensor;
    const [a, b] = saved as [tf.Tensor, tf.Tensor]; // as inputsToSave says
    const { transposeA, transposeB } = attrs as unknown as {
      readonly transposeA: boolean;
      readonly transposeB: boolean;
    };
    // With A' and B' the matrices as they are multiplied: dA' = dY·B'ᵀ and dB' = A'ᵀ·dY; a transposed input wants the transpose.
    const byA = () => (transposeA ? tf.matMul(b, dy, transposeB, true) : tf.matMul(dy, b, false, !transposeB));
    const byB = () => (transposeB ? tf.matMul(dy, a, true, transposeA) : tf.matMul(a, dy, !transposeA, false));
    return { a: () => unbroadcast(byA(), a.shape), b: () => unbroadcast(byB(), b.shape) };
  },
};
