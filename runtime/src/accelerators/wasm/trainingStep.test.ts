import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '../../tf.js';
import { expectNoLeak, expectSameOnBoth, startEngines } from '../testing/differential.js';
import { TestRandom } from '../testing/random.js';

beforeAll(async () => {
  await startEngines();
  tf.env().set('IS_TEST', false); // tfjs's own check miscounts what the loss keeps for its gradient
});

const BATCH = 3;
const SHAPES = { conv1: [3, 3, 1, 4], bias1: [4], conv2: [3, 3, 4, 5], bias2: [5], dense: [80, 10], bias3: [10] };
type Weights = Record<keyof typeof SHAPES, tf.Tensor>;

/** A small image classifier: two convolutions with pooling, one dense layer. Its pools see values below zero. */
function loss(w: Weights, images: tf.Tensor4D, labels: tf.Tensor2D): tf.Scalar {
  const convolve = (x: tf.Tensor4D, filter: tf.Tensor, bias: tf.Tensor) =>
    tf.add<tf.Tensor4D>(tf.conv2d(x, filter as tf.Tensor4D, 1, 'same'), bias);
  const first = tf.tanh(tf.maxPool(convolve(images, w.conv1, w.bias1), 2, 2, 'valid'));
  const second = tf.relu(tf.maxPool(convolve(first, w.conv2, w.bias2), 2, 2, 'valid'));
  const logits = tf.add(tf.matMul(tf.reshape(second, [BATCH, 80]), w.dense as tf.Tensor2D), w.bias3);
  return tf.losses.softmaxCrossEntropy(labels, logits);
}

function startValues(random: TestRandom): Record<keyof typeof SHAPES, Float32Array> {
  const entries = Object.entries(SHAPES).map(([name, shape]) => [name, random.floats(shape)]);
  return Object.fromEntries(entries) as Record<keyof typeof SHAPES, Float32Array>;
}

function makeBatch(random: TestRandom): { images: tf.Tensor4D; labels: tf.Tensor2D } {
  const images = tf.tensor4d(random.floats([BATCH, 16, 16, 1]), [BATCH, 16, 16, 1]);
  return { images, labels: tf.oneHot(tf.tensor1d([3, 0, 9], 'int32'), 10) as tf.Tensor2D };
}

/** Trains from the same start each time and returns the losses. Leaves nothing behind. */
function train(steps: number): number[] {
  const { weights, batch } = tf.tidy(() => ({ weights: makeVariables(), batch: makeBatch(new TestRandom(2)) }));
  const variables = Object.values(weights);
  const optimizer = tf.train.adam(1e-2);
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) {
    const cost = optimizer.minimize(() => loss(weights, batch.images, batch.labels), true, variables);
    losses.push(...(cost?.dataSync() ?? []));
    cost?.dispose();
  }
  optimizer.dispose();
  tf.dispose([batch.images, batch.labels, ...variables]);
  return losses;
}

function makeVariables(): Record<keyof typeof SHAPES, tf.Variable> {
  const values = startValues(new TestRandom(1));
  const names = Object.keys(SHAPES) as (keyof typeof SHAPES)[];
  const entries = names.map((name) => [name, tf.variable(tf.tensor(values[name], SHAPES[name]))]);
  return Object.fromEntries(entries) as Record<keyof typeof SHAPES, tf.Variable>;
}

describe('a training step of an image classifier', () => {
  it('has the gradients of the reference', async () => {
    const values = startValues(new TestRandom(1));
    const names = Object.keys(SHAPES) as (keyof typeof SHAPES)[];
    await expectSameOnBoth(() => {
      const { images, labels } = makeBatch(new TestRandom(2));
      const f = (...weights: tf.Tensor[]) =>
        loss(Object.fromEntries(names.map((name, i) => [name, weights[i]])) as Weights, images, labels);
      return tf.grads(f)(names.map((name) => tf.tensor(values[name], SHAPES[name])));
    });
  });

  it('is bit-identical when repeated', () => {
    const losses = train(20);
    expect(train(20)).toEqual(losses);
    expect(losses.at(-1)).toBeLessThan((losses[0] as number) / 2);
  });

  it('leaves nothing behind', () => expectNoLeak(() => train(20)));
});
