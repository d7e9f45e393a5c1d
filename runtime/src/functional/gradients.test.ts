import { beforeAll, describe, expect, it } from 'vitest';
import { startEngine } from '../accelerators/index.js';
import { TestRandom } from '../accelerators/testing/random.js';
import * as tf from '../tf.js';
import * as functional from './index.js';

type Compute = (...inputs: tf.Tensor[]) => tf.Tensor;

const classes = () => tf.tensor1d([2, 0, 1, 2], 'int32');
const signs = () => tf.tensor1d([1, -1, -1, 1]);
const weights = () => tf.tensor1d([0.5, 2, 1]);
const mask = () => tf.tensor2d([1, 0, 1, 1, 1, 0, 0, 1, 1], [3, 3], 'bool');

/**
 * Each function with the shapes of what its gradient goes to. Inputs lie between -1 and 1, away from no kink in
 * particular.
 */
const SMOOTH: Readonly<Record<string, [shapes: number[][], compute: Compute]>> = {
  'crossEntropy of indices': [
    [[4, 3]],
    (x) => functional.crossEntropy(x, classes(), { weight: weights(), labelSmoothing: 0.2 }),
  ],
  'crossEntropy of probabilities': [
    [
      [4, 3],
      [4, 3],
    ],
    (x, t) => functional.crossEntropy(x, t),
  ],
  nllLoss: [[[4, 3]], (x) => functional.nllLoss(x, classes(), { weight: weights() })],
  binaryCrossEntropy: [[[4], [4]], (x, t) => functional.binaryCrossEntropy(tf.sigmoid(x), tf.sigmoid(t))],
  binaryCrossEntropyWithLogits: [
    [[4, 3], [4, 3], [3]],
    (x, t, w) => functional.binaryCrossEntropyWithLogits(x, t, { posWeight: w }),
  ],
  klDiv: [
    [
      [4, 3],
      [4, 3],
    ],
    (x, t) => functional.klDiv(x, t, { logTarget: true, reduction: 'batchmean' }),
  ],
  mseLoss: [[[4], [4]], (x, t) => functional.mseLoss(x, t)],
  huberLoss: [[[4], [4]], (x, t) => functional.huberLoss(x, t, { delta: 0.3 })],
  smoothL1Loss: [[[4], [4]], (x, t) => functional.smoothL1Loss(x, t, { beta: 0.3 })],
  softMarginLoss: [[[4]], (x) => functional.softMarginLoss(x, signs())],
  cosineEmbeddingLoss: [
    [
      [4, 3],
      [4, 3],
    ],
    (a, b) => functional.cosineEmbeddingLoss(a, b, signs(), { margin: -1 }),
  ],
  tripletMarginLoss: [
    [
      [4, 3],
      [4, 3],
      [4, 3],
    ],
    (a, p, n) => functional.tripletMarginLoss(a, p, n, { margin: 4, p: 3, swap: true }),
  ],
  poissonNllLoss: [[[4], [4]], (x, t) => functional.poissonNllLoss(x, t)],
  gaussianNllLoss: [[[4], [4], [4]], (x, t, v) => functional.gaussianNllLoss(x, t, tf.exp(v))],
  'ctcLoss after a log-softmax': [
    [[5, 1, 3]],
    (x) => functional.ctcLoss(functional.logSoftmax(x, { dim: -1 }), tf.tensor2d([[1, 1]], [1, 2], 'int32'), [5], [2]),
  ],
  gelu: [[[3, 4]], (x) => functional.gelu(x)],
  'gelu by tanh': [[[3, 4]], (x) => functional.gelu(x, { approximate: 'tanh' })],
  mish: [[[3, 4]], (x) => functional.mish(x)],
  silu: [[[3, 4]], (x) => functional.silu(x)],
  softplus: [[[3, 4]], (x) => functional.softplus(x, { beta: 3 })],
  'softmax of the first axis': [[[3, 4]], (x) => functional.softmax(x, { dim: 0 })],
  glu: [[[3, 4]], (x) => functional.glu(x)],
  celu: [[[3, 4]], (x) => functional.celu(x, { alpha: 0.7 })],
  layerNorm: [[[3, 4], [4], [4]], (x, weight, bias) => functional.layerNorm(x, { normalizedShape: 4, weight, bias })],
  batchNorm: [[[3, 2, 4], [2], [2]], (x, weight, bias) => functional.batchNorm(x, { training: true, weight, bias })],
  groupNorm: [[[2, 4, 3], [4], [4]], (x, weight, bias) => functional.groupNorm(x, { numGroups: 2, weight, bias })],
  instanceNorm: [[[2, 3, 4], [3]], (x, weight) => functional.instanceNorm(x, { weight })],
  rmsNorm: [[[3, 4], [4]], (x, weight) => functional.rmsNorm(x, { normalizedShape: [4], weight })],
  localResponseNorm: [[[1, 4, 3]], (x) => functional.localResponseNorm(x, { size: 3, alpha: 1 })],
  normalize: [[[3, 4]], (x) => functional.normalize(x, { p: 3 })],
  cosineSimilarity: [
    [
      [3, 4],
      [3, 4],
    ],
    (a, b) => functional.cosineSimilarity(a, b),
  ],
  pdist: [[[4, 3]], (x) => functional.pdist(x)],
  linear: [[[2, 3, 4], [5, 4], [5]], (x, w, bias) => functional.linear(x, w, { bias })],
  bilinear: [
    [
      [3, 2],
      [3, 4],
      [5, 2, 4],
    ],
    (a, b, w) => functional.bilinear(a, b, w),
  ],
  embedding: [
    [[5, 3]],
    (w) =>
      functional.embedding(
        tf.tensor2d(
          [
            [0, 3],
            [3, 1],
          ],
          [2, 2],
          'int32',
        ),
        w,
      ),
  ],
  'conv2d with everything': [
    [[1, 4, 7, 6], [2, 2, 3, 2], [2]],
    (x, w, bias) =>
      functional.conv2d(x, w, {
        bias,
        stride: [2, 1],
        padding: [1, 2],
        dilation: 2,
        groups: 2,
      }),
  ],
  'conv1d, depthwise': [
    [
      [1, 3, 6],
      [6, 1, 3],
    ],
    (x, w) => functional.conv1d(x, w, { groups: 3, padding: 'same' }),
  ],
  convTranspose2d: [
    [[1, 2, 3, 3], [2, 2, 3, 2], [2]],
    (x, w, bias) => functional.convTranspose2d(x, w, { bias, stride: 2, padding: 1, outputPadding: 1 }),
  ],
  avgPool2d: [[[1, 2, 5, 5]], (x) => functional.avgPool2d(x, { kernelSize: 3, stride: 2, padding: 1, ceilMode: true })],
  adaptiveAvgPool2d: [[[1, 2, 5, 7]], (x) => functional.adaptiveAvgPool2d(x, { outputSize: [2, 3] })],
  interpolate: [[[1, 2, 3, 4]], (x) => functional.interpolate(x, { size: [5, 7], mode: 'bicubic' })],
  pad: [[[2, 3, 4]], (x) => functional.pad(x, { pad: [2, 1], mode: 'reflect' })],
  scaledDotProductAttention: [
    [
      [2, 3, 4],
      [2, 3, 4],
      [2, 3, 4],
    ],
    (q, k, v) => functional.scaledDotProductAttention(q, k, v, { attnMask: mask() }),
  ],
};

describe.each(['cpu', 'wasm'] as const)('finite differences on the engine %s', (engine) => {
  beforeAll(async () => {
    await startEngine('cpu', { engine });
  });

  it.each(Object.entries(SMOOTH))('%s', (_name, [shapes, compute]) => {
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const random = new TestRandom(7);
      const inputs = shapes.map((shape) => tf.tensor(random.floats(shape), shape));
      const sample = compute(...inputs);
      const upstream = tf.tensor(random.floats(sample.shape), sample.shape);
      const value = (...given: tf.Tensor[]) => tf.sum(tf.mul(compute(...given), upstream)) as tf.Scalar;
      const gradients = tf.grads(value)(inputs);
      for (const [index, input] of inputs.entries()) {
        const direction = random.floats(input.shape);
        const slope = slopeAlong(value, inputs, { index, direction });
        const expected = dot(gradients[index] as tf.Tensor, direction);
        expect(Math.abs(slope - expected)).toBeLessThan(TOLERANCE * Math.max(1, Math.abs(expected)));
      }
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});

// A step of 1e-2 leaves an error of its square, and float32 one of 1e-7 / 1e-2 for each value summed up.
const STEP = 1e-2;
const TOLERANCE = 5e-3;

function slopeAlong(
  value: (...inputs: tf.Tensor[]) => tf.Scalar,
  inputs: readonly tf.Tensor[],
  { index, direction }: { readonly index: number; readonly direction: Float32Array },
): number {
  const at = (step: number) => {
    const moved = inputs.map((input, place) =>
      place === index
        ? tf.add(
            input,
            tf.tensor(
              direction.map((part) => part * step),
              input.shape,
            ),
          )
        : input,
    );
    return Number(value(...moved).dataSync()[0]);
  };
  return (at(STEP) - at(-STEP)) / (2 * STEP);
}

function dot(gradient: tf.Tensor, direction: Float32Array): number {
  return Array.from(gradient.dataSync()).reduce((sum, value, place) => sum + value * (direction[place] as number), 0);
}
