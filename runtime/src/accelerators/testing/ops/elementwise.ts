import * as tf from '../../../tf.js';
import type { TestRandom } from '../random.js';
import { away, type OpCase, type OpTable, uniform } from './opCase.js';

type Unary = (x: tf.Tensor) => tf.Tensor;

/** A function of one number, on tensors of any rank, inside of its domain. */
function on(from: number, to: number, run: Unary, kinks: readonly number[] = []): (random: TestRandom) => OpCase {
  return (random) => ({ inputs: [away(random, random.shape(0, 6, 3), kinks, from, to)], run });
}

/** Functions that work on each number by itself. */
export const ELEMENTWISE_OPS: OpTable = {
  abs: on(-3, 3, tf.abs, [0]),
  acos: on(-0.9, 0.9, tf.acos),
  acosh: on(1.2, 4, tf.acosh),
  asin: on(-0.9, 0.9, tf.asin),
  asinh: on(-3, 3, tf.asinh),
  atan: on(-3, 3, tf.atan),
  atanh: on(-0.9, 0.9, tf.atanh),
  cast: on(-3, 3, (x) => tf.cast(x, 'float32')),
  'cast to integers': on(-3, 3, (x) => tf.add(x, tf.cast(tf.cast(x, 'int32'), 'float32')), [-3, -2, -1, 0, 1, 2, 3]),
  ceil: on(-3, 3, (x) => tf.add(tf.ceil(x), x), [-3, -2, -1, 0, 1, 2, 3]),
  clipByValue: on(-3, 3, (x) => tf.clipByValue(x, -1.5, 0.5), [-1.5, 0.5]),
  clone: on(-3, 3, tf.clone),
  cos: on(-6, 6, tf.cos),
  cosh: on(-3, 3, tf.cosh),
  elu: on(-3, 3, tf.elu, [0]),
  erf: on(-2, 2, tf.erf),
  exp: on(-3, 2, tf.exp),
  expm1: on(-3, 2, tf.expm1),
  floor: on(-3, 3, (x) => tf.add(tf.floor(x), x), [-3, -2, -1, 0, 1, 2, 3]),
  leakyRelu: on(-3, 3, (x) => tf.leakyRelu(x, 0.3), [0]),
  log: on(0.3, 4, tf.log),
  log1p: on(-0.7, 4, tf.log1p),
  logSigmoid: on(-3, 3, tf.logSigmoid),
  neg: on(-3, 3, tf.neg),
  onesLike: on(-3, 3, (x) => tf.mul(tf.onesLike(x), x)),
  reciprocal: on(-3, 3, tf.reciprocal, [0, 0.1, 0.2, -0.1, -0.2]),
  relu: on(-3, 3, tf.relu, [0]),
  relu6: on(-3, 9, tf.relu6, [0, 6]),
  round: on(-3, 3, (x) => tf.add(tf.round(x), x), [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5]),
  rsqrt: on(0.4, 4, tf.rsqrt),
  selu: on(-3, 3, tf.selu, [0]),
  sigmoid: on(-4, 4, tf.sigmoid),
  sign: on(-3, 3, (x) => tf.add(tf.sign(x), x), [0]),
  sin: on(-6, 6, tf.sin),
  sinh: on(-3, 3, tf.sinh),
  softplus: on(-4, 4, tf.softplus),
  sqrt: on(0.3, 4, tf.sqrt),
  square: on(-3, 3, tf.square),
  step: on(-3, 3, (x) => tf.add(tf.step(x, 0.2), x), [0]),
  tan: on(-1.2, 1.2, tf.tan),
  tanh: on(-3, 3, tf.tanh),
  zerosLike: on(-3, 3, (x) => tf.add(tf.zerosLike(x), x)),
  'tests for finite numbers': (random) => ({
    inputs: [uniform(random, random.shape(1, 3))],
    run: (x) => {
      const isUsual = tf.logicalAnd(tf.isFinite(x), tf.logicalNot(tf.logicalOr(tf.isInf(x), tf.isNaN(x))));
      return tf.where(isUsual, tf.square(x), x);
    },
  }),
  comparisons: (random) => ({
    inputs: [away(random, random.shape(1, 3), [-0.5, 0.5], -1, 1)],
    run: (x) => {
      const inside = tf.logicalAnd(tf.greater(x, -0.5), tf.less(x, 0.5));
      const same = tf.logicalAnd(tf.greaterEqual(x, -0.5), tf.lessEqual(x, 0.5));
      const one = tf.logicalOr(tf.equal(x, 3), tf.notEqual(x, 4));
      return tf.where(tf.logicalAnd(tf.logicalAnd(inside, same), one), tf.square(x), x);
    },
  }),
  'all and any': (random) => ({
    inputs: [away(random, random.shape(1, 3), [0])],
    run: (x) => tf.where(tf.logicalOr(tf.all(tf.greater(x, 0)), tf.any(tf.greater(x, 2))), tf.square(x), x),
  }),
};
