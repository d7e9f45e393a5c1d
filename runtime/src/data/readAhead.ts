import type { BatchReader, FetchedBatch } from './batchReader.js';

/** Reads batches before they are asked for, in the same order. An error comes where its batch would have come. */
export class ReadAhead implements BatchReader {
  readonly #reader: BatchReader;
  readonly #depth: number;
  readonly #queue: Promise<FetchedBatch | undefined>[] = [];
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  /** @param depth batches that are read, or being read, while one is used */
  constructor(reader: BatchReader, depth: number) {
    this.#reader = reader;
    this.#depth = depth;
  }

  async read(): Promise<FetchedBatch | undefined> {
    this.#fill(1);
    const next = this.#queue.shift();
    this.#fill(this.#depth);
    return next;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const result of await Promise.allSettled(this.#queue)) {
      if (result.status === 'fulfilled') for (const tensor of result.value?.owned ?? []) tensor.dispose();
    }
    await this.#reader.close();
  }

  #fill(depth: number): void {
    while (this.#queue.length < depth && !this.#isClosed) {
      // After an error or the end all that follow are that too.
      const batch = this.#last.then(() => (this.#isClosed ? undefined : this.#reader.read()));
      batch.catch(() => undefined); // told by `read`, if it gets that far
      this.#last = batch;
      this.#queue.push(batch);
    }
  }
}
