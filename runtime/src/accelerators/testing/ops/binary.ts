import * as tf from '../../../tf.js';
import type { TestRandom } from '../random.js';
import { away, broadcastShapes, distinct, type OpCase, type OpInput, type OpTable, uniform } from './opCase.js';

type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

/** A function of two numbers, broadcast. */
function on(run: Binary, values: (random: TestRandom, shapes: [number[], number[]]) => OpInput[]) {
  return (random: TestRandom): OpCase => ({ inputs: values(random, broadcastShapes(random, 3)), run });
}

const anywhere = (random: TestRandom, [a, b]: [number[], number[]]) => [uniform(random, a), uniform(random, b)];

/** The second one is not near 0. */
const quotient = (random: TestRandom, [a, b]: [number[], number[]]) => [
  uniform(random, a),
  away(random, b, [-0.4, -0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3, 0.4], -2, 2),
];

/** No number of one is close to a number of the other. */
const apart = (random: TestRandom, [a, b]: [number[], number[]]) => {
  const first = distinct(random, a);
  const second = distinct(random, b);
  return [{ shape: a, values: first.values.map((value) => value + 0.05) }, second];
};

/** Dividends halfway between two multiples of their divisor. */
const remainders = (random: TestRandom, [a, b]: [number[], number[]]) => {
  const dividend = uniform(random, a).values.map(() => random.integer(-3, 3) * 2 + 0.8 + 0.4 * random.next());
  const divisor = uniform(random, b).values.map(() => random.pick([-2, 2]));
  return [
    { shape: a, values: dividend },
    { shape: b, values: divisor },
  ];
};

/** Functions of two tensors, of which each may be broadcast to the other. */
export const BINARY_OPS: OpTable = {
  add: on(tf.add, anywhere),
  sub: on(tf.sub, anywhere),
  mul: on(tf.mul, anywhere),
  div: on(tf.div, quotient),
  divNoNan: on(tf.divNoNan, quotient),
  atan2: on(tf.atan2, (random, [a, b]) => [away(random, a, [0]), uniform(random, b)]),
  maximum: on(tf.maximum, apart),
  minimum: on(tf.minimum, apart),
  mod: on((a, b) => tf.mul(tf.mod(a, b), b), remainders),
  floorDiv: on((a, b) => tf.add(tf.floorDiv(a, b), tf.mul(a, b)), remainders),
  squaredDifference: on(tf.squaredDifference, anywhere),
  pow: on(tf.pow, (random, [a, b]) => [uniform(random, a, 0.3, 2), uniform(random, b, -2, 3)]),
  'pow of negative numbers': (random) => {
    const exponent = random.pick([2, 3]);
    return { inputs: [away(random, random.shape(0, 5, 3), [0], -2, 2)], run: (x) => tf.pow(x, exponent) };
  },
  prelu: (random) => {
    const [shape] = broadcastShapes(random, 3);
    const alpha = shape.map((size) => (random.next() < 0.4 ? 1 : size)).slice(random.integer(0, shape.length));
    return { inputs: [away(random, shape, [0]), uniform(random, alpha)], run: (x, a) => tf.prelu(x, a) };
  },
  where: (random) => {
    const [a, b] = broadcastShapes(random, 3);
    const outer = tf.broadcast_util.assertAndGetBroadcastShape(a, b);
    const condition = Array.from({ length: tf.util.sizeFromShape(outer) }, () => random.integer(0, 1));
    return {
      inputs: [uniform(random, a), uniform(random, b)],
      run: (x, y) => tf.where(tf.tensor(condition, outer, 'bool'), x, y),
    };
  },
  'where by rows': (random) => {
    const shape = random.shape(2, 4, 3);
    const condition = Array.from({ length: shape[0] as number }, () => random.integer(0, 1));
    return {
      inputs: [uniform(random, shape), uniform(random, shape)],
      run: (x, y) => tf.where(tf.reshape(tf.tensor1d(condition, 'bool'), [-1, ...shape.slice(1).map(() => 1)]), x, y),
    };
  },
  addN: (random) => {
    const shape = random.shape(0, 5, 3);
    return {
      inputs: [uniform(random, shape), uniform(random, shape), uniform(random, shape)],
      run: (...all) => tf.addN(all),
    };
  },
};
