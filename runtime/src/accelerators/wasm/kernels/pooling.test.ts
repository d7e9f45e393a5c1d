import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '../../../tf.js';
import { expectSameOnBoth, expectSlope, startEngines } from '../../testing/differential.js';
import { TestRandom } from '../../testing/random.js';

beforeAll(startEngines);

const SEEDS = Array.from({ length: 60 }, (_, seed) => seed);

describe('the gradient of maxPool', () => {
  it.each([
    { inputs: 'mixed', shift: 0 },
    { inputs: 'negative', shift: -2 },
    { inputs: 'positive', shift: 2 },
  ])('agrees with the reference: $inputs inputs', async ({ shift }) => {
    for (const seed of SEEDS) {
      const random = new TestRandom(seed);
      const window: [number, number] = [random.integer(1, 4), random.integer(1, 4)];
      const shape: [number, number, number, number] = [
        random.integer(1, 5),
        window[0] + random.integer(0, 8),
        window[1] + random.integer(0, 8),
        random.integer(1, 5),
      ];
      const strides: [number, number] = [random.integer(1, 5), random.integer(1, 5)];
      const pad = random.pick(['valid', 'same'] as const);
      const x = random.floats(shape, shift);
      const scale = random.floats([1000]);
      await expectSameOnBoth(() => {
        const f = (input: tf.Tensor) => {
          const pooled = tf.maxPool(input as tf.Tensor4D, window, strides, pad);
          const weights = Float32Array.from({ length: pooled.size }, (_, i) => scale[i % scale.length] as number);
          return tf.sum(tf.mul(pooled, tf.tensor(weights, pooled.shape)));
        };
        const { value, grad } = tf.valueAndGrad(f)(tf.tensor(x, shape));
        return [value, grad];
      });
    }
  });

  it('goes to the first of equal values', () => {
    const dx = tf.tidy(() =>
      tf
        .grad((x) => tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid'))(tf.fill([1, 2, 2, 1], -3))
        .dataSync(),
    );
    expect([...dx]).toEqual([1, 0, 0, 0]);
  });
});

describe('avgPool', () => {
  it('agrees with the reference, and where nothing is padded its gradient does too', async () => {
    for (const seed of SEEDS) {
      const { shape, window, strides, x } = poolCase(seed);
      await expectSameOnBoth(() => [
        tf.avgPool(tf.tensor4d(x, shape), window, strides, 'same'),
        tf.grad((v) => tf.square(tf.avgPool(v as tf.Tensor4D, window, strides, 'valid')))(tf.tensor4d(x, shape)),
      ]);
    }
  });

  // tfjs's reference has a gradient here that does not follow its own slope.
  it('has a gradient that follows its slope at the borders', () => {
    for (const seed of SEEDS) {
      const { shape, window, strides, x } = poolCase(seed);
      const weights = new TestRandom(seed + 1).floats([2000]);
      const f = (v: tf.Tensor) => {
        const pooled = tf.avgPool(v as tf.Tensor4D, window, strides, 'same');
        return tf.sum(tf.mul(pooled, tf.tensor(weights.slice(0, pooled.size), pooled.shape))) as tf.Scalar;
      };
      expectSlope(f, { values: x, shape }, new TestRandom(seed + 2).floats(shape));
    }
  });
});

describe('rounding of the output size', () => {
  it.each(['floor', 'round', 'ceil'] as const)('%s agrees with the reference', async (rounding) => {
    for (const seed of SEEDS.slice(0, 20)) {
      const random = new TestRandom(seed);
      const [size, window, stride] = [random.integer(5, 9), 3, random.integer(1, 3)];
      const x = random.floats([1, size, size, 2]);
      const filter = random.floats([window, window, 2, 3]);
      await expectSameOnBoth(() => {
        const image = tf.tensor4d(x, [1, size, size, 2]);
        return [
          tf.maxPool(image, window, stride, 0, rounding),
          tf.avgPool(image, window, stride, 0, rounding),
          tf.conv2d(image, tf.tensor4d(filter, [window, window, 2, 3]), stride, 0, 'NHWC', 1, rounding),
        ];
      });
    }
  });
});

function poolCase(seed: number) {
  const random = new TestRandom(seed);
  const window: [number, number] = [random.integer(1, 4), random.integer(1, 4)];
  const [height, width] = [window[0] + random.integer(0, 6), window[1] + random.integer(0, 6)];
  const shape: [number, number, number, number] = [random.integer(1, 3), height, width, random.integer(1, 5)];
  const strides: [number, number] = [random.integer(1, 5), random.integer(1, 5)];
  return { shape, window, strides, x: random.floats(shape) };
}
