import { MisconfigurationError } from '../errors/index.js';
import type { Generator } from '../random/index.js';
import type { Sampler } from './sampler.js';

/** The batches of a pass, where they are not so many samples in a row. Keeps no state of its own, as a {@link Sampler}. */
export interface SamplerOfBatches {
  /** How many batches a pass has. */
  readonly length: number;
  /** The indices of each batch of one pass. Called once a pass. */
  batches(generator: Generator): Iterable<ArrayLike<number>>;
}

/**
 * Batches of the indices that a sampler gives. What a DataLoader does by itself with `sampler`, `batchSize` and `dropLast`; of
 * use as a part of a sampler of your own. Source: torch.utils.data.BatchSampler.
 */
export class BatchSampler implements SamplerOfBatches {
  readonly #sampler: Sampler;
  readonly #batchSize: number;
  readonly #dropLast: boolean;

  /** @param options.dropLast leave out a last batch that is not full; default false */
  constructor(sampler: Sampler, batchSize: number, options: { readonly dropLast?: boolean } = {}) {
    if (!(Number.isSafeInteger(batchSize) && batchSize > 0)) {
      throw new MisconfigurationError({
        code: 'option-value',
        found: `BatchSampler: \`batchSize\` is ${batchSize}.`,
        allowed: 'a count of at least 1',
      });
    }
    this.#sampler = sampler;
    this.#batchSize = batchSize;
    this.#dropLast = options.dropLast ?? false;
  }

  get length(): number {
    const batches = this.#sampler.length / this.#batchSize;
    return this.#dropLast ? Math.floor(batches) : Math.ceil(batches);
  }

  *batches(generator: Generator): IterableIterator<number[]> {
    let batch: number[] = [];
    for (const index of this.#sampler.indices(generator)) {
      batch.push(index);
      if (batch.length < this.#batchSize) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0 && !this.#dropLast) yield batch;
  }
}
