import * as tf from '../../../tf.js';
import type { TestRandom } from '../random.js';
import { distinct, type OpCase, type OpInput, type OpTable, uniform } from './opCase.js';

type Reduction = (x: tf.Tensor, axes: number[] | undefined, keepDims: boolean) => tf.Tensor;

/** Some axes of a shape, named from the front or from the back, in any order; or none, which means all. */
function pickAxes(random: TestRandom, rank: number): number[] | undefined {
  const count = random.integer(0, rank);
  if (count === 0) return undefined;
  const axes = random.order(rank).slice(0, count);
  return axes.map((axis) => (random.next() < 0.3 ? axis - rank : axis));
}

function over(
  run: Reduction,
  values: (random: TestRandom, shape: number[]) => OpInput = uniform,
): (random: TestRandom) => OpCase {
  return (random) => {
    const shape = random.shape(0, 5, 4);
    const axes = pickAxes(random, shape.length);
    const keepDims = random.pick([true, false]);
    return { inputs: [values(random, shape)], run: (x) => run(x, axes, keepDims) };
  };
}

function along(
  run: (x: tf.Tensor, axis: number, flags: [boolean, boolean]) => tf.Tensor,
  values: (random: TestRandom, shape: number[]) => OpInput = uniform,
): (random: TestRandom) => OpCase {
  return (random) => {
    const shape = random.shape(1, 5, 4);
    const axis = random.integer(0, shape.length - 1);
    const flags: [boolean, boolean] = [random.pick([true, false]), random.pick([true, false])];
    return { inputs: [values(random, shape)], run: (x) => run(x, axis, flags) };
  };
}

/** At most one zero in a product has a gradient that is not zero; these have none, one or several. */
function withZeros(random: TestRandom, shape: number[]): OpInput {
  const input = uniform(random, shape, 0.5, 1.5);
  const zeros = random.integer(0, 2);
  for (let i = 0; i < zeros; i++) input.values[random.integer(0, input.values.length - 1)] = 0;
  return { shape, values: input.values.map((value) => value * random.pick([-1, 1])) };
}

/** Sums, products and extremes over axes, and running ones. */
export const REDUCTION_OPS: OpTable = {
  sum: over(tf.sum),
  mean: over(tf.mean),
  prod: over(tf.prod, withZeros),
  max: over(tf.max, distinct),
  min: over(tf.min, distinct),
  logSumExp: over(tf.logSumExp),
  euclideanNorm: along((x, axis, [keep]) => tf.euclideanNorm(tf.add(x, 2), axis, keep)),
  'norm 1': along((x, axis, [keep]) => tf.norm(x, 1, axis, keep), distinct),
  'norm inf': along((x, axis, [keep]) => tf.norm(tf.add(x, 10), Number.POSITIVE_INFINITY, axis, keep), distinct),
  moments: over((x, axes, keepDims) => {
    const { mean, variance } = tf.moments(x, axes, keepDims);
    return tf.add(mean, variance);
  }),
  cumsum: along((x, axis, [exclusive, reverse]) => tf.cumsum(x, axis, exclusive, reverse)),
  cumprod: along((x, axis, [exclusive, reverse]) => tf.cumprod(x, axis, exclusive, reverse), withZeros),
  softmax: (random) => ({ inputs: [uniform(random, random.shape(1, 5))], run: (x) => tf.softmax(x) }),
  logSoftmax: (random) => ({ inputs: [uniform(random, random.shape(1, 5))], run: (x) => tf.logSoftmax(x) }),
  topk: (random) => {
    const shape = random.shape(1, 4);
    const k = random.integer(1, shape.at(-1) as number);
    return { inputs: [distinct(random, shape)], run: (x) => tf.topk(x, k).values };
  },
  argMax: along((x, axis) => tf.mul(tf.sum(x), tf.cast(tf.argMax(x, axis), 'float32')), distinct),
  argMin: along((x, axis) => tf.mul(tf.sum(x), tf.cast(tf.argMin(x, axis), 'float32')), distinct),
};
