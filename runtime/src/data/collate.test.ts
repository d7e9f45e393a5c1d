import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startEngine } from '../accelerators/index.js';
import * as tf from '../tf.js';
import { defaultCollate } from './collate.js';

beforeAll(async () => {
  await startEngine('cpu', { engine: 'cpu' });
});
beforeEach(() => tf.engine().startScope());
afterEach(() => tf.engine().endScope());

/** A batch as plain data: tensors as `dtype[shape] values`. */
function show(batch: unknown): unknown {
  if (batch instanceof tf.Tensor) return `${batch.dtype}[${batch.shape}] ${Array.from(batch.dataSync())}`;
  if (Array.isArray(batch)) return batch.map(show);
  if (typeof batch === 'object' && batch !== null) {
    return Object.fromEntries(Object.entries(batch).map(([key, value]) => [key, show(value)]));
  }
  return batch;
}

describe('defaultCollate', () => {
  it.each<[string, readonly unknown[], unknown]>([
    ['numbers', [1, 2.5], 'float32[2] 1,2.5'],
    ['booleans', [true, false], 'bool[2] 1,0'],
    ['strings', ['a', 'b'], ['a', 'b']],
    ['Float32Arrays', [Float32Array.of(1, 2), Float32Array.of(3, 4)], 'float32[2,2] 1,2,3,4'],
    ['Float64Arrays', [Float64Array.of(0.5), Float64Array.of(1)], 'float32[2,1] 0.5,1'],
    ['Uint8Arrays', [Uint8Array.of(255), Uint8Array.of(1)], 'int32[2,1] 255,1'],
    ['Int16Arrays', [Int16Array.of(-3), Int16Array.of(1)], 'int32[2,1] -3,1'],
    [
      'vectors',
      [
        [1, 2],
        [3, 4],
      ],
      'float32[2,2] 1,2,3,4',
    ],
    ['empty vectors', [[], []], 'float32[2,0] '],
    [
      'tuples of scalar and vector',
      [
        [1, Float32Array.of(5, 6)],
        [2, Float32Array.of(7, 8)],
      ],
      ['float32[2] 1,2', 'float32[2,2] 5,6,7,8'],
    ],
    [
      'tuples of vectors of one length',
      [
        [
          [1, 2],
          [0, 1],
        ],
        [
          [3, 4],
          [1, 0],
        ],
      ],
      ['float32[2,2] 1,2,3,4', 'float32[2,2] 0,1,1,0'],
    ],
    [
      'tuples with a matrix',
      [
        [
          [
            [1, 2],
            [3, 4],
          ],
          9,
        ],
      ],
      ['float32[1,2,2] 1,2,3,4', 'float32[1] 9'],
    ],
    ['tuples in tuples', [[1, [Int32Array.of(2), 'x']]], ['float32[1] 1', ['int32[1,1] 2', ['x']]]],
    [
      'objects',
      [
        { x: [1, 2], label: 3, id: 'a' },
        { x: [4, 5], label: 6, id: 'b' },
      ],
      { x: 'float32[2,2] 1,2,4,5', label: 'float32[2] 3,6', id: ['a', 'b'] },
    ],
  ])('stacks %s', (_, samples, expected) => {
    expect(show(defaultCollate(samples))).toEqual(expected);
  });

  it('stacks tensors, keeps their dtype and leaves them alive', () => {
    const samples = [tf.tensor1d([1, 2], 'int32'), tf.tensor1d([3, 4], 'int32')];
    expect(show(defaultCollate(samples))).toBe('int32[2,2] 1,2,3,4');
    expect(samples.some((tensor) => tensor.isDisposed)).toBe(false);
  });

  it.each<[string, readonly unknown[], string]>([
    ['null', [null], 'Sample 0 of the batch is null, which cannot become part of a batch.'],
    ['undefined in a tuple', [[1, undefined]], 'Sample 0 of the batch, field `[1]`, is undefined'],
    ['a date', [{ at: new Date(0) }], 'Sample 0 of the batch, field `.at`, is an object of class Date'],
    ['64-bit integers', [BigInt64Array.of(1n)], 'Sample 0 of the batch is a BigInt64Array. Allowed: Float32Array'],
    [
      'lengths',
      [
        [1, 2],
        [1, 2, 3],
      ],
      'Sample 1 of the batch is an array of 3; sample 0 makes it numbers of shape [2] throughout. Give all samples the same structure',
    ],
    [
      'ragged matrices',
      [{ x: [[1, 2], [3]] }],
      'Sample 0 of the batch, field `.x`, is an array of 2; sample 0 makes it numbers of shape [2, 2]',
    ],
    [
      'typed array lengths',
      [Float32Array.of(1), Float32Array.of(1, 2)],
      'is a Float32Array of 2; sample 0 makes it a Float32Array of 1',
    ],
    [
      'kinds of typed arrays',
      [Float32Array.of(1), Uint8Array.of(1)],
      'is a Uint8Array of 1; sample 0 makes it a Float32Array of 1',
    ],
    ['types', [1, 'a'], 'Sample 1 of the batch is a string; sample 0 makes it a number'],
    ['text and numbers', ['a', 1], 'Sample 1 of the batch is a number; sample 0 makes it a string'],
    [
      'fields',
      [
        { x: 1, y: 2 },
        { x: 1, z: 2 },
      ],
      'Sample 1 of the batch is an object with the fields x, z; sample 0 makes it an object with 2 fields, one of them `y`',
    ],
    ['additional fields', [{ x: 1 }, { x: 1, z: 2 }], 'sample 0 makes it an object with 1 fields, one of them `x`'],
    ['tuple lengths', [[1, 'a'], [1]], 'Sample 1 of the batch is an array of 1; sample 0 makes it an array of 2'],
    ['no samples', [], 'defaultCollate got no samples'],
  ])('says what does not fit: %s', (_, samples, message) => {
    expect(() => defaultCollate(samples)).toThrow(message);
  });

  it('says which tensor does not fit', () => {
    const samples = [tf.zeros([2]), tf.zeros([3])];
    expect(() => defaultCollate(samples)).toThrow(
      'Sample 1 of the batch is a tensor float32[3]; sample 0 makes it a tensor float32[2]',
    );
  });

  it('frees what it made before a failure', () => {
    const before = tf.memory().numTensors;
    expect(() =>
      defaultCollate([
        [1, null],
        [2, null],
      ]),
    ).toThrow('field `[1]`, is null');
    expect(tf.memory().numTensors).toBe(before);
  });
});
