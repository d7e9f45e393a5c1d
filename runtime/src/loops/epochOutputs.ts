import * as tf from '../tf.js';

/** What steps returned in one epoch, for the hooks of PyTorch Lightning 1.6 that are given all of it at the end. */
export class EpochOutputs {
  #outputs: unknown[] = [];
  readonly #tensors: tf.Tensor[] = [];

  /** Keeps one output: its tensors are copied, since those of a step are freed with it. */
  add(output: unknown): void {
    this.#outputs.push(this.#copy(output));
  }

  /** All outputs, in order. Borrowed: {@link dispose} frees them. */
  get all(): readonly unknown[] {
    return this.#outputs;
  }

  /** Frees what was kept, and begins anew. */
  dispose(): void {
    tf.dispose(this.#tensors.splice(0));
    this.#outputs = [];
  }

  #copy(value: unknown): unknown {
    if (value instanceof tf.Tensor) {
      const copy = tf.keep(value.clone());
      this.#tensors.push(copy);
      return copy;
    }
    if (Array.isArray(value)) return value.map((entry) => this.#copy(entry));
    if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, this.#copy(entry)]));
  }
}
