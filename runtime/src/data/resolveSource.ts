import { MisconfigurationError } from '../errors/index.js';
import { ConcatDataset } from './concatDataset.js';
import type { BatchedDataset, Dataset, IndexedSource, StreamSource } from './dataset.js';
import { SubsetView } from './subset.js';
import { TensorDataset } from './tensorDataset.js';
import { isTfDataset, openTfDataset, sizeOf } from './tfDataset.js';

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
export function resolveSource(source: unknown, wantsSamples: boolean): IndexedSource | StreamSource {
  if (typeof source === 'function') return { kind: 'stream', isAhead: false, open: () => openStream(source()) };
  if (typeof source !== 'object' || source === null) throw notASource(`DataLoader got ${describe(source)} as data.`);
  const shape: Shape = source;
  if (typeof shape.getBatch === 'function' && !wantsSamples) {
    const dataset = source as BatchedDataset<unknown>; // checked: the method is there, the length is checked when read
    const getBatch = (indices: Int32Array) => dataset.getBatch(indices);
    return { kind: 'batched', drawsRandomly: mayDraw(source), length: () => lengthOf(dataset), getBatch };
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
    return { kind: 'map', drawsRandomly: false, length: () => samples.length, get: (index) => samples[index] };
  }
  // A Map has `get` too, but no `length`.
  if (typeof shape.get === 'function' && 'length' in source) {
    const dataset = source as Dataset<unknown>; // as above
    const get = (index: number) => dataset.get(index);
    return { kind: 'map', drawsRandomly: mayDraw(source), length: () => lengthOf(dataset), get };
  }
  if (isTfDataset(source)) {
    return { kind: 'stream', isAhead: true, length: () => sizeOf(source), open: () => openTfDataset(source) };
  }
  if (typeof shape[Symbol.asyncIterator] === 'function' || typeof shape[Symbol.iterator] === 'function') {
    return streamOf(source);
  }
  throw notASource(`DataLoader got ${describe(source)} as data.`);
}

/** A generator object runs once; a second pass over it would be empty, and nobody would notice. */
function streamOf(source: object): StreamSource {
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
  const { length } = source as Shape;
  if (length === undefined) return { kind: 'stream', isAhead: false, open };
  return { kind: 'stream', isAhead: false, length: () => lengthOf(source as Shape & { length: unknown }), open };
}

/** Whether the code behind a dataset may draw random numbers: ours does not. */
function mayDraw(source: unknown): boolean {
  if (Array.isArray(source) || source instanceof TensorDataset) return false;
  if (source instanceof SubsetView) return mayDraw(source.dataset);
  return source instanceof ConcatDataset ? source.datasets.some(mayDraw) : true;
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
    allowed:
      'an array, a dataset with `length` and `get(index)`, a TensorDataset, a tf.data dataset, an iterable or a generator function',
  });
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'object') return `an object of class ${value.constructor?.name ?? 'Object'}`;
  return `a ${typeof value}`;
}
