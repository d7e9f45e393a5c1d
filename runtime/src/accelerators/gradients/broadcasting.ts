import * as tf from '../../tf.js';

/** Sums a gradient over the dimensions along which its input was repeated; the result has the input's shape. */
export function sumTo(gradient: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const extra = gradient.rank - shape.length;
  const leading = Array.from({ length: extra }, (_, axis) => axis);
  const repeated = shape.flatMap((size, axis) =>
    size === 1 && gradient.shape[axis + extra] !== 1 ? [axis + extra] : [],
  );
  const axes = [...leading, ...repeated];
  return axes.length === 0 ? gradient : tf.reshape(tf.sum(gradient, axes, true), [...shape]);
}

/** Where the condition holds the gradient, elsewhere 0, also where the gradient is infinite or not a number. */
export function keepWhere(condition: tf.Tensor, gradient: tf.Tensor): tf.Tensor {
  return tf.where(condition, gradient, tf.zerosLike(gradient));
}
