import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '../../../tf.js';
import { expectNoLeak, expectSameOnBoth, startEngines } from '../../testing/differential.js';

beforeAll(startEngines);

describe('OneHot', () => {
  it.each([
    ['int32', [4], 5, 1, 0],
    ['float32', [4], 5, 1, 0],
    ['float32', [2, 3], 4, 0.9, 0.1],
    ['int32', [2, 2], 3, 7, -1],
    ['bool', [3], 4, 1, 0],
  ] as const)('of dtype %s and shape %j', async (dtype, shape, depth, onValue, offValue) => {
    const size = shape.reduce<number>((product, length) => product * length, 1);
    // One index lies beyond the depth, and one below zero.
    const indices = Int32Array.from({ length: size }, (_, i) => ((i * 3) % (depth + 2)) - 1);
    const compute = () =>
      tf.tidy(() => [tf.oneHot(tf.tensor(indices, [...shape], 'int32'), depth, onValue, offValue, dtype)]);
    await expectSameOnBoth(compute);
    const [hot] = compute();
    expect(hot?.dtype).toBe(dtype);
    hot?.dispose();
    expectNoLeak(() => tf.dispose(compute()));
  });
});
