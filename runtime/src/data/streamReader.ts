import type { SampleBuffer } from './sampleBuffer.js';

/** Samples from an iterator, until it ends; closes it when it is left before. */
export class StreamReader {
  readonly #iterator: Iterator<unknown> | AsyncIterator<unknown>;
  #isOpen = true;

  constructor(iterator: Iterator<unknown> | AsyncIterator<unknown>) {
    this.#iterator = iterator;
  }

  /** Reads samples until `buffer` has `size` of them or the stream ends. */
  async fill(buffer: SampleBuffer, size: number): Promise<void> {
    while (this.#isOpen && buffer.length < size) {
      this.#isOpen = false; // an iterator that throws is over, and is not closed
      const result = await this.#iterator.next();
      if (result.done) return;
      this.#isOpen = true;
      buffer.add(result.value);
    }
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.#iterator.return?.();
  }
}
