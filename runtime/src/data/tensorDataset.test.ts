import { beforeAll, describe, expect, it } from 'vitest';
import { startEngine } from '../accelerators/index.js';
import * as tf from '../tf.js';
import { type TensorColumn, TensorDataset } from './tensorDataset.js';

beforeAll(async () => {
  await startEngine('cpu', { engine: 'cpu' });
});

describe('TensorDataset', () => {
  it('gathers rows in the order asked for, a tensor a column', () => {
    const images = { data: Uint8Array.from({ length: 12 }, (_, i) => i), shape: [3, 2, 2], dtype: 'float32' } as const;
    const labels = { data: Uint8Array.of(7, 8, 9), shape: [3] };
    const dataset = new TensorDataset(images, labels);
    const [x, y] = dataset.getBatch(Int32Array.of(2, 0));
    expect(dataset.length).toBe(3);
    expect([x.dtype, x.shape, [...x.dataSync()]]).toEqual(['float32', [2, 2, 2], [8, 9, 10, 11, 0, 1, 2, 3]]);
    expect([y.dtype, y.shape, [...y.dataSync()]]).toEqual(['int32', [2], [9, 7]]);
    tf.dispose([x, y]);
  });

  it('gives single samples without the batch dimension', () => {
    const [row] = new TensorDataset({ data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] }).get(1);
    expect([row.dtype, row.shape, [...row.dataSync()]]).toEqual(['float32', [2], [3, 4]]);
    row.dispose();
  });

  it('makes one tensor a column and nothing else', () => {
    const dataset = new TensorDataset(
      { data: Float32Array.of(1, 2), shape: [2] },
      { data: Float32Array.of(1, 2), shape: [2] },
    );
    const before = tf.memory().numTensors;
    const batch = dataset.getBatch(Int32Array.of(0, 1));
    expect(tf.memory().numTensors).toBe(before + 2);
    tf.dispose(batch);
  });

  it('does not give its own memory away', () => {
    const data = Float32Array.of(1, 2);
    const [x] = new TensorDataset({ data, shape: [2] }).getBatch(Int32Array.of(0, 1));
    data[0] = 9;
    expect([...x.dataSync()]).toEqual([1, 2]);
    x.dispose();
  });

  const ones = new Float32Array(6).fill(1);
  it.each<[string, TensorColumn[], string]>([
    ['no columns', [], 'TensorDataset got no columns.'],
    [
      'different lengths',
      [
        { data: ones, shape: [6] },
        { data: ones, shape: [3, 2] },
      ],
      'different numbers of samples: 6, 3.',
    ],
    [
      'a shape that is too large',
      [{ data: ones, shape: [3, 3] }],
      'column 0 has 6 values, but its shape [3, 3] needs 9.',
    ],
    [
      'a negative size',
      [{ data: ones, shape: [-2, -3] }],
      'the shape of column 0 is [-2, -3]. Allowed: one count or more',
    ],
    ['an empty shape', [{ data: ones, shape: [] }], 'the shape of column 0 is [].'],
    [
      'plain arrays',
      [{ data: [1, 2] as never, shape: [2] }],
      'the data of column 0 is not a typed array. Allowed: Float32Array',
    ],
    ['64-bit integers', [{ data: BigInt64Array.of(1n) as never, shape: [1] }], 'is a BigInt64Array.'],
  ])('refuses %s', (_, columns, message) => {
    expect(() => new TensorDataset(...columns)).toThrow(message);
  });
});

describe.each(['cpu', 'wasm'] as const)('on the %s engine', (engine) => {
  it.each([
    { name: 'neighbours', first: [1, 2, 3], second: [4, 5] },
    { name: 'samples from anywhere', first: [5, 0, 3], second: [2, 2] },
  ])('batches of $name stay as they are when the next is made, and the data too', async ({ first, second }) => {
    await startEngine('cpu', { engine });
    const data = Float32Array.from({ length: 12 }, (_, i) => i);
    const dataset = new TensorDataset({ data, shape: [6, 2] });
    const rows = (indices: number[]) => indices.flatMap((index) => [2 * index, 2 * index + 1]);
    const [a] = dataset.getBatch(Int32Array.from(first));
    const [b] = dataset.getBatch(Int32Array.from(second));
    const doubled = tf.tidy(() => tf.mul(a, 2).dataSync());
    expect([...a.dataSync()]).toEqual(rows(first));
    expect([...b.dataSync()]).toEqual(rows(second));
    expect([...doubled]).toEqual(rows(first).map((value) => 2 * value));
    expect([...data]).toEqual(rows([0, 1, 2, 3, 4, 5]));
    tf.dispose([a, b]);
  });
});
