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

/**
 * Samples in the order in which they come; a function is called once a pass, so a generator function will do. An object that can
 * be iterated may have a `length`, in samples.
 */
export type SampleStream<Sample> =
  | Iterable<Sample>
  | AsyncIterable<Sample>
  | (() => Iterable<Sample> | AsyncIterable<Sample>);

/**
 * A `tf.data.Dataset`, of whichever copy of tfjs. Its elements are the samples: given to a DataLoader with `batchSize: null`, or
 * returned from a loader hook as it is, each element is a batch.
 */
export interface TfDataset<Sample> {
  /** Elements; null when it is not known, Infinity when they never end. */
  readonly size: number | null;
  iterator(): Promise<{ next(): Promise<IteratorResult<Sample>> }>;
  forEachAsync(work: (sample: Sample) => void): Promise<void>;
}

/** Where a DataLoader takes samples from. */
export type DataSource<Sample> = readonly Sample[] | Dataset<Sample> | SampleStream<Sample> | TfDataset<Sample>;

/** Samples by index, as the loader sees them. */
export type IndexedSource =
  | { readonly kind: 'map'; readonly drawsRandomly: boolean; length(): number; get(index: number): unknown }
  | {
      readonly kind: 'batched';
      readonly drawsRandomly: boolean;
      length(): number;
      getBatch(indices: Int32Array): unknown;
    };

/** Samples in their own order, as the loader sees them. */
export interface StreamSource {
  readonly kind: 'stream';
  /** It fetches ahead by itself, while steps run. */
  readonly isAhead: boolean;
  /** Samples a pass, where the data tells. */
  length?(): number | undefined;
  open(): Iterator<unknown> | AsyncIterator<unknown>;
}
