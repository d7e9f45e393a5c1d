import { expectTypeOf } from 'vitest';
import * as tf from '../tf.js';
import { ConcatDataset } from './concatDataset.js';
import { DataLoader } from './dataLoader.js';
import type { Dataset } from './dataset.js';
import { randomSplit } from './randomSplit.js';
import { Subset } from './subset.js';
import { TensorDataset } from './tensorDataset.js';
import { workerDataset } from './workerDataset.js';

// Checked by the compiler, never run: the type of a batch follows from the data.
type BatchOf<Loader> = Loader extends DataLoader<infer Batch> ? Batch : never;

declare const pixels: Uint8Array;
declare const floats: Float32Array;
declare const tuples: [Float32Array, number][];
declare const oneHot: [number[], number[]][];
declare const records: { x: number[][]; label: number; id: string; pair: [Float32Array, boolean] }[];

const columns = new DataLoader(new TensorDataset({ data: pixels, shape: [2, 3] }, { data: floats, shape: [2] }), {
  shuffle: true,
});
expectTypeOf<BatchOf<typeof columns>>().toEqualTypeOf<[tf.Tensor, tf.Tensor]>();

expectTypeOf(new DataLoader([1, 2, 3])).toEqualTypeOf<DataLoader<tf.Tensor>>();
expectTypeOf(
  new DataLoader(
    [
      [1, 2],
      [3, 4],
    ],
    { batchSize: 2 },
  ),
).toEqualTypeOf<DataLoader<tf.Tensor>>();
expectTypeOf(new DataLoader(['a', 'b'])).toEqualTypeOf<DataLoader<string[]>>();
expectTypeOf(new DataLoader(tuples)).toEqualTypeOf<DataLoader<[tf.Tensor, tf.Tensor]>>();
expectTypeOf(new DataLoader(oneHot)).toEqualTypeOf<DataLoader<[tf.Tensor, tf.Tensor]>>();
expectTypeOf(new DataLoader(records)).toEqualTypeOf<
  DataLoader<{ x: tf.Tensor; label: tf.Tensor; id: string[]; pair: [tf.Tensor, tf.Tensor] }>
>();
expectTypeOf(new DataLoader({ length: 3, get: async (index: number) => ({ x: floats, y: index }) })).toEqualTypeOf<
  DataLoader<{ x: tf.Tensor; y: tf.Tensor }>
>();
expectTypeOf(
  new DataLoader(async function* () {
    yield floats;
  }),
).toEqualTypeOf<DataLoader<tf.Tensor>>();

expectTypeOf(new DataLoader(tuples, { collate: (samples) => samples.length })).toEqualTypeOf<DataLoader<number>>();
expectTypeOf(new DataLoader([1], { collate: async (samples) => samples.map(String) })).toEqualTypeOf<
  DataLoader<string[]>
>();
expectTypeOf(new DataLoader({ length: 1, getBatch: () => 'batch' })).toEqualTypeOf<DataLoader<string>>();

// Without a batch size, and without collation, a sample is a batch.
expectTypeOf(new DataLoader(tuples, { batchSize: null })).toEqualTypeOf<DataLoader<[Float32Array, number]>>();
declare const rows: tf.data.Dataset<{ x: number[]; y: number }>;
expectTypeOf(new DataLoader(rows)).toEqualTypeOf<DataLoader<{ x: tf.Tensor; y: tf.Tensor }>>();
expectTypeOf(new DataLoader(rows, { batchSize: null })).toEqualTypeOf<DataLoader<{ x: number[]; y: number }>>();
expectTypeOf(new DataLoader(tf.data.array([1, 2]).map((x) => [x, tf.scalar(x)] as [number, tf.Scalar]))).toEqualTypeOf<
  DataLoader<[tf.Tensor, tf.Tensor]>
>();

// Parts of data keep its samples, and its whole batches.
const tensors = new TensorDataset({ data: pixels, shape: [2, 3] }, { data: floats, shape: [2] });
expectTypeOf(new DataLoader(new Subset(tensors, [0]))).toEqualTypeOf<DataLoader<[tf.Tensor, tf.Tensor]>>();
expectTypeOf(new DataLoader(new Subset(records, [0]))).toEqualTypeOf<
  DataLoader<{ x: tf.Tensor; label: tf.Tensor; id: string[]; pair: [tf.Tensor, tf.Tensor] }>
>();
expectTypeOf(new DataLoader(new ConcatDataset([tuples, new Subset(tuples, [0])]))).toEqualTypeOf<
  DataLoader<[tf.Tensor, tf.Tensor]>
>();
expectTypeOf(randomSplit(tuples, [0.5, 0.5])).toEqualTypeOf<[Subset<typeof tuples>, Subset<typeof tuples>]>();

// The types of a module's dataset come from the module.
declare class Digits implements Dataset<{ image: Float32Array; digit: number }> {
  readonly length: number;
  readonly names: string[];
  get(index: number): Promise<{ image: Float32Array; digit: number }>;
}
const digits = await workerDataset<Digits>(new URL('./digits.js', import.meta.url), { args: ['data'] });
expectTypeOf(digits.names).toEqualTypeOf<string[]>();
expectTypeOf(new DataLoader(digits, { numWorkers: 2 })).toEqualTypeOf<
  DataLoader<{ image: tf.Tensor; digit: tf.Tensor }>
>();
expectTypeOf(new DataLoader(await workerDataset('/digits.js'))).toEqualTypeOf<DataLoader<unknown>>();

// @ts-expect-error: no such option
new DataLoader([1], { batch_size: 2 });
// @ts-expect-error: functions cannot be sent to a thread
new DataLoader([1], { workerInitFn: () => {} });
// @ts-expect-error: not a source of samples
new DataLoader(42);
