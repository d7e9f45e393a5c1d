import { tensorMark } from '../autograd/index.js';
import { MisconfigurationError } from '../errors/index.js';
import type { BatchReader, FetchedBatch, Surroundings } from './batchReader.js';
import type { Collate } from './dataLoaderOptions.js';
import type { StreamSource } from './dataset.js';
import { ownedIn, SampleBuffer } from './sampleBuffer.js';
import { SampleStreamReader } from './sampleStreamReader.js';

/** How samples without an index become batches. */
export interface StreamPass {
  readonly batchSize: number;
  readonly dropLast: boolean;
  /** Batches to leave out. */
  readonly skip: number;
  /** Undefined: the one sample of a batch is the batch. */
  readonly collate: Collate<unknown, unknown> | undefined;
}

/**
 * Reads batches of samples in the order in which they come. Looks one sample ahead (a whole batch with `dropLast`) to know which
 * batch is the last.
 */
export class StreamReader implements BatchReader {
  readonly #source: StreamSource;
  readonly #pass: StreamPass;
  readonly #around: Surroundings;
  readonly #size: number;
  /** Samples may be made long before they are asked for, but not before the pass began. */
  readonly #mark = tensorMark();
  #stream: SampleStreamReader | undefined;
  #current: SampleBuffer;
  /** What went wrong while looking ahead: it belongs to the batch that comes then. */
  #failure: { readonly error: unknown } | undefined;

  constructor(source: StreamSource, pass: StreamPass, around: Surroundings) {
    this.#source = source;
    this.#pass = pass;
    this.#around = around;
    this.#size = pass.batchSize;
    this.#current = new SampleBuffer(this.#mark);
  }

  read(): Promise<FetchedBatch | undefined> {
    return this.#around.run(() => this.#read());
  }

  async close(): Promise<void> {
    this.#current.release();
    await this.#around.run(() => this.#stream?.close());
  }

  async #read(): Promise<FetchedBatch | undefined> {
    if (this.#failure) throw this.#failure.error;
    const stream = this.#stream ?? (await this.#open());
    await stream.fill(this.#current, this.#size);
    const { dropLast, collate } = this.#pass;
    const samples = this.#current;
    if (samples.length === 0 || (dropLast && samples.length < this.#size)) return undefined;
    const ahead = dropLast ? this.#size : 1;
    const next = new SampleBuffer(this.#mark);
    let batch: unknown;
    try {
      await this.#lookAhead(stream, next, ahead);
      batch = collate ? await collate([...samples.samples]) : samples.samples[0];
    } finally {
      samples.release(batch);
      this.#current = next;
    }
    const isLast = !this.#failure && next.length < ahead;
    return { batch, owned: ownedIn(batch, this.#mark), isLast };
  }

  async #lookAhead(stream: SampleStreamReader, next: SampleBuffer, samples: number): Promise<void> {
    try {
      await stream.fill(next, samples);
    } catch (error) {
      this.#failure = { error };
    }
  }

  async #open(): Promise<SampleStreamReader> {
    const { skip } = this.#pass;
    const stream = new SampleStreamReader(this.#source.open(), this.#source.length?.());
    this.#stream = stream;
    for (let skipped = 0; skipped < skip; skipped += 1) {
      const buffer = new SampleBuffer(this.#mark);
      await stream.fill(buffer, this.#size);
      buffer.release();
      if (buffer.length === this.#size) continue;
      throw new MisconfigurationError({
        code: 'dataloader-state',
        found: `The saved position is ${skip} batches into the data, which now ends in batch ${skipped}.`,
        fix: 'Resume with the data that the checkpoint was made with, or from the end of an epoch.',
      });
    }
    return stream;
  }
}
