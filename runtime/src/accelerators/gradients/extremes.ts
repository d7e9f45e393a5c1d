import * as tf from '../../tf.js';
import { keepWhere, sumTo } from './broadcasting.js';
import { defineGradient } from './gradient.js';

/**
 * Gradients of the larger and of the smaller of two numbers. Of two equal ones each gets half, as in torch. Those of tfjs-core
 * do not undo broadcasting, and give all of it to the first.
 */
const pairs = [extremeOfTwo(tf.Maximum, tf.less), extremeOfTwo(tf.Minimum, tf.greater)];

function extremeOfTwo(kernelName: string, loses: (one: tf.Tensor, other: tf.Tensor) => tf.Tensor): tf.GradConfig {
  return defineGradient<'a' | 'b'>(kernelName, { inputs: ['a', 'b'] }, ({ dy, inputs: { a, b } }) => {
    const share = (one: tf.Tensor, other: tf.Tensor) =>
      sumTo(
        keepWhere(tf.logicalNot(loses(one, other)), tf.where(tf.equal(one, other), tf.mul(dy, 0.5), dy)),
        one.shape,
      );
    return { a: () => share(a, b), b: () => share(b, a) };
  });
}

/**
 * Gradients of the largest and of the smallest number along some axes: equal ones share it evenly, as in torch's `amax` and
 * `amin`. In tfjs-core each of them gets all of it.
 */
const reductions = [
  defineGradient<'x', tf.MaxAttrs>(
    tf.Max,
    { inputs: ['x'], outputs: [true] },
    ({ dy, inputs: { x }, outputs: [y], attrs: { reductionIndices } }) => ({
      x: () => shareEvenly(x, y as tf.Tensor, dy, reductionIndices),
    }),
  ),
  defineGradient<'x', tf.MinAttrs>(
    tf.Min,
    { inputs: ['x'], outputs: [true] },
    ({ dy, inputs: { x }, outputs: [y], attrs: { axis } }) => ({
      x: () => shareEvenly(x, y as tf.Tensor, dy, axis),
    }),
  ),
];

function shareEvenly(x: tf.Tensor, y: tf.Tensor, dy: tf.Tensor, axis: number | number[]): tf.Tensor {
  const axes = tf.util.parseAxisParam(axis, x.shape);
  const kept = x.shape.map((size, i) => (axes.includes(i) ? 1 : size));
  const isExtreme = tf.cast(tf.equal(x, tf.reshape(y, kept)), 'float32');
  const count = tf.sum(isExtreme, axes, true);
  return tf.mul(isExtreme, tf.div(tf.reshape(dy, kept), count));
}

/** Gradients of `maximum`, `minimum`, `max` and `min`. */
export const extremeGradients: readonly tf.GradConfig[] = [...pairs, ...reductions];
