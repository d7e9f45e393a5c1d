import { MisconfigurationError } from '../errors/index.js';
import { type Collated, defaultCollate } from './collate.js';
import { type Collate, type DataLoaderOptions, type ResolvedOptions, resolveOptions } from './dataLoaderOptions.js';
import { type BatchedDataset, type DataSource, type ResolvedSource, resolveSource } from './dataset.js';
import { type DataLoaderState, type Pass, PassTracker } from './passTracker.js';
import { RandomSampler } from './randomSampler.js';
import { SampleBuffer } from './sampleBuffer.js';
import { checkIndices, type Sampler } from './sampler.js';
import { SequentialSampler } from './sequentialSampler.js';
import { StreamReader } from './streamReader.js';

/** A batch and its place in the pass. */
export interface LoadedBatch<Batch> {
  readonly batch: Batch;
  /** From 0; in a pass that was resumed, the first one is the number of batches before it. */
  readonly batchIdx: number;
  /** Known also for data without a length: the loader looks one sample ahead (a whole batch with `dropLast`). */
  readonly isLast: boolean;
}

/**
 * Batches of samples. Each `for await` is one pass; a batch's tensors are made when it is handed out, and belong to whoever
 * receives it. Follows torch's `DataLoader`; the batch's type follows from the data, see {@link Collated}.
 *
 * @example
 * const loader = new DataLoader(dataset, { batchSize: 32, shuffle: true });
 * for await (const [x, y] of loader) { … }
 */
export interface DataLoader<Batch> extends AsyncIterable<Batch> {
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly dropLast: boolean;
  /** Batches in a pass; undefined for data without a length. */
  readonly length: number | undefined;

  [Symbol.asyncIterator](): AsyncGenerator<Batch, void, undefined>;

  /** A pass, like the iterator, that also tells each batch's number and whether it is the last one. */
  batches(): AsyncGenerator<LoadedBatch<Batch>, void, undefined>;

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
}

/** Overloads of `new DataLoader`: the batch is what `collate` returns, what the dataset gathers, or samples stacked. */
export interface DataLoaderConstructor {
  /** @throws MisconfigurationError for an unknown option, a bad value, or data that cannot be read */
  new <Sample, Batch>(
    source: DataSource<Sample>,
    options: DataLoaderOptions & { readonly collate: Collate<Sample, Batch> },
  ): DataLoader<Batch>;
  new <Batch>(source: BatchedDataset<Batch>, options?: DataLoaderOptions): DataLoader<Batch>;
  new <Sample>(source: DataSource<Sample>, options?: DataLoaderOptions): DataLoader<Collated<Sample>>;
}

class Loader implements DataLoader<unknown> {
  static readonly name = 'DataLoader';
  readonly #source: ResolvedSource;
  readonly #options: ResolvedOptions;
  readonly #sampler: Sampler | undefined;
  readonly #collate: Collate<unknown, unknown>;
  readonly #tracker: PassTracker;

  constructor(source: unknown, options: unknown = {}) {
    const wantsSamples =
      typeof options === 'object' && options !== null && 'collate' in options && options.collate !== undefined;
    this.#source = resolveSource(source, wantsSamples);
    this.#options = resolveOptions(options, this.#source.kind === 'stream');
    this.#collate = this.#options.collate ?? defaultCollate;
    this.#sampler = this.#makeSampler();
    void this.length; // a dataset without a length fails here, not in the middle of a run
    const { shuffle, sampler, seed } = this.#options;
    const isRandom = shuffle || sampler !== undefined;
    // A loader without randomness takes none from the others.
    const ownSeed = seed ?? (isRandom ? Math.floor(Math.random() * 2 ** 32) : 0);
    this.#tracker = new PassTracker(this.batchSize, ownSeed, (generator) => {
      if (!this.#sampler || this.#source.kind === 'stream') return undefined;
      return checkIndices(this.#sampler.indices(generator), this.#sampler.length, this.#source.length());
    });
  }

  get batchSize(): number {
    return this.#options.batchSize;
  }

  get shuffle(): boolean {
    return this.#options.shuffle;
  }

  get dropLast(): boolean {
    return this.#options.dropLast;
  }

  get length(): number | undefined {
    return this.#sampler && this.#batchCount(this.#sampler.length);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown, void, undefined> {
    for await (const { batch } of this.batches()) yield batch;
  }

  async *batches(): AsyncGenerator<LoadedBatch<unknown>, void, undefined> {
    const pass = this.#tracker.begin();
    if (this.#source.kind === 'stream') yield* this.#stream(this.#source, pass);
    else yield* this.#indexed(this.#source, pass);
    this.#tracker.finish(pass);
  }

  endPass(): void {
    this.#tracker.end();
  }

  stateDict(): DataLoaderState {
    return this.#tracker.state();
  }

  loadStateDict(state: unknown): void {
    this.#tracker.load(state, this.length);
  }

  async *#indexed(
    source: Exclude<ResolvedSource, { kind: 'stream' }>,
    pass: Pass,
  ): AsyncGenerator<LoadedBatch<unknown>> {
    const order = pass.order ?? new Int32Array();
    const count = this.#batchCount(order.length);
    for (let batchIdx = pass.skip; batchIdx < count; batchIdx += 1) {
      const indices = order.subarray(batchIdx * this.batchSize, (batchIdx + 1) * this.batchSize);
      // A copy: the dataset may hold on to it.
      const batch =
        source.kind === 'batched' ? await source.getBatch(indices.slice()) : await this.#gather(source, indices);
      const isLast = batchIdx === count - 1;
      this.#tracker.count(pass, isLast);
      yield { batch, batchIdx, isLast };
    }
  }

  async #gather(source: ResolvedSource & { kind: 'map' }, indices: Int32Array): Promise<unknown> {
    const buffer = new SampleBuffer();
    let batch: unknown;
    try {
      // One after the other, so that a `get` that draws random numbers draws them in the same order each time.
      for (const index of indices) {
        const sample = source.get(index);
        buffer.add(isPromiseLike(sample) ? await sample : sample);
      }
      batch = await this.#collate([...buffer.samples]);
      return batch;
    } finally {
      buffer.release(batch);
    }
  }

  async *#stream(source: ResolvedSource & { kind: 'stream' }, pass: Pass): AsyncGenerator<LoadedBatch<unknown>> {
    const stream = new StreamReader(source.open());
    let current = new SampleBuffer();
    try {
      await this.#skip(stream, pass.skip);
      await stream.fill(current, 1);
      for (let batchIdx = pass.skip; current.length > 0; batchIdx += 1) {
        await stream.fill(current, this.batchSize);
        if (this.dropLast && current.length < this.batchSize) return;
        const next = new SampleBuffer();
        let batch: unknown;
        try {
          await stream.fill(next, this.dropLast ? this.batchSize : 1);
          batch = await this.#collate([...current.samples]);
        } finally {
          current.release(batch);
          current = next;
        }
        const isLast = next.length < (this.dropLast ? this.batchSize : 1);
        this.#tracker.count(pass, isLast);
        yield { batch, batchIdx, isLast };
      }
    } finally {
      current.release();
      await stream.close();
    }
  }

  async #skip(stream: StreamReader, batches: number): Promise<void> {
    for (let skipped = 0; skipped < batches; skipped += 1) {
      const buffer = new SampleBuffer();
      await stream.fill(buffer, this.batchSize);
      buffer.release();
      if (buffer.length === this.batchSize) continue;
      throw new MisconfigurationError({
        code: 'dataloader-state',
        found: `The saved position is ${batches} batches into the data, which now ends in batch ${skipped}.`,
        fix: 'Resume with the data that the checkpoint was made with, or from the end of an epoch.',
      });
    }
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

  #batchCount(samples: number): number {
    return this.dropLast ? Math.floor(samples / this.batchSize) : Math.ceil(samples / this.batchSize);
  }
}

/** Batches of samples; see the interface of the same name. */
// The class is written once, for unknown batches; the overloads give each loader its batch type.
export const DataLoader = Loader as DataLoaderConstructor;

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
