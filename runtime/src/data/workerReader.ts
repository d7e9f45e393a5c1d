import { tensorMark } from '../autograd/index.js';
import { RunError } from '../errors/index.js';
import type { BatchReader, FetchedBatch, Surroundings } from './batchReader.js';
import type { IndexedPass } from './indexedReader.js';
import { type Packed, unpack } from './packed.js';
import { ownedIn, SampleBuffer } from './sampleBuffer.js';
import type { PassKey } from './sampleDraws.js';
import type { WorkerPlan } from './workerPlan.js';
import type { WorkerPool } from './workerPool.js';

/** How batches are asked for. */
export interface WorkerReading {
  readonly pool: WorkerPool;
  readonly sources: WorkerPlan;
  readonly key: PassKey;
  /** Batches that are asked for before they are needed. */
  readonly ahead: number;
  /** Longest wait for a batch; 0: as long as it takes. */
  readonly timeoutSeconds: number;
  /** True when threads send samples, and they are collated here. */
  readonly sendsSamples: boolean;
  /** The pass needs the threads no longer. */
  release(): Promise<void>;
}

/** Reads batches that worker threads make: batch n comes from thread n modulo their number, so it is the same each time. */
export class WorkerReader implements BatchReader {
  readonly #reading: WorkerReading;
  readonly #pass: IndexedPass;
  readonly #around: Surroundings;
  readonly #queue: Promise<Packed>[] = [];
  #asked: number;
  #batchIdx: number;

  constructor(reading: WorkerReading, pass: IndexedPass, around: Surroundings) {
    this.#reading = reading;
    this.#pass = pass;
    this.#around = around;
    this.#asked = pass.skip;
    this.#batchIdx = pass.skip;
  }

  async read(): Promise<FetchedBatch | undefined> {
    this.#ask();
    const next = this.#queue.shift();
    if (!next) return undefined;
    const batchIdx = this.#batchIdx;
    this.#batchIdx += 1;
    const packed = await this.#inTime(next, batchIdx);
    this.#ask();
    const mark = tensorMark();
    const batch = await this.#finish(packed, batchIdx);
    return { batch, owned: ownedIn(batch, mark), isLast: batchIdx === this.#pass.plan.count - 1 };
  }

  async close(): Promise<void> {
    this.#queue.length = 0; // answers are plain values: nothing to free
    await this.#reading.release();
  }

  #ask(): void {
    const { plan } = this.#pass;
    const { pool, sources, key, ahead } = this.#reading;
    while (this.#queue.length < ahead && this.#asked < plan.count) {
      const batchIdx = this.#asked;
      this.#asked += 1;
      const indices = plan.batch(batchIdx).slice();
      const datasets = sources.origins.length > 1 ? new Uint16Array(indices.length) : undefined;
      for (const [i, index] of indices.entries()) {
        const [origin, inner] = sources.find(index);
        indices[i] = inner;
        if (datasets) datasets[i] = origin;
      }
      const place = plan.samplesBefore(batchIdx);
      const answer = pool.request(batchIdx, { datasets, indices, place, batchIdx, key });
      answer.catch(() => undefined); // told when its turn comes, if it does
      this.#queue.push(answer);
    }
  }

  async #finish(packed: Packed, batchIdx: number): Promise<unknown> {
    const { collate } = this.#pass;
    if (!this.#reading.sendsSamples) return unpack(packed);
    const buffer = new SampleBuffer();
    let batch: unknown;
    try {
      for (const sample of unpack(packed) as readonly unknown[]) buffer.add(sample); // a list of samples, as was asked for
      this.#around.draws.moveToBatch(batchIdx);
      batch = collate ? await this.#around.run(() => collate([...buffer.samples])) : buffer.samples[0];
      return batch;
    } finally {
      buffer.release(batch);
    }
  }

  async #inTime(batch: Promise<Packed>, batchIdx: number): Promise<Packed> {
    const { timeoutSeconds, pool } = this.#reading;
    if (timeoutSeconds === 0) return batch;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const error = new RunError({
        code: 'worker-timeout',
        found: `Worker ${batchIdx % pool.size} of a DataLoader did not make batch ${batchIdx} within ${timeoutSeconds} s.`,
        fix: 'Find out what `get` waits for, or raise `timeout`.',
      });
      timer = setTimeout(() => reject(error), timeoutSeconds * 1000);
    });
    try {
      return await Promise.race([batch, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
