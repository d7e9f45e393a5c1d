import { MisconfigurationError } from '../errors/index.js';
import { checkIndices } from './sampler.js';

/** Which samples the batches of one pass have. */
export interface BatchPlan {
  /** Batches of the pass. */
  readonly count: number;
  /** The indices of a batch; borrowed. */
  batch(batchIdx: number): Int32Array;
  /** Samples in all batches before a batch. */
  samplesBefore(batchIdx: number): number;
}

/** Batches of `batchSize` samples in a row. */
export function evenBatches(order: Int32Array, batchSize: number, dropLast: boolean): BatchPlan {
  return {
    count: batchCount(order.length, batchSize, dropLast),
    batch: (batchIdx) => order.subarray(batchIdx * batchSize, (batchIdx + 1) * batchSize),
    samplesBefore: (batchIdx) => batchIdx * batchSize,
  };
}

/** How many batches so many samples make. */
export function batchCount(samples: number, batchSize: number, dropLast: boolean): number {
  return dropLast ? Math.floor(samples / batchSize) : Math.ceil(samples / batchSize);
}

/**
 * Batches as a sampler of batches gave them.
 * @throws MisconfigurationError when they do not fit the data or the length that was told
 */
export function givenBatches(batches: Iterable<ArrayLike<number>>, promised: number, available: number): BatchPlan {
  const all: number[] = [];
  const starts: number[] = [0];
  for (const batch of batches) {
    for (let i = 0; i < batch.length; i += 1) all.push(batch[i]!);
    starts.push(all.length);
  }
  const count = starts.length - 1;
  const isEmpty = starts.some((start, i) => i > 0 && start === starts[i - 1]);
  if (count !== promised || isEmpty) {
    throw new MisconfigurationError({
      code: 'sampler',
      found: isEmpty
        ? 'The batchSampler gave a batch without indices.'
        : `The batchSampler gave ${count} batches, but its length is ${promised}.`,
      allowed: 'as many lists of indices as its `length` says, none of them empty',
    });
  }
  const order = checkIndices(all, all.length, available);
  return {
    count,
    batch: (batchIdx) => order.subarray(starts[batchIdx], starts[batchIdx + 1]),
    samplesBefore: (batchIdx) => starts[batchIdx] ?? 0,
  };
}
