import { MisconfigurationError } from '../errors/index.js';
import type { Dataset } from './dataset.js';
import { checkIndexed, type IndexedData, sampleAt } from './indexedData.js';

/** Several datasets one after the other, as one. Source: torch.utils.data.ConcatDataset. */
export class ConcatDataset<Sample> implements Dataset<Sample> {
  readonly datasets: readonly IndexedData<Sample>[];
  /** Index after the last sample of each dataset. */
  readonly #ends: readonly number[];

  /** @throws MisconfigurationError for no datasets, or one without an index */
  constructor(datasets: readonly IndexedData<Sample>[]) {
    if (datasets.length === 0) {
      throw new MisconfigurationError({
        code: 'data-source',
        found: 'ConcatDataset got no datasets.',
        allowed: 'one or more',
      });
    }
    for (const dataset of datasets) checkIndexed(dataset, 'ConcatDataset');
    this.datasets = [...datasets];
    let end = 0;
    this.#ends = datasets.map(({ length }) => {
      end += length;
      return end;
    });
  }

  get length(): number {
    return this.#ends.at(-1) ?? 0;
  }

  get(index: number): Sample | Promise<Sample> {
    const { dataset, index: inner } = this.locate(index);
    return sampleAt(this.datasets[dataset]!, inner);
  }

  /** Which dataset has a sample, and its index there. */
  locate(index: number): { readonly dataset: number; readonly index: number } {
    const dataset = this.#ends.findIndex((end) => index < end);
    return { dataset, index: index - (this.#ends[dataset - 1] ?? 0) };
  }
}
