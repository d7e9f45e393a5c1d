import type { Sampler } from './sampler.js';

/** Every index, from first to last. Source: torch.utils.data.SequentialSampler. */
export class SequentialSampler implements Sampler {
  readonly #source: { readonly length: number };

  /** @param source whose length counts: a dataset or an array */
  constructor(source: { readonly length: number }) {
    this.#source = source;
  }

  get length(): number {
    return this.#source.length;
  }

  indices(): Int32Array {
    return Int32Array.from({ length: this.length }, (_, index) => index);
  }
}
