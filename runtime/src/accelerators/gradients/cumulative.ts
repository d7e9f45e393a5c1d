import * as tf from '../../tf.js';
import { defineGradient } from './gradient.js';

const X = { inputs: ['x'] } as const;

/** The running sum the other way round. tfjs-core leaves the result transposed for every axis but the last. */
const cumsum = defineGradient<never, tf.CumsumAttrs>(tf.Cumsum, {}, ({ dy, attrs: { axis, exclusive, reverse } }) => ({
  x: () => tf.cumsum(dy, axis, exclusive, !reverse),
}));

/**
 * A running product's gradient, as torch also has it where there are zeros. With `y` the products, `dx_j` is the sum of
 * `dy_k · y_k / x_j` over all `k` from `j` on. The first zero on the way is left out of its own products; behind it every
 * product holds that zero, so nothing has an influence any more.
 */
const cumprod = defineGradient<'x', tf.CumprodAttrs>(
  tf.Cumprod,
  X,
  ({ dy, inputs: { x }, attrs: { axis, exclusive, reverse } }) => ({
    x: () => {
      const along = (factors: tf.Tensor) => tf.cumprod(factors, axis, exclusive, reverse);
      const sumFrom = (terms: tf.Tensor) => tf.cumsum(terms, axis, exclusive, !reverse);
      const isZero = tf.equal(x, 0);
      const zeros = tf.cumsum(tf.cast(isZero, 'float32'), axis, false, reverse);
      const isFirst = tf.logicalAnd(isZero, tf.equal(zeros, 1));
      const before = tf.div(sumFrom(tf.mul(dy, along(x))), x);
      const atFirst = sumFrom(tf.mul(dy, along(tf.where(isFirst, tf.onesLike(x), x))));
      return tf.where(tf.equal(zeros, 0), before, tf.where(isFirst, atFirst, tf.zerosLike(x)));
    },
  }),
);

/** The product of all others, which needs no division and so no special case for zeros. tfjs-core fails for several axes. */
const prod = defineGradient<'x', tf.ProdAttrs>(tf.Prod, X, ({ dy, inputs: { x }, attrs: { axis } }) => ({
  x: () => {
    const axes = tf.util.parseAxisParam(axis, x.shape);
    const others = x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
    const order = [...others, ...axes];
    const outer = others.map((i) => x.shape[i] as number);
    const rows = tf.reshape(tf.transpose(x, order), [tf.util.sizeFromShape(outer), -1]);
    const without = tf.mul(tf.cumprod(rows, 1, true, false), tf.cumprod(rows, 1, true, true));
    const inOrder = tf.mul(without, tf.reshape(dy, [-1, 1]));
    const shape = order.map((i) => x.shape[i] as number);
    return tf.transpose(tf.reshape(inOrder, shape), tf.backend_util.getUndoAxesPermutation(order));
  },
}));

/** Gradients of running sums and products, and of products. */
export const cumulativeGradients: readonly tf.GradConfig[] = [cumsum, cumprod, prod];
