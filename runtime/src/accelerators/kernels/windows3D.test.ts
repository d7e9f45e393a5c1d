import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '../../tf.js';
import { expectNoLeak, expectSameOnBoth, startEngines } from '../testing/differential.js';
import { TestRandom } from '../testing/random.js';
import { expectGradientsFollowSlopes } from '../testing/slopes.js';

beforeAll(async () => {
  await startEngines();
  tf.env().set('IS_TEST', false); // tfjs's own check miscounts what is kept for gradients
});

const SHAPE: [number, number, number, number, number] = [2, 5, 6, 4, 3];

describe.each(['cpu', 'wasm'] as const)('boxes on %s', (engine) => {
  it.each(['max', 'avg'] as const)('%s pooling is one over images, and then one over depth', async (kind) => {
    await tf.setBackend(engine);
    tf.tidy(() => {
      const [batch, depth, height, width, channels] = SHAPE;
      const x = tf.tensor5d(new TestRandom(1).floats(SHAPE), SHAPE);
      const pool = kind === 'max' ? tf.maxPool : tf.avgPool;
      const images = pool(tf.reshape<tf.Rank.R4>(x, [batch * depth, height, width, channels]), [3, 2], [2, 1], 'valid');
      const [, outHeight = 0, outWidth = 0] = images.shape;
      const columns = tf.reshape<tf.Rank.R4>(images, [batch, depth, outHeight * outWidth, channels]);
      const expected = pool(columns, [2, 1], [2, 1], 'valid');
      const found = (kind === 'max' ? tf.maxPool3d : tf.avgPool3d)(x, [2, 3, 2], [2, 2, 1], 'valid');
      const difference = tf.sub(tf.reshape(found, [-1]), tf.reshape(expected, [-1]));
      expect(tf.max(tf.abs(difference)).dataSync()[0]).toBeLessThan(1e-6);
    });
  });

  it('begin at the border also where the stride is longer than the filter', async () => {
    await tf.setBackend(engine);
    tf.tidy(() => {
      const x = tf.reshape<tf.Rank.R5>(tf.range(0, 4), [1, 4, 1, 1, 1]);
      const filter = tf.ones<tf.Rank.R5>([1, 1, 1, 1, 1]);
      for (const found of [
        tf.conv3d(x, filter, [4, 1, 1], 'same'),
        tf.maxPool3d(x, 1, [4, 1, 1], 'same'),
        tf.avgPool3d(x, 1, [4, 1, 1], 'same'),
      ]) {
        expect(Array.from(found.dataSync())).toEqual([0]);
      }
    });
  });
});

describe.each(['cpu', 'wasm'] as const)('a composed kernel on %s', (engine) => {
  it('frees what it made when it throws', async () => {
    await tf.setBackend(engine);
    const [x, dy] = [tf.ones([1, 3, 3, 3, 2]), tf.ones([1, 1, 1, 1, 2])];
    const attrs = { strides: 1, pad: 'valid', filterShape: [2, 2, 2, 2, 2] };
    expectNoLeak(() =>
      expect(() => tf.engine().runKernel(tf.Conv3DBackpropFilterV2, { x, dy }, attrs)).toThrow(/shape/),
    );
    tf.dispose([x, dy]);
  });
});

describe('sizes that are rounded up', () => {
  const pool = { size: 3, stride: 2, pad: 1 };

  it.each([
    { name: 'maxPool', run: (x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, pool.size, pool.stride, pool.pad, 'ceil') },
    { name: 'avgPool', run: (x: tf.Tensor) => tf.avgPool(x as tf.Tensor4D, pool.size, pool.stride, pool.pad, 'ceil') },
  ])('$name: forward and backward', async ({ run }) => {
    for (const size of [4, 6, 7]) {
      const random = new TestRandom(size);
      const shape = [2, size, size + 1, 2];
      const values = Float32Array.from(random.order(tf.util.sizeFromShape(shape)), (place) => place * 0.1 - 5);
      await expectSameOnBoth(() => {
        const { value, grad } = tf.valueAndGrad((x) => tf.square(run(x)))(tf.tensor(values, shape));
        return [value, grad];
      });
      for (const engine of ['cpu', 'wasm']) {
        await tf.setBackend(engine);
        expectGradientsFollowSlopes({ inputs: [{ shape, values }], run }, random);
      }
    }
  });
});
