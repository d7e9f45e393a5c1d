import { freshTensorsOf, tensorMark } from '../autograd/index.js';
import type * as tf from '../tf.js';
import { isPlainObject, isTensor } from './structure.js';

/**
 * The samples of one batch, and who frees the tensors in them: a tensor that was made for a sample is freed once the
 * sample has been collated; one that existed before, or that `tf.keep` holds, belongs to the dataset.
 */
export class SampleBuffer {
  readonly #samples: unknown[] = [];
  readonly #fresh = new Set<tf.Tensor>();
  readonly #mark: number;

  /** @param mark tensors from before it belong to the dataset; default: now */
  constructor(mark: number = tensorMark()) {
    this.#mark = mark;
  }

  get length(): number {
    return this.#samples.length;
  }

  /** The samples, oldest first; borrowed. */
  get samples(): readonly unknown[] {
    return this.#samples;
  }

  add(sample: unknown): void {
    this.#samples.push(sample);
    visitTensors(sample, (tensor) => {
      if (tensor.id > this.#mark && !tensor.kept) this.#fresh.add(tensor);
    });
  }

  /** Frees the tensors that were made for these samples, except those that became a part of `batch` itself. */
  release(batch?: unknown): void {
    if (this.#fresh.size === 0) return;
    visitTensors(batch, (tensor) => this.#fresh.delete(tensor));
    for (const tensor of this.#fresh) tensor.dispose();
    this.#fresh.clear();
  }
}

/** The tensors in a batch that were made after a mark, and that nobody holds with `tf.keep`. */
export function ownedIn(batch: unknown, mark: number): tf.Tensor[] {
  return freshTensorsOf(batch, mark).filter((tensor) => !tensor.kept);
}

function visitTensors(value: unknown, visit: (tensor: tf.Tensor) => void): void {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
  if (isTensor(value)) visit(value);
  else if (Array.isArray(value)) for (const part of value) visitTensors(part, visit);
  else if (isPlainObject(value)) for (const part of Object.values(value)) visitTensors(part, visit);
}
