import { tf } from 'lightning-tfjs';
import type { JsonObject } from '../../scenario.js';
import { numberAt, type TensorOperation } from './types.js';

const pair =
  (compute: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): TensorOperation =>
  ([a, b]) =>
    compute(a as tf.Tensor, b as tf.Tensor);

/** beta · input + alpha · (a times b). */
const added =
  (multiply: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): TensorOperation =>
  ([x, a, b], args: JsonObject) =>
    tf.add(
      tf.mul(x as tf.Tensor, numberAt(args, ['beta'], 1)),
      tf.mul(multiply(a as tf.Tensor, b as tf.Tensor), numberAt(args, ['alpha'], 1)),
    );

const outer = (a: tf.Tensor, b: tf.Tensor) => tf.mul(tf.expandDims(a, -1), tf.expandDims(b, 0));

/** torch's products under its names and arguments. */
export const PRODUCTS: Readonly<Record<string, TensorOperation>> = {
  matmul: pair(matmul),
  mm: pair(matmul),
  bmm: pair(matmul),
  mv: pair(matmul),
  dot: pair((a, b) => tf.sum(tf.mul(a, b))),
  vdot: pair((a, b) => tf.sum(tf.mul(a, b))),
  inner: pair((a, b) => (a.rank === 0 || b.rank === 0 ? tf.mul(a, b) : tensordot(a, b))),
  outer: pair(outer),
  ger: pair(outer),
  addmm: added(matmul),
  addmv: added(matmul),
  baddbmm: added(matmul),
  addr: added(outer),
  cross: ([a, b], args) => cross(a as tf.Tensor, b as tf.Tensor, numberAt(args, ['dim'], -1)),
  einsum: (tensors, args) => tf.einsum(String(args.equation).replaceAll(' ', ''), ...tensors),
  cdist: ([a, b], args) => {
    const difference = tf.sub(tf.expandDims(a as tf.Tensor, -2), tf.expandDims(b as tf.Tensor, -3));
    const p = numberAt(args, ['p'], 2);
    return tf.pow(tf.sum(tf.pow(tf.abs(difference), p), -1), 1 / p);
  },
  kron: pair((a, b) => {
    const product = tf.mul(tf.reshape(a, interleave(a.shape, 0)), tf.reshape(b, interleave(b.shape, 1)));
    return tf.reshape(
      product,
      a.shape.map((size, axis) => size * (b.shape[axis] ?? 1)),
    );
  }),
};

/**
 * torch's rules: a vector stands for a row on the left and a column on the right; stacks of matrices are repeated to
 * fit.
 */
function matmul(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const left = a.rank === 1 ? tf.expandDims(a, 0) : a;
  const right = b.rank === 1 ? tf.expandDims(b, -1) : b;
  const product = tf.matMul(left, right);
  const shape = product.shape.filter(
    (_, axis) => !(a.rank === 1 && axis === product.rank - 2) && !(b.rank === 1 && axis === product.rank - 1),
  );
  return tf.reshape(product, shape);
}

/** The product over the last axes of both. */
function tensordot(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const length = a.shape.at(-1) ?? 1;
  const product = tf.matMul(tf.reshape(a, [-1, length]), tf.reshape(b, [-1, length]), false, true);
  return tf.reshape(product, [...a.shape.slice(0, -1), ...b.shape.slice(0, -1)]);
}

function cross(a: tf.Tensor, b: tf.Tensor, dim: number): tf.Tensor {
  const axis = dim < 0 ? dim + a.rank : dim;
  const turned = (x: tf.Tensor, by: number) =>
    tf.gather(
      x,
      tf.tensor1d(
        [0, 1, 2].map((i) => (i + by) % 3),
        'int32',
      ),
      axis,
    );
  return tf.sub(tf.mul(turned(a, 1), turned(b, 2)), tf.mul(turned(a, 2), turned(b, 1)));
}

/** Each size with a 1 behind it (place 0) or before it (place 1). */
function interleave(shape: readonly number[], place: 0 | 1): number[] {
  return shape.flatMap((size) => (place === 0 ? [size, 1] : [1, size]));
}
