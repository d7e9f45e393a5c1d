import { MisconfigurationError } from '../errors/index.js';

/** Samples by index, in any order. Follows torch's map-style `Dataset`. */
export interface Dataset<Sample> {
  readonly length: number;
  /**
   * The sample at `index`, from 0. Tensors made in here are freed once they are copied into a batch; one that the dataset
   * wants to hand out again is held with `tf.keep`.
   */
  get(index: number): Sample | Promise<Sample>;
}

/** Whole batches by index: for data that lies in one piece, so that no object per sample is made. */
export interface BatchedDataset<Batch> {
  readonly length: number;
  /** The batch of these samples, in this order. The caller owns its tensors. */
  getBatch(indices: Int32Array): Batch | Promise<Batch>;
}

/** Samples in the order in which they come; a function is called once a pass, so a generator function will do. */
export type SampleStream<Sample> =
  | Iterable<Sample>
  | AsyncIterable<Sample>
  | (() => Iterable<Sample> | AsyncIterable<Sample>);

/** Where a DataLoader takes samples from. */
export type DataSource<Sample> = readonly Sample[] | Dataset<Sample> | SampleStream<Sample>;

/** A source as the loader sees it. */
export type ResolvedSource =
  | { readonly kind: 'map'; length(): number; get(index: number): unknown }
  | { readonly kind: 'batched'; length(): number; getBatch(indices: Int32Array): unknown }
  | { readonly kind: 'stream'; open(): Iterator<unknown> | AsyncIterator<unknown> };

interface Shape {
  readonly length?: unknown;
  readonly get?: unknown;
  readonly getBatch?: unknown;
  readonly [Symbol.iterator]?: unknown;
  readonly [Symbol.asyncIterator]?: unknown;
}

/**
 * Finds out what a source is. Whole batches are used only where the loader does not collate samples itself.
 * @throws MisconfigurationError when it is none of the kinds that {@link DataSource} names
 */
export function resolveSource(source: unknown, wantsSamples: boolean): ResolvedSource {
  if (typeof source === 'function') return { kind: 'stream', open: () => openStream(source()) };
  if (typeof source !== 'object' || source === null) throw notASource(`DataLoader got ${describe(source)} as data.`);
  const shape: Shape = source;
  if (typeof shape.getBatch === 'function' && !wantsSamples) {
    const dataset = source as BatchedDataset<unknown>; // checked: the method is there, the length is checked when read
    return { kind: 'batched', length: () => lengthOf(dataset), getBatch: (indices) => dataset.getBatch(indices) };
  }
  if (typeof shape.getBatch === 'function' && typeof shape.get !== 'function') {
    throw new MisconfigurationError({
      code: 'option-conflict',
      found: 'DataLoader got a `collate` function for a dataset that only makes whole batches.',
      fix: 'Leave `collate` out, or give the dataset a `get(index)` as well.',
    });
  }
  if (Array.isArray(source) || (ArrayBuffer.isView(source) && 'length' in source)) {
    const samples = source as ArrayLike<unknown>; // arrays and typed arrays
    return { kind: 'map', length: () => samples.length, get: (index) => samples[index] };
  }
  // A Map has `get` too, but no `length`.
  if (typeof shape.get === 'function' && 'length' in source) {
    const dataset = source as Dataset<unknown>; // as above
    return { kind: 'map', length: () => lengthOf(dataset), get: (index) => dataset.get(index) };
  }
  if (typeof shape[Symbol.asyncIterator] === 'function' || typeof shape[Symbol.iterator] === 'function') {
    return streamOf(source);
  }
  throw notASource(`DataLoader got ${describe(source)} as data.`);
}

/** A generator object runs once; a second pass over it would be empty, and nobody would notice. */
function streamOf(source: object): ResolvedSource {
  let passes = 0;
  const open = () => {
    const iterator = openStream(source);
    passes += 1;
    if (passes > 1 && (iterator as object) === source) {
      throw new MisconfigurationError({
        code: 'one-shot-stream',
        found: 'The data of this DataLoader is an iterator that was already used up by an earlier pass.',
        fix: 'Pass what makes a new one for each pass: the generator function itself, without calling it.',
      });
    }
    return iterator;
  };
  return { kind: 'stream', open };
}

function openStream(source: unknown): Iterator<unknown> | AsyncIterator<unknown> {
  const shape: Shape = typeof source === 'object' && source !== null ? source : {};
  const make = shape[Symbol.asyncIterator] ?? shape[Symbol.iterator];
  if (typeof make !== 'function') throw notASource(`The function given to DataLoader returned ${describe(source)}.`);
  return make.call(source);
}

function lengthOf(dataset: { readonly length: unknown }): number {
  const { length } = dataset;
  if (typeof length === 'number' && Number.isSafeInteger(length) && length >= 0) return length;
  throw new MisconfigurationError({
    code: 'dataset-length',
    found: `The dataset's length is ${String(length)}.`,
    allowed: 'a count of samples: 0, 1, 2 …',
    fix: 'Data without a known length is passed as an iterable or a generator function.',
  });
}

function notASource(found: string): MisconfigurationError {
  return new MisconfigurationError({
    code: 'data-source',
    found,
    allowed: 'an array, a dataset with `length` and `get(index)`, a TensorDataset, an iterable or a generator function',
  });
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'object') return `an object of class ${value.constructor?.name ?? 'Object'}`;
  return `a ${typeof value}`;
}
