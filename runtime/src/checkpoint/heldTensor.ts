import type { TensorData, TensorDtype } from './tensorData.js';

/** Where a {@link HeldTensor}'s bytes stand, little-endian and row-major. */
export interface HeldBytes {
  readonly byteLength: number;
  /** True when views may be read for as long as the bytes are held, by other threads too; else only until the next operation. */
  readonly isStable: boolean;
  bytes(begin: number, end: number): Uint8Array;
  release(): void;
}

const ARRAYS = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

/**
 * A tensor of a checkpoint whose values are not copied, but stand in an engine's memory until they are written. Whoever is handed a
 * checkpoint with such tensors releases them: see `CheckpointIO.takesHeldTensors`.
 */
export class HeldTensor implements TensorData {
  readonly dtype: TensorDtype;
  readonly shape: readonly number[];
  /** A copy of the values, made when it is first asked for. @throws RangeError when they were released before */
  declare readonly data: TensorData['data'];
  #held: HeldBytes | undefined;

  constructor(dtype: TensorDtype, shape: readonly number[], held: HeldBytes) {
    this.dtype = dtype;
    this.shape = shape;
    this.#held = held;
    let copy: TensorData['data'] | undefined;
    const get = () => {
      copy ??= this.#copy();
      return copy;
    };
    Object.defineProperty(this, 'data', { get, enumerable: true }); // of the object itself, so that { ...tensor } has it
  }

  /** The bytes, while they are held. @throws RangeError afterwards */
  get held(): HeldBytes {
    if (this.#held) return this.#held;
    throw new RangeError('A tensor of a checkpoint was read after the checkpoint had been written.');
  }

  /** Gives the memory back. Harmless when that was done. */
  release(): void {
    const held = this.#held;
    this.#held = undefined;
    held?.release();
  }

  #copy(): TensorData['data'] {
    const { held } = this;
    // Not `slice`: of shared memory it would be a view of shared memory again.
    return new ARRAYS[this.dtype](Uint8Array.from(held.bytes(0, held.byteLength)).buffer);
  }
}

/** Releases every held tensor in a checkpoint. */
export function releaseTensors(value: unknown): void {
  if (value instanceof HeldTensor) value.release();
  else if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    for (const inner of Object.values(value)) releaseTensors(inner);
  }
}
