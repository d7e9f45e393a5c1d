import * as tf from '../tf.js';
import type { BackendWasm } from '../tfBackends.js';
import { type AdamUpdate, adamOnHeap, type SGDUpdate, sgdOnHeap } from './wasm/native/updates.js';

export type { AdamUpdate, SGDUpdate };

/** Hears of updates in place, which are no kernels of the engine. */
export interface UpdateObserver {
  begin(name: string): void;
  /** @param tensors what it read and wrote, borrowed; the first one is the parameter */
  end(name: string, tensors: readonly tf.Tensor[]): void;
  /** It was not done, or threw. */
  failed(name: string): void;
}

let observer: UpdateObserver | undefined;

/** From now on the observer hears of every update in place, until what is returned is disposed. There is one at a time: the latest. */
export function observeUpdates(next: UpdateObserver): Disposable {
  observer = next;
  return {
    [Symbol.dispose]() {
      if (observer === next) observer = undefined;
    },
  };
}

/**
 * Adam's and AdamW's update of a parameter and its moments in one pass over the memory, where they stand.
 * @returns false, and nothing is changed, when the active engine cannot do it: then compose the formula
 */
export function adamInPlace(update: AdamUpdate): boolean {
  const backend = wasm();
  if (backend === undefined) return false;
  if (observer === undefined) return adamOnHeap(backend, update);
  const { value, gradient, first, second, largest } = update;
  const tensors = [value, gradient, first, second, ...(largest ? [largest] : [])];
  return observed(observer, 'AdamInPlace', tensors, () => adamOnHeap(backend, update));
}

/** SGD's, in the same way. */
export function sgdInPlace(update: SGDUpdate): boolean {
  const backend = wasm();
  if (backend === undefined) return false;
  if (observer === undefined) return sgdOnHeap(backend, update);
  const { value, gradient, momentum } = update;
  const tensors = [value, gradient, ...(momentum ? [momentum] : [])];
  return observed(observer, 'SGDInPlace', tensors, () => sgdOnHeap(backend, update));
}

function observed(by: UpdateObserver, name: string, tensors: readonly tf.Tensor[], update: () => boolean): boolean {
  by.begin(name);
  let isDone = false;
  try {
    isDone = update();
  } finally {
    if (!isDone) by.failed(name);
  }
  if (isDone) by.end(name, tensors);
  return isDone;
}

function wasm(): BackendWasm | undefined {
  return tf.getBackend() === 'wasm' ? (tf.backend() as BackendWasm) : undefined;
}
