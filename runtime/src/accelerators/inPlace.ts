import * as tf from '../tf.js';
import type { BackendWasm } from '../tfBackends.js';
import { type AdamUpdate, adamOnHeap, type SGDUpdate, sgdOnHeap } from './wasm/native/updates.js';

export type { AdamUpdate, SGDUpdate };

/**
 * Adam's and AdamW's update of a parameter and its moments in one pass over the memory, where they stand.
 * @returns false, and nothing is changed, when the active engine cannot do it: then compose the formula
 */
export function adamInPlace(update: AdamUpdate): boolean {
  const backend = wasm();
  return backend !== undefined && adamOnHeap(backend, update);
}

/** SGD's, in the same way. */
export function sgdInPlace(update: SGDUpdate): boolean {
  const backend = wasm();
  return backend !== undefined && sgdOnHeap(backend, update);
}

function wasm(): BackendWasm | undefined {
  return tf.getBackend() === 'wasm' ? (tf.backend() as BackendWasm) : undefined;
}
