import * as tf from '../../tf.js';
import { keepWhere, sumTo } from './broadcasting.js';
import { defineGradient } from './gradient.js';

const BOTH = { inputs: ['a', 'b'] } as const;

const squaredDifference = defineGradient<'a' | 'b'>(tf.SquaredDifference, BOTH, ({ dy, inputs: { a, b } }) => {
  const byA = () => tf.mul(dy, tf.mul(tf.sub(a, b), 2));
  return { a: () => sumTo(byA(), a.shape), b: () => sumTo(tf.neg(byA()), b.shape) };
});

/** tfjs-core divides by the divisor's square, which is 0 or infinite long before the quotient is. */
const realDiv = defineGradient<'a' | 'b'>(tf.RealDiv, BOTH, ({ dy, inputs }) => {
  const [a, b] = [tf.cast(inputs.a, 'float32'), tf.cast(inputs.b, 'float32')];
  return {
    a: () => sumTo(tf.div(dy, b), a.shape),
    b: () => sumTo(tf.neg(tf.mul(dy, tf.div(tf.div(a, b), b))), b.shape),
  };
});

/** A quotient that is rounded is constant almost everywhere. tfjs-core has the gradient of the one that is not. */
const floorDiv = defineGradient<'a' | 'b'>(tf.FloorDiv, BOTH, ({ inputs: { a, b } }) => ({
  a: () => tf.zeros(a.shape),
  b: () => tf.zeros(b.shape),
}));

/** The angle has no slope at the origin; torch says 0 there. */
const atan2 = defineGradient<'a' | 'b'>(tf.Atan2, BOTH, ({ dy, inputs }) => {
  const [a, b] = [tf.cast(inputs.a, 'float32'), tf.cast(inputs.b, 'float32')];
  const scaled = (by: tf.Tensor) => {
    const square = tf.add(tf.square(a), tf.square(b));
    return keepWhere(tf.notEqual(square, 0), tf.div(tf.mul(dy, by), square));
  };
  return { a: () => sumTo(scaled(b), a.shape), b: () => sumTo(scaled(tf.neg(a)), b.shape) };
});

/**
 * As torch: with exponent 0 the base has no influence, whatever it is; a base of 0 gives a positive exponent none; and for a
 * negative base a change of the exponent leaves the real numbers, so that its gradient is not a number.
 */
const pow = defineGradient<'a' | 'b'>(tf.Pow, { ...BOTH, outputs: [true] }, ({ dy, inputs, outputs: [y] }) => {
  const [base, exponent] = [tf.cast(inputs.a, 'float32'), tf.cast(inputs.b, 'float32')];
  const byBase = () => {
    // 0 · base⁰ is 0 without a special case; 0 · base⁻¹ is not a number where the base is 0.
    const lower = tf.where(tf.equal(exponent, 0), exponent, tf.sub(exponent, 1));
    return tf.mul(dy, tf.mul(exponent, tf.pow(base, lower)));
  };
  const byExponent = () => {
    const isFlat = tf.logicalAnd(tf.equal(base, 0), tf.greaterEqual(exponent, 0));
    return tf.mul(dy, keepWhere(tf.logicalNot(isFlat), tf.mul(y as tf.Tensor, tf.log(base))));
  };
  return { a: () => sumTo(byBase(), base.shape), b: () => sumTo(byExponent(), exponent.shape) };
});

/** Gradients of arithmetic on two tensors that tfjs-core has wrong: by broadcasting, at 0, or everywhere. */
export const arithmeticGradients: readonly tf.GradConfig[] = [squaredDifference, realDiv, floorDiv, atan2, pow];
