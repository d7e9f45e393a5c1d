import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '../../../tf.js';
import {
  expectClose,
  expectNoLeak,
  expectSameOnBoth,
  SUM_ORDER_TOLERANCE,
  startEngines,
} from '../../testing/differential.js';
import { TestRandom } from '../../testing/random.js';

beforeAll(startEngines);

const SEEDS = Array.from({ length: 40 }, (_, seed) => seed);
const TRANSPOSITIONS = [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
] as const;

/** Two operands with the outer sizes given, and each transposed as told. */
function operands(
  random: TestRandom,
  aOuter: number[],
  bOuter: number[],
  [ta, tb]: readonly [boolean, boolean],
  largest = 70,
) {
  const [rows, inner, columns] = [random.integer(1, largest), random.integer(1, largest), random.integer(1, 40)];
  const aShape = [...aOuter, ...(ta ? [inner, rows] : [rows, inner])];
  const bShape = [...bOuter, ...(tb ? [columns, inner] : [inner, columns])];
  return { aShape, bShape, a: random.floats(aShape), b: random.floats(bShape), columns };
}

describe('matMul', () => {
  it.each(TRANSPOSITIONS)('agrees with the reference (transposed: %s, %s)', async (ta, tb) => {
    for (const seed of SEEDS) {
      const random = new TestRandom(seed);
      const { a, b, aShape, bShape } = operands(random, [], [], [ta, tb]);
      await expectSameOnBoth(() => [tf.matMul(tf.tensor(a, aShape), tf.tensor(b, bShape), ta, tb)]);
    }
  });

  it.each([
    { aOuter: [3], bOuter: [3] },
    { aOuter: [1], bOuter: [4] },
    { aOuter: [5], bOuter: [1] },
    { aOuter: [2, 3], bOuter: [2, 3] },
    { aOuter: [2, 3], bOuter: [] },
    { aOuter: [], bOuter: [2, 2] },
  ])('multiplies stacks $aOuter · $bOuter', async ({ aOuter, bOuter }) => {
    for (const [i, transposed] of TRANSPOSITIONS.entries()) {
      for (const largest of [5, 70]) {
        const { a, b, aShape, bShape } = operands(new TestRandom(100 + i), aOuter, bOuter, transposed, largest);
        await expectSameOnBoth(() => [tf.matMul(tf.tensor(a, aShape), tf.tensor(b, bShape), ...transposed)]);
      }
    }
  });

  // tfjs's reference counts round here too, so the operands are broadcast by hand.
  it.each([
    { aOuter: [2, 1], bOuter: [3] },
    { aOuter: [2, 1], bOuter: [1, 3] },
  ])('broadcasts both stacks: $aOuter · $bOuter', ({ aOuter, bOuter }) => {
    const { a, b, aShape, bShape } = operands(new TestRandom(9), aOuter, bOuter, [false, true]);
    tf.tidy(() => {
      const [left, right] = [tf.tensor(a, aShape), tf.tensor(b, bShape)];
      const leftEach = tf.broadcastTo(left, [2, 3, ...aShape.slice(-2)]);
      const rightEach = tf.broadcastTo(right, [2, 3, ...bShape.slice(-2)]);
      const found = tf.matMul(left, right, false, true);
      expect(found.shape.slice(0, 2)).toEqual([2, 3]);
      expectClose(found.dataSync(), tf.matMul(leftEach, rightEach, false, true).dataSync(), SUM_ORDER_TOLERANCE);
    });
  });

  it('answers zeros for an inner size of 0, and nothing for empty matrices', async () => {
    await expectSameOnBoth(() => [
      tf.matMul(tf.zeros([2, 0]), tf.zeros([0, 3])),
      tf.matMul(tf.zeros([0, 4]), tf.zeros([4, 3])),
    ]);
  });

  it('multiplies by the same buffer in two shapes', async () => {
    const random = new TestRandom(7);
    const [left, right, b] = [random.floats([2, 6]), random.floats([2, 4]), random.floats([6, 4])];
    await expectSameOnBoth(() => {
      const weights = tf.tensor(b, [6, 4]);
      const first = tf.matMul(tf.tensor(left, [2, 6]), weights);
      const tied = tf.matMul(tf.tensor(right, [2, 4]), tf.reshape(weights, [4, 6]));
      return [first, tied, tf.matMul(tf.tensor(left, [2, 6]), weights)];
    });
  });

  it('sees a new value after a variable is assigned', () => {
    const weights = tf.variable(tf.ones([3, 2]));
    const x = tf.ones([1, 3]);
    const before = tf.matMul(x, weights).dataSync();
    weights.assign(tf.fill([3, 2], 2));
    expect([...before, ...tf.matMul(x, weights).dataSync()]).toEqual([3, 3, 6, 6]);
    tf.dispose([weights, x]);
  });

  it('has the gradients of the reference', async () => {
    for (const [i, transposed] of TRANSPOSITIONS.entries()) {
      const { a, b, aShape, bShape } = operands(new TestRandom(200 + i), [2], [2], transposed);
      const f = (x: tf.Tensor, y: tf.Tensor) => tf.sum(tf.square(tf.matMul(x, y, ...transposed)));
      await expectSameOnBoth(() => tf.grads(f)([tf.tensor(a, aShape), tf.tensor(b, bShape)]));
    }
  });

  it('multiplies integers as the reference does', async () => {
    const [a, b] = [tf.range(-3, 3, 1, 'int32'), tf.range(0, 6, 1, 'int32')];
    await expectSameOnBoth(() => [tf.matMul(tf.reshape(a, [2, 3]), tf.reshape(b, [3, 2]))]);
    tf.dispose([a, b]);
  });
});

describe('fused matMul', () => {
  const ACTIVATIONS = ['linear', 'relu', 'relu6', 'sigmoid', 'elu', 'leakyrelu', 'prelu'] as const;

  it.each(ACTIVATIONS)('agrees with the reference: %s', async (activation) => {
    for (const [i, transposed] of TRANSPOSITIONS.entries()) {
      for (const outer of [[], [1], [3]]) {
        const random = new TestRandom(300 + i);
        const { a, b, aShape, bShape, columns } = operands(random, outer, outer, transposed);
        const [bias, alpha] = [random.floats([columns]), random.floats([columns])];
        await expectSameOnBoth(() => [
          tf.fused.matMul({
            a: tf.tensor(a, aShape),
            b: tf.tensor(b, bShape),
            transposeA: transposed[0],
            transposeB: transposed[1],
            bias: tf.tensor(bias),
            activation,
            ...(activation === 'prelu' ? { preluActivationWeights: tf.tensor(alpha) } : {}),
            leakyreluAlpha: 0.3,
          }),
        ]);
      }
    }
  });

  it.each([[[]], [[1]], [[5, 1]], [[5, 4]]])('takes a bias of shape %j', async (biasShape) => {
    const random = new TestRandom(400);
    const [a, b, bias] = [random.floats([5, 50]), random.floats([50, 4]), random.floats(biasShape)];
    await expectSameOnBoth(() => [
      tf.fused.matMul({
        a: tf.tensor(a, [5, 50]),
        b: tf.tensor(b, [50, 4]),
        bias: tf.tensor(bias, biasShape),
        activation: 'relu',
      }),
    ]);
  });

  it('leaves nothing behind', () => {
    expectNoLeak(() =>
      tf.tidy(() => {
        const a = tf.ones<tf.Rank.R3>([3, 4, 5]);
        tf.fused.matMul({ a, b: tf.ones<tf.Rank.R3>([3, 5, 2]), bias: tf.ones([2]), activation: 'relu' });
        expectClose(tf.matMul(a, a, true, false).dataSync().slice(0, 1), [4], 0);
      }),
    );
  });
});
