import type { SampleBuffer } from './sampleBuffer.js';

/** Samples from an iterator, until it ends; closes it when it is left before. */
export class SampleStreamReader {
  readonly #iterator: Iterator<unknown> | AsyncIterator<unknown>;
  /** Samples that the data promised; undefined when it did not, and once it was said that there are more. */
  #promised: number | undefined;
  #count = 0;
  #isOpen = true;

  constructor(iterator: Iterator<unknown> | AsyncIterator<unknown>, promised: number | undefined) {
    this.#iterator = iterator;
    this.#promised = promised;
  }

  /** Reads samples until `buffer` has `size` of them or the stream ends. */
  async fill(buffer: SampleBuffer, size: number): Promise<void> {
    while (this.#isOpen && buffer.length < size) {
      this.#isOpen = false; // an iterator that throws is over, and is not closed
      const result = await this.#iterator.next();
      if (result.done) return;
      this.#isOpen = true;
      buffer.add(result.value);
      this.#count += 1;
      this.#warnIfMore();
    }
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.#iterator.return?.();
  }

  /** As torch does for an iterable dataset: a length that is wrong makes limits and progress wrong. */
  #warnIfMore(): void {
    if (this.#promised === undefined || this.#count <= this.#promised) return;
    process.emitWarning(`The data of a DataLoader has more samples than its length of ${this.#promised} says.`);
    this.#promised = undefined;
  }
}
