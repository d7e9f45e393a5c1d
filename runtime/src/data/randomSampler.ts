import { MisconfigurationError } from '../errors/index.js';
import type { Generator } from '../random/index.js';
import type { Sampler } from './sampler.js';

/** Indices in random order. Source: torch.utils.data.RandomSampler. */
export class RandomSampler implements Sampler {
  readonly #source: { readonly length: number };
  readonly #replacement: boolean;
  readonly #numSamples: number | undefined;

  /**
   * @param source whose length counts: a dataset or an array
   * @param options.replacement draw each index anew, so that some come twice and some never; default false
   * @param options.numSamples indices a pass; default: as many as the source has
   */
  constructor(
    source: { readonly length: number },
    options: { readonly replacement?: boolean; readonly numSamples?: number } = {},
  ) {
    const { replacement = false, numSamples } = options;
    if (numSamples !== undefined && !(Number.isSafeInteger(numSamples) && numSamples > 0)) {
      throw new MisconfigurationError({
        code: 'option-value',
        found: `RandomSampler: \`numSamples\` is ${numSamples}.`,
        allowed: 'a count of at least 1',
      });
    }
    this.#source = source;
    this.#replacement = replacement;
    this.#numSamples = numSamples;
  }

  get length(): number {
    return this.#source.length === 0 ? 0 : (this.#numSamples ?? this.#source.length);
  }

  indices(generator: Generator): Int32Array {
    const [count, available] = [this.length, this.#source.length];
    const indices = new Int32Array(count);
    if (this.#replacement) return indices.map(() => generator.int(available));
    // More than there are: whole permutations one after the other, as torch does.
    for (let start = 0; start < count; start += available) {
      indices.set(generator.permutation(available).subarray(0, count - start), start);
    }
    return indices;
  }
}
