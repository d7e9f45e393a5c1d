import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '../../../tf.js';
import { expectSameOnBoth, startEngines } from '../../testing/differential.js';

beforeAll(startEngines);

/** Dtypes for which tfjs's wasm backend gives wrong numbers, or writes past the end of a result; more in `everyOp.test.ts`. */
describe('integers and truth values', () => {
  it.each<[string, () => tf.Tensor]>([
    ['clipByValue', () => tf.clipByValue(tf.tensor1d([-3, 5, 2], 'int32'), 0, 4)],
    ['isNaN', () => tf.isNaN(tf.tensor1d([-3, 5], 'int32'))],
    ['where', () => tf.where(tf.tensor1d([1, 0, 1], 'bool'), tf.tensor1d([1, 1, 0], 'bool'), tf.zeros([3], 'bool'))],
    ['reverse', () => tf.reverse(tf.tensor1d([1, 0, 0, 1, 1], 'bool'))],
    ['pad', () => tf.pad(tf.tensor1d([1, 0], 'bool'), [[1, 1]])],
    ['meshgrid', () => tf.stack(tf.meshgrid(tf.range(0, 3, 1, 'int32'), tf.range(0, 2, 1, 'int32')))],
    ['maxPool', () => tf.maxPool(tf.reshape(tf.range(0, 16, 1, 'int32'), [1, 4, 4, 1]) as tf.Tensor4D, 2, 2, 'valid')],
  ])('%s', (_name, compute) => expectSameOnBoth(() => [compute()]));
});

describe('texts', () => {
  it.each<[string, () => tf.Tensor, readonly unknown[]]>([
    ['equal', () => tf.equal(tf.tensor1d(['a', 'b']), tf.tensor1d(['a', 'c'])), [1, 0]],
    ['tile', () => tf.tile(tf.tensor1d(['a', 'b']), [2]), ['a', 'b', 'a', 'b']],
    ['concat', () => tf.concat([tf.tensor1d(['a']), tf.tensor1d(['b'])]), ['a', 'b']],
    ['regexReplace', () => tf.string.staticRegexReplace(tf.tensor1d(['ab']), 'b', 'c'), ['ac']],
  ])('%s', async (_name, compute, expected) => {
    for (const engine of ['cpu', 'wasm']) {
      await tf.setBackend(engine);
      expect(tf.tidy(() => ({ found: Array.from(compute().dataSync()) })).found).toEqual(expected);
    }
  });
});
