import { expectTypeOf } from 'vitest';
import type * as tf from '../tf.js';
import { DataLoader } from './dataLoader.js';
import { TensorDataset } from './tensorDataset.js';

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

// @ts-expect-error: no such option
new DataLoader([1], { batch_size: 2 });
// @ts-expect-error: not a source of samples
new DataLoader(42);
