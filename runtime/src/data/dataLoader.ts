import type { Generator } from '../random/index.js';
import type * as tf from '../tf.js';
import { type BatchPlan, batchCount, evenBatches, givenBatches } from './batchPlan.js';
import { type BatchReader, type FetchedBatch, surroundings } from './batchReader.js';
import { type Collated, defaultCollate } from './collate.js';
import { type Collate, type DataLoaderOptions, type ResolvedOptions, resolveOptions } from './dataLoaderOptions.js';
import type { BatchedDataset, DataSource, IndexedSource, StreamSource } from './dataset.js';
import { IndexedReader } from './indexedReader.js';
import { LoaderWorkers } from './loaderWorkers.js';
import { type DataLoaderState, type Pass, PassTracker } from './passTracker.js';
import { RandomSampler } from './randomSampler.js';
import { ReadAhead } from './readAhead.js';
import { resolveSource } from './resolveSource.js';
import { SampleDraws } from './sampleDraws.js';
import { checkIndices, type Sampler } from './sampler.js';
import { SequentialSampler } from './sequentialSampler.js';
import { StreamReader } from './streamReader.js';
import type { WorkerTask } from './workerMessages.js';

/** A batch and its place in the pass. */
export interface LoadedBatch<Batch> {
  readonly batch: Batch;
  /** From 0; in a pass that was resumed, the first one is the number of batches before it. */
  readonly batchIdx: number;
  /** Known also for data without a length: the loader looks one sample ahead (a whole batch with `dropLast`). */
  readonly isLast: boolean;
  /** The tensors in the batch that were made for it, for the receiver to free: not those that the dataset had before. */
  readonly owned: readonly tf.Tensor[];
  /** Numbers of its samples in the dataset, borrowed; undefined for data without numbers. */
  readonly indices?: Int32Array | undefined;
}

/** A pass that has begun. The caller closes it, also one that came to its end. */
export interface LoaderPass<Batch> {
  /** The next batch; undefined at the end. To be awaited where it is a promise; called by one at a time. */
  next(): LoadedBatch<Batch> | undefined | Promise<LoadedBatch<Batch> | undefined>;
  /** Frees what was fetched and not handed out. */
  close(): Promise<void>;
}

/**
 * Batches of samples. Each `for await` is one pass; a batch's tensors belong to whoever receives it. Follows torch's `DataLoader`;
 * the batch's type follows from the data, see {@link Collated}.
 *
 * @example
 * const loader = new DataLoader(dataset, { batchSize: 32, shuffle: true });
 * for await (const [x, y] of loader) { … }
 */
export interface DataLoader<Batch> extends AsyncIterable<Batch> {
  /** Null where each sample is a batch, or a `batchSampler` decides. */
  readonly batchSize: number | null;
  readonly shuffle: boolean;
  readonly dropLast: boolean;
  readonly numWorkers: number;
  /** Batches in a pass; undefined for data without a length. */
  readonly length: number | undefined;
  /** Samples in the dataset; undefined for data without a length. */
  readonly samples: number | undefined;

  [Symbol.asyncIterator](): AsyncGenerator<Batch, void, undefined>;

  /** A pass, like the iterator, that also tells each batch's number and whether it is the last one. */
  batches(): AsyncGenerator<LoadedBatch<Batch>, void, undefined>;

  /** The same pass in the caller's hands, and without a promise for batches that are there at once. */
  beginPass(): LoaderPass<Batch>;

  /**
   * Declares the running pass over, although batches of it are left: the state is then that of the next pass's start.
   * Leaving a loop early does not do that, since a run that was stopped there goes on there.
   */
  endPass(): void;

  /** Where this loader stands, fit for JSON: after k batches of a pass were handed out, it describes just that. */
  stateDict(): DataLoaderState;

  /**
   * The next pass goes on with the batches that were not handed out when `state` was saved, in the same order, and the
   * passes after it are those of a run that was never interrupted.
   * @throws MisconfigurationError when the state does not fit this loader
   */
  loadStateDict(state: unknown): void;

  /** This loader, or, when it shuffles or has a sampler, one of the same batches in the order of the data. */
  inOrder(): DataLoader<Batch>;

  /** Ends this loader's threads; a Trainer does that at the end of its run. The next pass starts new ones. */
  dispose(): Promise<void>;
}

/** Overloads of `new DataLoader`: the batch is what `collate` returns, a sample, what the dataset gathers, or samples stacked. */
export interface DataLoaderConstructor {
  /** @throws MisconfigurationError for an unknown option, a bad value, or data that cannot be read */
  new <Sample, Batch>(
    source: DataSource<Sample>,
    options: DataLoaderOptions & { readonly collate: Collate<Sample, Batch> },
  ): DataLoader<Batch>;
  new <Sample>(
    source: DataSource<Sample>,
    options: DataLoaderOptions & { readonly batchSize: null },
  ): DataLoader<Sample>;
  new <Batch>(source: BatchedDataset<Batch>, options?: DataLoaderOptions): DataLoader<Batch>;
  new <Sample>(source: DataSource<Sample>, options?: DataLoaderOptions): DataLoader<Collated<Sample>>;
}

class Loader implements DataLoader<unknown> {
  static readonly name = 'DataLoader';
  readonly #given: { readonly source: unknown; readonly options: DataLoaderOptions };
  readonly #source: IndexedSource | StreamSource;
  readonly #options: ResolvedOptions;
  readonly #sampler: Sampler | undefined;
  readonly #collate: Collate<unknown, unknown> | undefined;
  readonly #drawsRandomly: boolean;
  readonly #tracker: PassTracker;
  readonly #workers: LoaderWorkers | undefined;

  constructor(source: unknown, options: unknown = {}) {
    this.#given = { source, options: options as DataLoaderOptions }; // checked below
    this.#source = resolveSource(source, wantsSamples(options));
    const isStream = this.#source.kind === 'stream';
    this.#options = resolveOptions(options, isStream);
    const { collate, batchSize, batchSampler, numWorkers } = this.#options;
    this.#collate = batchSize === null && !batchSampler ? undefined : (collate ?? defaultCollate);
    this.#sampler = this.#makeSampler();
    this.#drawsRandomly = isStream || this.#source.drawsRandomly || collate !== undefined;
    void this.length; // a dataset without a length fails here, not in the middle of a run
    this.#workers = numWorkers > 0 && !isStream ? new LoaderWorkers(source, this.#task(), this.#options) : undefined;
    this.#tracker = new PassTracker(batchSize, this.#seed(), (generator) => this.#drawPlan(generator));
  }

  get batchSize(): number | null {
    return this.#options.batchSize;
  }

  get shuffle(): boolean {
    return this.#options.shuffle;
  }

  get dropLast(): boolean {
    return this.#options.dropLast;
  }

  get numWorkers(): number {
    return this.#options.numWorkers;
  }

  get length(): number | undefined {
    const { batchSampler, batchSize, dropLast } = this.#options;
    if (batchSampler) return batchSampler.length;
    const samples = this.#source.kind === 'stream' ? this.#source.length?.() : this.#sampler?.length;
    return samples === undefined ? undefined : batchCount(samples, batchSize ?? 1, dropLast);
  }

  get samples(): number | undefined {
    return this.#source.length?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown, void, undefined> {
    for await (const { batch } of this.batches()) yield batch;
  }

  async *batches(): AsyncGenerator<LoadedBatch<unknown>, void, undefined> {
    const pass = this.beginPass();
    try {
      for (let batch = await pass.next(); batch; batch = await pass.next()) yield batch;
    } finally {
      await pass.close();
    }
  }

  beginPass(): LoaderPass<unknown> {
    const pass = this.#tracker.begin();
    const reader = this.#open(pass);
    let batchIdx = pass.skip;
    const handOut = (fetched: FetchedBatch | undefined) => {
      if (!fetched) {
        this.#tracker.finish(pass);
        return undefined;
      }
      // Counted when it is handed out, however long it was there before.
      this.#tracker.count(pass, fetched.isLast);
      const { batch, owned, isLast } = fetched;
      const indices = pass.plan?.batch(batchIdx);
      return { batch, owned, isLast, batchIdx: batchIdx++, indices };
    };
    return {
      next() {
        const fetched = reader.read();
        return fetched instanceof Promise ? fetched.then(handOut) : handOut(fetched);
      },
      close: () => reader.close(),
    };
  }

  endPass(): void {
    this.#tracker.end();
  }

  stateDict(): DataLoaderState {
    return this.#tracker.state();
  }

  loadStateDict(state: unknown): void {
    this.#tracker.load(state, this.#source.kind === 'stream' ? undefined : this.length);
  }

  inOrder(): DataLoader<unknown> {
    if (!this.shuffle && !this.#options.sampler) return this;
    return new Loader(this.#given.source, { ...this.#given.options, shuffle: false, sampler: undefined });
  }

  async dispose(): Promise<void> {
    await this.#workers?.dispose();
  }

  #open({ skip, plan, key }: Pass): BatchReader {
    const { batchSize, dropLast, prefetchFactor } = this.#options;
    const draws = new SampleDraws(key);
    const collate = this.#collate;
    if (this.#source.kind !== 'stream' && plan && this.#workers) {
      const around = surroundings(draws, { drawsRandomly: this.#drawsRandomly, isAhead: false });
      return this.#workers.read({ plan, skip, collate }, key, around);
    }
    const isAhead = prefetchFactor > 0 || (this.#source.kind === 'stream' && this.#source.isAhead);
    const around = surroundings(draws, { drawsRandomly: this.#drawsRandomly, isAhead });
    const reader =
      this.#source.kind === 'stream'
        ? new StreamReader(this.#source, { batchSize: batchSize ?? 1, dropLast, skip, collate }, around)
        : new IndexedReader(this.#source, { plan: plan ?? NO_BATCHES, skip, collate }, around);
    return prefetchFactor > 0 ? new ReadAhead(reader, prefetchFactor) : reader;
  }

  #makeSampler(): Sampler | undefined {
    if (this.#source.kind === 'stream') return undefined;
    const { length: read } = this.#source;
    const source = {
      get length() {
        return read();
      },
    };
    return this.#options.sampler ?? (this.shuffle ? new RandomSampler(source) : new SequentialSampler(source));
  }

  #drawPlan(generator: Generator): BatchPlan | undefined {
    if (!this.#sampler || this.#source.kind === 'stream') return undefined;
    const { batchSampler, batchSize, dropLast } = this.#options;
    const available = this.#source.length();
    if (batchSampler) return givenBatches(batchSampler.batches(generator), batchSampler.length, available);
    const order = checkIndices(this.#sampler.indices(generator), this.#sampler.length, available);
    return evenBatches(order, batchSize ?? 1, dropLast);
  }

  /** A loader without randomness takes none from the others. */
  #seed(): number {
    const { seed, shuffle, sampler, batchSampler } = this.#options;
    const isRandom = shuffle || sampler !== undefined || batchSampler !== undefined || this.#drawsRandomly;
    return seed ?? (isRandom ? Math.floor(Math.random() * 2 ** 32) : 0);
  }

  /** What threads do: all they can, since a `collate` function cannot be sent to them. */
  #task(): WorkerTask {
    if (this.#source.kind === 'batched') return 'batches';
    return this.#collate === defaultCollate ? 'collate' : 'samples';
  }
}

/** Batches of samples; see the interface of the same name. */
// The class is written once, for unknown batches; the overloads give each loader its batch type.
export const DataLoader = Loader as DataLoaderConstructor;

const NO_BATCHES: BatchPlan = evenBatches(new Int32Array(), 1, false);

/** Whole batches of a dataset are of no use to a loader that collates samples itself, or hands them out one by one. */
function wantsSamples(options: unknown): boolean {
  if (typeof options !== 'object' || options === null) return false;
  const { collate, batchSize }: { readonly collate?: unknown; readonly batchSize?: unknown } = options;
  return collate !== undefined || batchSize === null;
}
