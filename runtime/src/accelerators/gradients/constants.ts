import * as tf from '../../tf.js';
import { keepWhere } from './broadcasting.js';
import { defineGradient } from './gradient.js';

/** What is chosen gets the gradient, what is not gets 0, also when the gradient is infinite or not a number. */
const select = defineGradient<'condition'>(tf.Select, { inputs: ['condition'] }, ({ dy, inputs: { condition } }) => ({
  condition: () => tf.zeros(condition.shape),
  t: () => keepWhere(condition, dy),
  e: () => tf.where(condition, tf.zerosLike(dy), dy),
}));

/** A cast to integers is constant almost everywhere; in torch it ends the graph. tfjs-core passes the gradient through. */
const cast = defineGradient<never, tf.CastAttrs>(tf.Cast, {}, ({ dy, attrs: { dtype } }) => ({
  x: () => (dtype === 'float32' ? tf.clone(dy) : tf.zeros(dy.shape)),
}));

/** Gradients of choices, and of what is constant almost everywhere. */
export const constantGradients: readonly tf.GradConfig[] = [select, cast];
