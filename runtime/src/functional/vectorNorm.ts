import * as tf from '../tf.js';
import { fused } from './gradients.js';

/**
 * The p-norm along one axis, which stays with size 1. Any p: 0 counts what is not 0, Infinity and -Infinity take the
 * largest and the smallest size. The gradient is torch's: 0 where the norm is 0, shared where several are the largest.
 */
export function vectorNorm(x: tf.Tensor, p: number, axis: number): tf.Tensor {
  return fused([x], () => {
    const value = normOf(x, p, axis);
    return {
      value,
      saved: [x, value],
      gradient: (dy, kept, norm) => tf.mul(dy, slopeOf(kept, norm, p, axis)),
    };
  });
}

function normOf(x: tf.Tensor, p: number, axis: number): tf.Tensor {
  if (p === 2) return tf.sqrt(tf.sum(tf.square(x), axis, true));
  if (p === 0) return tf.sum(tf.cast(tf.notEqual(x, 0), 'float32'), axis, true);
  const size = tf.abs(x);
  if (p === 1) return tf.sum(size, axis, true);
  if (p === Number.POSITIVE_INFINITY) return tf.max(size, axis, true);
  if (p === Number.NEGATIVE_INFINITY) return tf.min(size, axis, true);
  return tf.pow(tf.sum(tf.pow(size, p), axis, true), 1 / p);
}

function slopeOf(x: tf.Tensor, norm: tf.Tensor, p: number, axis: number): tf.Tensor {
  if (p === 0) return tf.zerosLike(x);
  if (p === 1) return tf.sign(x);
  const isZero = tf.equal(norm, 0);
  const safeNorm = tf.where(isZero, tf.onesLike(norm), norm);
  if (p === 2) return tf.div(x, safeNorm);
  const size = tf.abs(x);
  if (!Number.isFinite(p)) {
    const isReached = tf.cast(tf.equal(size, norm), 'float32');
    return tf.div(tf.mul(tf.sign(x), isReached), tf.sum(isReached, axis, true));
  }
  // |x| / norm first: its powers neither overflow nor vanish. At 0 a power below 0 is infinite, and torch answers 0.
  const share = tf.div(size, safeNorm);
  const safeShare = tf.where(tf.equal(share, 0), tf.onesLike(share), share);
  return tf.mul(tf.sign(x), tf.pow(safeShare, p - 1));
}
