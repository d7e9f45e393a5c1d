import type { BatchedDataset } from './dataset.js';
import { checkPartable, hasSamples, type IndexedData, isBatched, type PartOf, sampleAt } from './indexedData.js';
import { checkIndices } from './sampler.js';

/** Data that a {@link Subset} can be a part of. */
export type WholeData = IndexedData | BatchedDataset<unknown>;

/** Some samples of a dataset, in the order of their indices. Makes whole batches if the dataset does. Source: torch.utils.data.Subset. */
export type Subset<Data extends WholeData> = PartOf<Data> & {
  readonly dataset: Data;
  /** Indices of the dataset; not to be changed. */
  readonly indices: Int32Array;
};

/** `new Subset(dataset, indices)`. */
export interface SubsetConstructor {
  /** @throws MisconfigurationError for data without an index, or an index that it does not have */
  new <Data extends WholeData>(dataset: Data, indices: ArrayLike<number>): Subset<Data>;
}

/** The class behind {@link Subset}, for those that look inside. */
export class SubsetView {
  static readonly name = 'Subset';
  readonly dataset: WholeData;
  readonly indices: Int32Array;
  // Own members only where there is something behind them: their presence is what a DataLoader goes by.
  readonly get?: (index: number) => unknown;
  readonly getBatch?: (indices: Int32Array) => unknown;

  constructor(dataset: WholeData, indices: ArrayLike<number>) {
    this.dataset = checkPartable(dataset, 'Subset');
    this.indices = checkIndices(Array.from(indices), indices.length, dataset.length);
    const at = (index: number) => this.indices[index]!;
    if (hasSamples(dataset)) this.get = (index) => sampleAt(dataset, at(index));
    if (isBatched(dataset)) this.getBatch = (asked) => dataset.getBatch(asked.map(at));
  }

  get length(): number {
    return this.indices.length;
  }
}

/** Some samples of a dataset; see the type of the same name. */
// The class is written once, for unknown data; the constructor's type gives each subset its samples.
export const Subset = SubsetView as unknown as SubsetConstructor;
