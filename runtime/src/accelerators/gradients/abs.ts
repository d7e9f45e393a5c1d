import * as tf from '../../tf.js';
import { defineGradient } from './gradient.js';

/** The gradient of the absolute value: its sign, and 0 at 0 as in torch. tfjs-core takes -1 there. */
export const absGradient = defineGradient<'x'>(tf.Abs, { inputs: ['x'] }, ({ dy, inputs: { x } }) => ({
  x: () => tf.mul(dy, tf.sign(tf.cast(x, 'float32'))),
}));
