import * as tf from '../../tf.js';
import { RELU_GRAD } from '../kernels/reluGrad.js';
import { keepWhere, sumTo } from './broadcasting.js';
import { defineGradient } from './gradient.js';

/** A gradient that is infinite stops where the input is cut off; tfjs-core multiplies it with 0, which is not a number. */
const relu = defineGradient<'x'>(tf.Relu, { inputs: ['x'] }, ({ dy, inputs: { x } }) => ({
  x: () => tf.engine().runKernel(RELU_GRAD, { dy, x }),
}));

/** At 6 torch passes nothing, tfjs-core everything. */
const relu6 = defineGradient<'x'>(tf.Relu6, { inputs: ['x'] }, ({ dy, inputs: { x } }) => ({
  x: () => tf.mul(dy, tf.mul(tf.step(x), tf.step(tf.sub(6, x)))),
}));

/** What was not clipped is what came out as it went in; both ends belong to it, as in torch. */
const clipByValue = defineGradient<'x'>(
  tf.ClipByValue,
  { inputs: ['x'], outputs: [true] },
  ({ dy, inputs: { x }, outputs: [y] }) => ({ x: () => keepWhere(tf.equal(x, y as tf.Tensor), dy) }),
);

/** Broadcasting is undone for both inputs. */
const prelu = defineGradient<'x' | 'alpha'>(tf.Prelu, { inputs: ['x', 'alpha'] }, ({ dy, inputs: { x, alpha } }) => ({
  x: () => sumTo(tf.where(tf.greater(x, 0), dy, tf.mul(dy, alpha)), x.shape),
  alpha: () => sumTo(tf.where(tf.greater(x, 0), tf.zerosLike(dy), tf.mul(dy, x)), alpha.shape),
}));

/** Gradients of activations as torch has them where they bend. */
export const activationGradients: readonly tf.GradConfig[] = [relu, relu6, clipByValue, prelu];
