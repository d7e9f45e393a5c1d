import { DataLoader, TensorDataset, tf } from 'lightning-tfjs';
import { publicClass } from '../notBuilt.js';
import type { BatchCounts, ModuleSpec } from '../scenario.js';

/** The stages that have loaders, in the format's spelling. */
export const LOADER_STAGES = ['train', 'val', 'test', 'predict'] as const;
export type LoaderStage = (typeof LOADER_STAGES)[number];

/** Batches of consecutive integers. */
class CountingLoader {
  constructor(readonly batches: readonly (readonly number[])[]) {}

  get length(): number {
    return this.batches.length;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<tf.Tensor> {
    for (const values of this.batches) yield toBatch(values);
  }
}

/** The same without a length. */
class StreamingLoader {
  constructor(readonly batches: readonly (readonly number[])[]) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<tf.Tensor> {
    for (const values of this.batches) yield toBatch(values);
  }
}

/** The same with a position that can be saved and restored. */
class StatefulLoader extends CountingLoader {
  #position = 0;
  #start = 0;

  override async *[Symbol.asyncIterator](): AsyncGenerator<tf.Tensor> {
    this.#position = this.#start;
    this.#start = 0;
    while (this.#position < this.batches.length) yield toBatch(this.batches[this.#position++] ?? []);
  }

  stateDict(): { position: number } {
    return { position: this.#position };
  }

  loadStateDict({ position }: { position: number }): void {
    this.#start = position >= this.batches.length ? 0 : position;
  }
}

/** How many batches a stage has. */
export function batchCounts(spec: ModuleSpec, stage: LoaderStage): BatchCounts {
  const given = { train: spec.n_train, val: spec.n_val, test: spec.n_test, predict: spec.n_predict }[stage];
  return given === undefined ? (stage === 'train' ? 4 : 2) : given;
}

/** What the loader method of a stage returns. */
export function makeLoaders(spec: ModuleSpec, stage: LoaderStage): unknown {
  if (spec.invalid_loader === stage) return 42;
  const counts = batchCounts(spec, stage);
  const loaders = mapCounts(counts, (count, index) => makeLoader(spec, stage, count, index));
  if (stage !== 'train' || typeof spec.train_mode !== 'string') return loaders;
  const Combined = publicClass('CombinedLoader') as new (loaders: unknown, options: { mode: string }) => object;
  return new Combined(loaders, { mode: spec.train_mode });
}

function mapCounts(counts: BatchCounts, make: (count: number, index: number) => unknown): unknown {
  if (counts === null) return undefined;
  if (typeof counts === 'number') return make(counts, 0);
  if (isList(counts)) return counts.map(make);
  return Object.fromEntries(Object.entries(counts).map(([name, count], index) => [name, make(count, index)]));
}

function isList(counts: object): counts is readonly number[] {
  return Array.isArray(counts);
}

function makeLoader(spec: ModuleSpec, stage: LoaderStage, count: number, index: number): unknown {
  const { batch_size: size = 1, last_batch_size: last, scale = 1 } = spec;
  const batches = Array.from({ length: count }, (_, batch) => {
    const length = batch === count - 1 ? (last ?? size) : size;
    return Array.from({ length }, (_, sample) => (100 * index + 1 + batch * size + sample) * scale);
  });
  if (spec.shuffle?.includes(stage)) {
    const values = Float32Array.from(batches.flat());
    const dataset = new TensorDataset({ data: values, shape: [values.length, 1] });
    return new DataLoader(dataset, { batchSize: size, shuffle: true });
  }
  if (spec.iterable?.includes(stage)) return new StreamingLoader(batches);
  return spec.stateful && stage === 'train' ? new StatefulLoader(batches) : new CountingLoader(batches);
}

/** The train loader of the tuner's scenarios: samples 1 to n in batches of the module's present size. */
export function makeSampleLoader(
  samples: number,
  batchSize: number,
): DataLoader<readonly tf.Tensor[]> | DataLoader<tf.Tensor> {
  const data = Float32Array.from({ length: samples }, (_, sample) => sample + 1);
  return new DataLoader(new TensorDataset({ data, shape: [samples, 1] }), { batchSize });
}

function toBatch(values: readonly number[]): tf.Tensor {
  return tf.tensor2d([...values], [values.length, 1], 'float32');
}

/** The members of a batch that are present: one tensor, or those of a list or an object. */
export function membersOf(batch: unknown): tf.Tensor[] {
  if (batch instanceof tf.Tensor) return [batch];
  if (typeof batch !== 'object' || batch === null) return [];
  return Object.values(batch).flatMap(membersOf);
}
