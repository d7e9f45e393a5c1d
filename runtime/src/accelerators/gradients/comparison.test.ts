import { beforeAll, describe, it } from 'vitest';
import * as tf from '../../tf.js';
import { expectSameOnBoth, expectSlope, startEngines } from '../testing/differential.js';
import { TestRandom } from '../testing/random.js';

beforeAll(startEngines);

const COMPARISONS = {
  greater: tf.greater,
  greaterEqual: tf.greaterEqual,
  less: tf.less,
  lessEqual: tf.lessEqual,
  equal: tf.equal,
  notEqual: tf.notEqual,
} as const;

describe('gradients through a choice', () => {
  it.each(Object.keys(COMPARISONS) as (keyof typeof COMPARISONS)[])('where(%s(x, 0), x², -x)', async (name) => {
    const shape = [3, 7];
    const x = new TestRandom(5).floats(shape);
    const f = (v: tf.Tensor) => tf.sum(tf.where(COMPARISONS[name](v, 0), tf.square(v), tf.neg(v))) as tf.Scalar;
    await expectSameOnBoth(() => [tf.grad(f)(tf.tensor(x, shape))]);
    expectSlope(f, { values: x, shape }, new TestRandom(6).floats(shape), { step: 1e-4, tolerance: 2e-2 });
  });

  it('broadcasts: the condition has its own gradient shapes', async () => {
    const [x, limit] = [new TestRandom(7).floats([4, 3]), new TestRandom(8).floats([3])];
    const f = (v: tf.Tensor, l: tf.Tensor) => tf.sum(tf.where(tf.greater(v, l), v, tf.mul(v, 0.1)));
    await expectSameOnBoth(() =>
      tf.grads((v, l) => tf.add(f(v, l), tf.sum(l)))([tf.tensor(x, [4, 3]), tf.tensor(limit)]),
    );
  });

  it('passes logical kernels and tests for NaN', async () => {
    const x = new TestRandom(9).floats([10]);
    const f = (v: tf.Tensor) => {
      const inside = tf.logicalAnd(tf.greater(v, -0.5), tf.logicalNot(tf.greater(v, 0.5)));
      const usable = tf.logicalOr(inside, tf.isNaN(v));
      return tf.sum(tf.where(usable, tf.square(v), tf.zerosLike(v)));
    };
    await expectSameOnBoth(() => [tf.grad(f)(tf.tensor(x))]);
  });
});
