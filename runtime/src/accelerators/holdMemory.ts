import * as tf from '../tf.js';
import type { BackendWasm } from '../tfBackends.js';
import { blocksHeld, HeldBlock } from './wasm/heldBlock.js';

/** A tensor's bytes in the engine's own memory, kept as they are until they are released, whatever becomes of the tensor. */
export interface HeldMemory {
  readonly byteLength: number;
  /** True when what {@link bytes} returns may be read by other threads for as long as this is held: the memory never moves. */
  readonly isStable: boolean;
  /** A view, without a copy. Where it is not stable: until the next operation. */
  bytes(begin: number, end: number): Uint8Array;
  /** To be called once. */
  release(): void;
}

/**
 * Keeps a tensor's values of this moment without copying them. Takes no time: only an update in place that comes while they are held has to
 * copy them first.
 * @returns undefined where the engine has no memory of its own, and reading a tensor is no copy
 */
export function holdMemory(tensor: tf.Tensor): HeldMemory | undefined {
  if (tf.getBackend() !== 'wasm' || tensor.size === 0) return undefined;
  const backend = tf.backend() as BackendWasm;
  // Made before the engine ran and not used since: its values are JavaScript's.
  if (tf.engine().state.tensorInfo.get(tensor.dataId)?.backend !== backend) return undefined;
  return new HeldBlock(backend, tensor);
}

/** True while memory is held that was not released. */
export function isMemoryHeld(): boolean {
  return blocksHeld() > 0;
}
