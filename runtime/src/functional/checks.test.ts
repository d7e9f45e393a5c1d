import { beforeAll, describe, expect, it } from 'vitest';
import { startEngine } from '../accelerators/index.js';
import { MisconfigurationError } from '../errors/index.js';
import * as tf from '../tf.js';
import * as functional from './index.js';

beforeAll(async () => {
  await startEngine('cpu', { engine: 'cpu' });
});

const x = (...shape: number[]) => tf.ones(shape);
const int = (...values: number[]) => tf.tensor1d(values, 'int32');
// What a caller without types may pass.
const untyped = (options: object) => options as never;

/** What is wrong, and words that the message must have. */
const FAULTS: Readonly<Record<string, [call: () => unknown, ...words: string[]]>> = {
  'an unknown option': [
    () => functional.crossEntropy(x(2, 3), int(0, 1), untyped({ labelSmooth: 0.1 })),
    'functional.crossEntropy',
    '`labelSmooth`',
    'Did you mean `labelSmoothing`?',
  ],
  'a tensor in the place of the options': [
    () => functional.linear(x(2, 3), x(4, 3), untyped(x(4))),
    'bias',
    'no object',
  ],
  'an option of the wrong kind': [() => functional.dropout(x(2), untyped({ p: '0.5' })), '`p` is "0.5"', 'number'],
  'an option that is no number': [() => functional.elu(x(2), { alpha: Number.NaN }), '`alpha` is NaN'],
  'a missing option': [() => functional.softmax(x(2, 3), untyped({})), '`dim` is missing'],
  'no options where one is required': [
    () => (functional.layerNorm as (input: tf.Tensor) => tf.Tensor)(x(2, 3)),
    '`normalizedShape` is missing',
  ],
  'an unknown reduction': [
    () => functional.mseLoss(x(2), x(2), untyped({ reduction: 'avg' })),
    '`reduction` is "avg"',
    "'none', 'mean', 'sum'",
  ],
  'a misspelt word': [() => functional.gelu(x(2), untyped({ approximate: 'tan' })), "Did you mean 'tanh'?"],
  'what is no tensor': [() => functional.relu([1, 2] as unknown as tf.Tensor), '`input` is no tensor'],
  'an axis that is not there': [() => functional.softmax(x(2, 3), { dim: 2 }), '`dim` is 2', '2 dimensions', '-2 to 1'],
  'targets of another shape': [() => functional.crossEntropy(x(2, 3), int(0)), '`target` has shape [1]', '[2]'],
  'a class out of range': [
    () => functional.crossEntropy(x(2, 3), int(0, 3)),
    'class 3 at place 1',
    '0 to 2',
    '-100 to ignore',
  ],
  'a negative class': [() => functional.nllLoss(x(2, 3), int(-1, 0)), 'class -1 at place 0'],
  'class weights that do not fit': [
    () => functional.crossEntropy(x(2, 3), int(0, 1), { weight: x(2) }),
    '`weight` has shape [2]',
    '[3]',
  ],
  'an index to ignore among probabilities': [
    () => functional.crossEntropy(x(2, 3), x(2, 3), { ignoreIndex: 1 }),
    '`ignoreIndex` is 1',
    'probabilities',
  ],
  'a scalar of scores': [() => functional.crossEntropy(tf.scalar(1), int(0)), '`input` is a scalar'],
  'smoothing beyond 1': [
    () => functional.crossEntropy(x(2, 3), int(0, 1), { labelSmoothing: 1.5 }),
    '`labelSmoothing` is 1.5',
    '0 to 1',
  ],
  'logits where probabilities belong': [
    () => functional.binaryCrossEntropy(tf.tensor1d([0.5, 1.5]), x(2)),
    'value 1.5 at place 1',
    'binaryCrossEntropyWithLogits',
  ],
  'shapes that cannot be repeated': [() => functional.mseLoss(x(2, 3), x(2)), '`input` has shape [2,3]', '[2]'],
  'negative variances': [() => functional.gaussianNllLoss(x(2), x(2), tf.neg(x(2))), '`variance` has negative'],
  'a margin of 0': [() => functional.tripletMarginLoss(x(2), x(2), x(2), { margin: 0 }), '`margin` is 0', 'above 0'],
  'channels that no groups part': [
    () => functional.groupNorm(x(2, 3, 4), { numGroups: 2 }),
    '[2,3,4]',
    '`numGroups` is 2',
  ],
  'a normalized shape that is not the last axes': [
    () => functional.layerNorm(x(2, 3), { normalizedShape: [2] }),
    '`normalizedShape` is [2]',
    '[2,3]',
  ],
  'one value to take a variance of': [
    () => functional.batchNorm(x(1, 3), { training: true }),
    'one value only',
    'dropLast',
  ],
  'no running moments in evaluation': [
    () => functional.batchNorm(x(2, 3)),
    '`runningMean` and `runningVar` are missing',
  ],
  'running moments that cannot be moved': [
    () => functional.batchNorm(x(2, 3), { training: true, runningMean: tf.zeros([3]) }),
    'no variable',
    'tf.variable',
  ],
  'a weight for other inputs': [() => functional.linear(x(2, 3), x(4, 2)), '[2,3]', '[4,2]', '[outputs, inputs]'],
  'an index that is no row': [() => functional.embedding(int(0, 5), x(5, 2)), 'index 5 at place 1', '0 to 4'],
  'a filter for other channels': [() => functional.conv2d(x(1, 3, 5, 5), x(2, 2, 3, 3)), '3 channels', 'for 2'],
  'a filter with too few axes': [() => functional.conv1d(x(1, 3, 5), x(3, 3)), '`weight` has shape [3,3]'],
  'a filter that does not fit in': [() => functional.conv2d(x(1, 1, 2, 2), x(1, 1, 3, 3)), 'over 3 places', 'has 2'],
  "'same' with a stride": [
    () => functional.conv2d(x(1, 1, 5, 5), x(1, 1, 3, 3), { padding: 'same', stride: 2 }),
    "'same'",
    'stride',
  ],
  'too much output padding': [
    () => functional.convTranspose2d(x(1, 1, 3, 3), x(1, 1, 3, 3), { outputPadding: 1 }),
    '`outputPadding` is [1,1]',
  ],
  'a stride that is no size': [
    () => functional.maxPool2d(x(1, 1, 4, 4), { kernelSize: 2, stride: 0 }),
    '`stride` is 0',
    'at least 1',
  ],
  'padding beyond half of the window': [
    () => functional.maxPool2d(x(1, 1, 4, 4), { kernelSize: 2, padding: 2 }),
    '`padding` is 2',
    'half',
  ],
  'images with too few axes': [() => functional.avgPool2d(x(4, 4), { kernelSize: 2 }), '[4,4]', 'height, width'],
  'two sizes to interpolate to': [
    () => functional.interpolate(x(1, 1, 4), { size: 2, scaleFactor: 2 }),
    'Two sizes',
    'either',
  ],
  'a mirror wider than the image': [
    () => functional.pad(x(2, 3), { pad: [3, 0], mode: 'reflect' }),
    '[3, 0]',
    'at most 2',
  ],
  'two masks': [
    () => functional.scaledDotProductAttention(x(2, 4), x(2, 4), x(2, 4), { isCausal: true, attnMask: x(2, 2) }),
    '`isCausal`',
    '`attnMask`',
  ],
  'a probability beyond 1': [() => functional.dropout2d(x(1, 2, 3, 3), { p: 1.5 }), '`p` is 1.5', '0 to 1'],
  'a blank among the targets': [
    () => functional.ctcLoss(x(3, 1, 2), tf.tensor2d([[0]], [1, 1], 'int32'), [3], [1]),
    'Target 0',
    'blank',
  ],
};

describe('wrong arguments', () => {
  it.each(Object.entries(FAULTS))('%s: one clear error, and nothing left behind', (_name, [call, ...words]) => {
    const before = tf.memory().numTensors;
    let error: unknown;
    tf.tidy(() => {
      try {
        call();
      } catch (thrown) {
        error = thrown;
      }
    });
    expect(error).toBeInstanceOf(MisconfigurationError);
    expect((error as MisconfigurationError).code).toBe('functional-argument');
    for (const word of words) expect((error as Error).message).toContain(word);
    expect(tf.memory().numTensors).toBe(before);
  });
});
