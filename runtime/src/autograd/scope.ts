import * as tf from '../tf.js';
import { type EngineInternals, engineInternals, isKept, scopeIdOf } from './engineInternals.js';

/**
 * Remembers which tensors a module has in its fields from earlier steps, so that one that was replaced is freed.
 * One for each module.
 */
export class FieldKeeper {
  readonly #fields: () => Iterable<tf.Tensor>;
  #held = new Set<tf.Tensor>();

  /** @param fields the tensors that stand in the module's fields now */
  constructor(fields: () => Iterable<tf.Tensor>) {
    this.#fields = fields;
  }

  /** The tensors to let live when a scope ends. Frees those that an earlier scope let live and no field holds any more. */
  survivors(scopeId: number): tf.Tensor[] {
    const now = new Set(this.#fields());
    if (now.size === 0 && this.#held.size === 0) return [];
    for (const tensor of this.#held) {
      if (now.has(tensor)) continue;
      this.#held.delete(tensor);
      if (!tensor.isDisposed && !isKept(tensor)) tensor.dispose();
    }
    const survivors: tf.Tensor[] = [];
    for (const tensor of now) {
      if (tensor.isDisposed) continue;
      if (scopeIdOf(tensor) === scopeId) this.#held.add(tensor);
      survivors.push(tensor);
    }
    return survivors;
  }

  /** Frees what it still holds. The fields that held it are of no use afterwards. */
  dispose(): void {
    for (const tensor of this.#held) if (!tensor.isDisposed && !isKept(tensor)) tensor.dispose();
    this.#held = new Set();
  }
}

/**
 * Frees, when it is disposed, every tensor that was made since it was opened, and the batch it was given: except those
 * that the module's fields hold and those under `tf.keep`.
 */
export class StepScope implements Disposable {
  readonly #engine: EngineInternals = engineInternals();
  readonly #batch: readonly tf.Tensor[];
  readonly #keeper: FieldKeeper;
  readonly #id: number;
  #open = true;

  constructor(batch: unknown, keeper: FieldKeeper) {
    this.#batch = tensorsOf(batch);
    this.#keeper = keeper;
    this.#engine.startScope('step');
    this.#id = this.#engine.state.activeScope?.id ?? -1;
  }

  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    const survivors = this.#keeper.survivors(this.#id);
    this.#engine.endScope(survivors);
    for (const tensor of this.#batch) {
      if (!tensor.isDisposed && !isKept(tensor) && !survivors.includes(tensor)) tensor.dispose();
    }
  }
}

/** Begins a step; the caller disposes the scope. @param batch tensors in any arrangement; taken */
export function openStepScope(batch: unknown, keeper: FieldKeeper): StepScope {
  return new StepScope(batch, keeper);
}

/** All tensors in a structure of lists, Maps and objects, variables left out. */
export function tensorsOf(value: unknown): tf.Tensor[] {
  const found: tf.Tensor[] = [];
  collect(value, found);
  return found;
}

function collect(value: unknown, found: tf.Tensor[]): void {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
  if (value instanceof tf.Tensor) {
    if (!(value instanceof tf.Variable)) found.push(value);
  } else if (Array.isArray(value)) {
    for (const item of value) collect(item, found);
  } else {
    for (const item of value instanceof Map ? value.values() : Object.values(value)) collect(item, found);
  }
}

/** A point in time, for {@link freshTensorsOf}. */
export function tensorMark(): number {
  return engineInternals().nextTensorId();
}

/** The tensors in a structure that were made after a mark. */
export function freshTensorsOf(value: unknown, mark: number): tf.Tensor[] {
  return tensorsOf(value).filter((tensor) => tensor.id > mark);
}
