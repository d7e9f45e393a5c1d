import * as tf from '../../tf.js';
import type { BackendWasm } from '../../tfBackends.js';

/** The blocks that are held, by the tensor whose memory it is. */
const held = new WeakMap<tf.DataId, Set<HeldBlock>>();
let count = 0;

/** Blocks that are held, of all tensors. */
export function blocksHeld(): number {
  return count;
}

/** A tensor's block of the heap that stays as it is, also when the tensor is freed, or updated: see {@link leaveHeld}. */
export class HeldBlock {
  readonly byteLength: number;
  readonly isStable: boolean;
  readonly #backend: BackendWasm;
  #info: tf.TensorInfo;
  /** False once the tensor was given other memory: the block is this holder's alone, and the engine does not know it. */
  #isTensors = true;

  constructor(backend: BackendWasm, { dataId, shape, dtype, size }: tf.Tensor) {
    this.#backend = backend;
    this.#info = { dataId, shape, dtype };
    this.byteLength = size * tf.util.bytesPerElement(dtype);
    this.isStable = backend.typedArrayFromHeap(this.#info).buffer instanceof SharedArrayBuffer;
    backend.incRef(dataId);
    const others = held.get(dataId) ?? new Set();
    held.set(dataId, others.add(this));
    count++;
  }

  bytes(begin: number, end: number): Uint8Array {
    const { buffer, byteOffset } = this.#backend.typedArrayFromHeap(this.#info);
    return new Uint8Array(buffer, byteOffset + begin, end - begin);
  }

  release(): void {
    count--;
    const { dataId } = this.#info;
    held.get(dataId)?.delete(this);
    // The engine forgets a tensor's values only when it drops the last reference itself.
    if (this.#backend.disposeData(dataId) && this.#isTensors) tf.engine().removeDataId(dataId, this.#backend);
  }

  /** The tensor's memory is now another; what it was is known under this number. */
  moveTo(info: tf.TensorInfo): void {
    this.#info = info;
    this.#isTensors = false;
    held.set(info.dataId, (held.get(info.dataId) ?? new Set()).add(this));
  }
}

/** How many hold a tensor's memory besides those who own it. */
export function holders(dataId: tf.DataId): number {
  return held.get(dataId)?.size ?? 0;
}

/** Gives a tensor a copy of its memory for its own, which may be written then, and leaves the memory to those who hold it. */
export function leaveHeld(backend: BackendWasm, { dataId, shape, dtype }: tf.Tensor): void {
  const all = held.get(dataId);
  if (!all || all.size === 0) return;
  const copy = backend.makeOutput(shape, dtype);
  backend.typedArrayFromHeap(copy).set(backend.typedArrayFromHeap({ dataId, shape, dtype }));
  const [ours, theirs] = [backend.dataIdMap.get(dataId), backend.dataIdMap.get(copy.dataId)];
  [ours.id, theirs.id] = [theirs.id, ours.id];
  [ours.memoryOffset, theirs.memoryOffset] = [theirs.memoryOffset, ours.memoryOffset];
  ours.refCount -= all.size;
  theirs.refCount = all.size;
  held.delete(dataId);
  for (const block of all) block.moveTo(copy);
}
