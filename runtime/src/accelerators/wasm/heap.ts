import type * as tf from '../../tf.js';
import type { BackendWasm } from '../../tfBackends.js';

/**
 * A tensor's elements, in place on the wasm heap. Valid until the next allocation: the heap may move when it grows.
 * So a kernel allocates first, and looks after that.
 */
export function floats(backend: BackendWasm, tensor: tf.TensorInfo): Float32Array {
  return backend.typedArrayFromHeap(tensor) as Float32Array; // callers have checked the dtype
}

/**
 * Moves tensors that another backend made to this heap. It happens by itself at the first access; but it allocates, so a
 * kernel that looks at several inputs does it before the first view.
 */
export function bringHere(backend: BackendWasm, ...tensors: readonly tf.TensorInfo[]): void {
  for (const { dataId } of tensors) backend.dataIdMap.get(dataId);
}

/** A new tensor of zeros: `makeOutput` alone gives memory as it was left. */
export function makeZeros(backend: BackendWasm, shape: number[], dtype: tf.DataType = 'float32'): tf.TensorInfo {
  const out = backend.makeOutput(shape, dtype);
  backend.typedArrayFromHeap(out).fill(0);
  return out;
}

/** The number by which the engine's C functions know a tensor. */
export function heapId(backend: BackendWasm, tensor: tf.TensorInfo): number {
  return backend.dataIdMap.get(tensor.dataId).id;
}

/** The temporaries of one kernel call; all are freed at the end of its block (`using scratch = new Scratch(backend)`). */
export class Scratch {
  readonly #backend: BackendWasm;
  readonly #owned: tf.TensorInfo[] = [];
  readonly #aliases: tf.TensorInfo[] = [];

  constructor(backend: BackendWasm) {
    this.#backend = backend;
  }

  /** A temporary with undefined contents. */
  make(shape: number[], dtype: tf.DataType = 'float32'): tf.TensorInfo {
    return this.own(this.#backend.makeOutput(shape, dtype));
  }

  /** Takes a tensor that another kernel made. */
  own(tensor: tf.TensorInfo): tf.TensorInfo {
    this.#owned.push(tensor);
    return tensor;
  }

  /** A float tensor over a part of another one's memory, from element `start` on; nothing is copied. */
  alias(tensor: tf.TensorInfo, start: number, shape: number[]): tf.TensorInfo {
    const { memoryOffset } = this.#backend.dataIdMap.get(tensor.dataId);
    const alias = this.#backend.makeOutput(shape, 'float32', memoryOffset + start * Float32Array.BYTES_PER_ELEMENT);
    this.#aliases.push(alias);
    return alias;
  }

  [Symbol.dispose](): void {
    for (const { dataId } of this.#aliases) {
      // Not `disposeData`: that would free memory which belongs to the tensor behind the alias.
      this.#backend.wasm.tfjs.disposeData(heapId(this.#backend, { dataId } as tf.TensorInfo));
      this.#backend.dataIdMap.delete(dataId);
    }
    for (const { dataId } of this.#owned) this.#backend.disposeData(dataId);
  }
}
