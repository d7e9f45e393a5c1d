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

function isGroup(value: unknown): boolean {
  return isRecord(value) && isRecord(value.options) && isListOf(value.params, (name) => typeof name === 'string');
}

function isParameterState(value: unknown): boolean {
  if (!isRecord(value) || !Number.isSafeInteger(value.step) || !isRecord(value.slots)) return false;
  return Object.values(value.slots).every(
    (slot) => isRecord(slot) && slot.dtype === 'float32' && isListOf(slot.shape, Number.isInteger),
  );
}

function isListOf(value: unknown, check: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(check);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
