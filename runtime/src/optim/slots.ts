import * as tf from '../tf.js';

/** What an optimizer remembers of one parameter: tensors, and the number of steps. Names are torch's. */
export class Slots {
  readonly #tensors = new Map<string, tf.Tensor>();
  /** Updates made so far. */
  step = 0;

  /** The slot's tensor, or undefined before it was first set. Borrowed. */
  get(name: string): tf.Tensor | undefined {
    return this.#tensors.get(name);
  }

  /** The slot's tensor, which begins as zeros of the parameter's shape. Borrowed. */
  zeros(name: string, parameter: tf.Tensor): tf.Tensor {
    const before = this.#tensors.get(name);
    if (before) return before;
    const made = tf.keep(tf.zeros(parameter.shape));
    this.#tensors.set(name, made);
    return made;
  }

  /** Replaces a slot. Borrows the tensor and keeps a clone. */
  set(name: string, value: tf.Tensor): void {
    const kept = tf.keep(tf.clone(value));
    this.#tensors.get(name)?.dispose();
    this.#tensors.set(name, kept);
  }

  /** All slots; borrowed. */
  entries(): IterableIterator<[string, tf.Tensor]> {
    return this.#tensors.entries();
  }

  /** Frees all slots. */
  dispose(): void {
    for (const tensor of this.#tensors.values()) tensor.dispose();
    this.#tensors.clear();
    this.step = 0;
  }
}
