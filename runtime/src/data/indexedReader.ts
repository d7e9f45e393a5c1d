import { tensorMark } from '../autograd/index.js';
import type { BatchPlan } from './batchPlan.js';
import type { BatchReader, FetchedBatch, Surroundings } from './batchReader.js';
import type { Collate } from './dataLoaderOptions.js';
import type { IndexedSource } from './dataset.js';
import { ownedIn, SampleBuffer } from './sampleBuffer.js';
import { isPromiseLike } from './structure.js';

/** Which batches are read, and what is made of their samples. */
export interface IndexedPass {
  readonly plan: BatchPlan;
  /** Batches to leave out. */
  readonly skip: number;
  /** Undefined: the one sample of a batch is the batch. */
  readonly collate: Collate<unknown, unknown> | undefined;
}

/** Reads batches by index on this thread. */
export class IndexedReader implements BatchReader {
  readonly #source: IndexedSource;
  readonly #pass: IndexedPass;
  readonly #around: Surroundings;
  #batchIdx: number;

  constructor(source: IndexedSource, pass: IndexedPass, around: Surroundings) {
    this.#source = source;
    this.#pass = pass;
    this.#around = around;
    this.#batchIdx = pass.skip;
  }

  read(): FetchedBatch | undefined | Promise<FetchedBatch> {
    const { plan } = this.#pass;
    const batchIdx = this.#batchIdx;
    if (batchIdx >= plan.count) return undefined;
    this.#batchIdx += 1;
    const mark = tensorMark();
    const isLast = batchIdx === plan.count - 1;
    const made = this.#around.run(() => this.#make(batchIdx));
    const finish = (batch: unknown) => ({ batch, owned: ownedIn(batch, mark), isLast });
    return isPromiseLike(made) ? Promise.resolve(made).then(finish) : finish(made);
  }

  async close(): Promise<void> {}

  #make(batchIdx: number): unknown {
    const indices = this.#pass.plan.batch(batchIdx);
    if (this.#source.kind === 'map') return this.#gather(this.#source.get, indices, batchIdx);
    this.#around.draws.moveToBatch(batchIdx);
    return this.#source.getBatch(indices.slice()); // a copy: the dataset may hold on to it
  }

  async #gather(get: (index: number) => unknown, indices: Int32Array, batchIdx: number): Promise<unknown> {
    const { plan, collate } = this.#pass;
    const { draws } = this.#around;
    const place = plan.samplesBefore(batchIdx);
    const buffer = new SampleBuffer();
    let batch: unknown;
    try {
      // One after the other: which random numbers a sample gets must not depend on how long others take.
      for (let i = 0; i < indices.length; i += 1) {
        draws.moveToSample(place + i);
        const sample = get(indices[i]!);
        buffer.add(isPromiseLike(sample) ? await sample : sample);
      }
      draws.moveToBatch(batchIdx);
      batch = collate ? await collate([...buffer.samples]) : buffer.samples[0];
      return batch;
    } finally {
      buffer.release(batch);
    }
  }
}
