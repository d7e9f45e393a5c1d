import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '../../tf.js';
import { expectSameOnBoth, startEngines } from '../testing/differential.js';
import { TestRandom } from '../testing/random.js';

beforeAll(startEngines);

describe('unsortedSegmentSum', () => {
  it.each([
    { shape: [6], segments: 3 },
    { shape: [7, 5], segments: 4 },
    { shape: [9, 2, 3], segments: 20 },
  ])('agrees with the reference: $shape into $segments', async ({ shape, segments }) => {
    const random = new TestRandom(3);
    const x = random.floats(shape);
    // -1 and `segments` lie outside, and are left out.
    const ids = Int32Array.from({ length: shape[0] as number }, () => random.integer(-1, segments));
    await expectSameOnBoth(() => [
      tf.unsortedSegmentSum(tf.tensor(x, shape), tf.tensor1d(ids, 'int32'), segments),
      tf.unsortedSegmentSum(tf.ones(shape, 'int32'), tf.tensor1d(ids, 'int32'), segments),
    ]);
  });

  it('takes inputs that were made on the other engine, also when the heap has to grow for them', async () => {
    await tf.setBackend('cpu');
    const x = tf.ones([50, 200_000]); // 40 MB; the heap starts with 16
    const ids = tf.fill([50], 2, 'int32') as tf.Tensor1D;
    await tf.setBackend('wasm');
    const sums = tf.unsortedSegmentSum(x, ids, 3);
    const found = tf.max(sums, 1);
    expect([...found.dataSync()]).toEqual([0, 0, 50]);
    tf.dispose([x, ids, sums, found]);
  });

  it.each([0, 1, -1])('makes gather trainable along axis %i', async (axis) => {
    const x = new TestRandom(4).floats([4, 5, 3]);
    await expectSameOnBoth(() => {
      const indices = tf.tensor2d([0, 2, 2, 1, 0, 2], [2, 3], 'int32');
      return [tf.grad((table) => tf.sum(tf.square(tf.gather(table, indices, axis))))(tf.tensor(x, [4, 5, 3]))];
    });
  });
});
