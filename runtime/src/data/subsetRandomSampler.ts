import { MisconfigurationError } from '../errors/index.js';
import type { Generator } from '../random/index.js';
import { checkIndices, type Sampler } from './sampler.js';

/** Some indices, each once, in random order. Source: torch.utils.data.SubsetRandomSampler. */
export class SubsetRandomSampler implements Sampler {
  readonly #indices: Int32Array;

  /** @throws MisconfigurationError unless the indices are integers of at least 0 */
  constructor(indices: ArrayLike<number>) {
    const given = Array.from(indices);
    if (given.length > 0 && given.some((index) => typeof index !== 'number')) {
      throw new MisconfigurationError({
        code: 'option-value',
        found: 'SubsetRandomSampler got indices that are not numbers.',
        allowed: 'an array of integers, each at least 0',
      });
    }
    this.#indices = checkIndices(given, given.length, 2 ** 31 - 1);
  }

  get length(): number {
    return this.#indices.length;
  }

  indices(generator: Generator): Int32Array {
    return generator.shuffle(this.#indices.slice());
  }
}
