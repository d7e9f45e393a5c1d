import { MisconfigurationError } from '../errors/index.js';
import type { BatchedDataset, Dataset } from './dataset.js';

/** Samples that can be asked for by index: a dataset, or an array of samples. */
export type IndexedData<Sample = unknown> = Dataset<Sample> | readonly Sample[];

/** The samples of a dataset or an array. */
export type SampleOf<Data> = Data extends readonly (infer Sample)[]
  ? Sample
  : Data extends { get(index: number): infer Sample }
    ? Awaited<Sample>
    : never;

/** What a part of a dataset can do as well as the whole: give samples, whole batches, or both. */
export type PartOf<Data> = { readonly length: number } & ([SampleOf<Data>] extends [never]
  ? unknown
  : Dataset<SampleOf<Data>>) &
  (Data extends BatchedDataset<infer Batch> ? BatchedDataset<Batch> : unknown);

/** One sample, of whichever kind of data. */
export function sampleAt<Sample>(data: IndexedData<Sample>, index: number): Sample | Promise<Sample> {
  return 'get' in data ? data.get(index) : data[index]!;
}

/** True for data that gives samples one by one. */
export function hasSamples(data: unknown): data is IndexedData {
  return (
    Array.isArray(data) ||
    (typeof data === 'object' && data !== null && 'length' in data && 'get' in data && typeof data.get === 'function')
  );
}

/** True for a dataset that makes whole batches. */
export function isBatched(data: unknown): data is BatchedDataset<unknown> {
  return typeof data === 'object' && data !== null && 'getBatch' in data && typeof data.getBatch === 'function';
}

/** True for data that a loader can shuffle. */
export function isIndexed(data: unknown): boolean {
  return hasSamples(data) || isBatched(data) || (ArrayBuffer.isView(data) && 'length' in data);
}

/**
 * Checks that something can be asked for samples by index.
 * @param subject whose argument it is
 * @throws MisconfigurationError when it cannot
 */
export function checkIndexed(data: unknown, subject: string): IndexedData {
  if (hasSamples(data)) return data;
  throw notIndexed(data, subject, 'an array of samples, or a dataset with `length` and `get(index)`');
}

/** As {@link checkIndexed}, for those that whole batches are enough for. */
export function checkPartable(data: unknown, subject: string): IndexedData | BatchedDataset<unknown> {
  if (hasSamples(data) || isBatched(data)) return data;
  throw notIndexed(
    data,
    subject,
    'an array of samples, or a dataset with `length` and `get(index)` or `getBatch(indices)`',
  );
}

function notIndexed(data: unknown, subject: string, allowed: string): MisconfigurationError {
  const isObject = typeof data === 'object' && data !== null;
  return new MisconfigurationError({
    code: 'data-source',
    found: `${subject} got ${isObject ? `an object of class ${data.constructor?.name ?? 'Object'}` : String(data)}.`,
    allowed,
  });
}
