import type { TensorData } from '../checkpoint/index.js';
import { MisconfigurationError } from '../errors/index.js';

/** What an optimizer keeps in a checkpoint. Parameters go by name; loading goes by their order, as in torch. */
export interface OptimizerState {
  /** Class of the optimizer. */
  readonly name: string;
  readonly paramGroups: readonly {
    readonly options: Readonly<Record<string, unknown>>;
    readonly params: readonly string[];
  }[];
  /** By parameter. */
  readonly state: Readonly<Record<string, ParameterState>>;
}

/** What an optimizer remembers of one parameter. */
export interface ParameterState {
  readonly step: number;
  readonly slots: Readonly<Record<string, TensorData>>;
}

/** @throws MisconfigurationError when it is not what an optimizer saved */
export function checkOptimizerState(value: unknown): OptimizerState {
  if (isRecord(value) && typeof value.name === 'string' && isListOf(value.paramGroups, isGroup)) {
    const { state } = value;
    if (isRecord(state) && Object.values(state).every(isParameterState)) return value as unknown as OptimizerState; // just checked
  }
  throw new MisconfigurationError({
    code: 'optimizer-state',
    found: 'The checkpoint holds a broken optimizer state.',
    fix: 'The file was changed by hand or written by another program; use another checkpoint, or load its weights only.',
  });
}

/** @throws MisconfigurationError when a slot has another shape than its parameter asks for, or not as many numbers as its shape says */
export function checkSlots(
  optimizer: string,
  parameter: string,
  slots: ParameterState['slots'],
  shapeOf: (slot: string) => readonly number[] | undefined,
): void {
  for (const [slot, { shape, data }] of Object.entries(slots)) {
    const wanted = shapeOf(slot) ?? shape;
    const isWhole = data.length === shape.reduce((size, length) => size * length, 1);
    if (isWhole && String(wanted) === String(shape) && wanted.length === shape.length) continue;
    throw new MisconfigurationError({
      code: 'optimizer-state',
      found: `${optimizer}'s \`${slot}\` of parameter '${parameter}' is of shape [${shape}] with ${data.length} numbers.`,
      allowed: `shape [${wanted}]`,
      fix: 'Was the module built with the same layers as the one that was saved?',
    });
  }
}

/**
 * @param group what the options are for
 * @throws MisconfigurationError for an option of another kind than the group's own; schedulers may have added numbers
 */
export function checkSavedOptions(optimizer: string, options: Readonly<Record<string, unknown>>, group: object): void {
  for (const [option, value] of Object.entries(options)) {
    const own: unknown = Object.hasOwn(group, option) ? Reflect.get(group, option) : 0;
    if (option !== 'params' && option !== '__proto__' && isOfKind(value, own)) continue;
    throw new MisconfigurationError({
      code: 'optimizer-state',
      found: `The state of ${optimizer} holds the option \`${option}\` as ${JSON.stringify(value)?.slice(0, 60)}.`,
      allowed: `what it is here: ${JSON.stringify(own)?.slice(0, 60)}, or another value of that kind`,
      fix: 'The file was changed by hand or written by another program; use another checkpoint, or load its weights only.',
    });
  }
}

/** Null stands for a number that is not given. */
function isOfKind(value: unknown, own: unknown): boolean {
  if (Array.isArray(own)) {
    return Array.isArray(value) && value.length === own.length && value.every((item, i) => isOfKind(item, own[i]));
  }
  if (own === null) return value === null || typeof value === 'number' || typeof value === 'string';
  if (typeof own === 'number') return value === null || typeof value === 'number';
  return typeof value === typeof own;
}

function isGroup(value: unknown): boolean {
  return isRecord(value) && isRecord(value.options) && isListOf(value.params, (name) => typeof name === 'string');
}

function isParameterState(value: unknown): boolean {
  if (!isRecord(value) || !Number.isSafeInteger(value.step) || (value.step as number) < 0 || !isRecord(value.slots))
    return false;
  return Object.values(value.slots).every(
    (slot) =>
      isRecord(slot) &&
      slot.dtype === 'float32' &&
      slot.data instanceof Float32Array &&
      isListOf(slot.shape, (length) => Number.isSafeInteger(length) && (length as number) >= 0),
  );
}

function isListOf(value: unknown, check: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(check);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
