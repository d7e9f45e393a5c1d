import {
  FLAME_CATEGORIES,
  FLAME_STATES,
  type FlameColumns,
  type FlameHostMessage,
  type FlamePageMessage,
} from './flamegraph.js';

/** True for a well-formed message of the flamegraph's host. */
export function isFlameHostMessage(value: unknown): value is FlameHostMessage {
  if (!isRecord(value) || !isCount(value.seq)) return false;
  if (value.type === 'flame-status') {
    return (value.status === 'waiting' || value.status === 'error') && typeof value.text === 'string';
  }
  return (
    value.type === 'flame-spans' &&
    [value.reset, value.isSampled, value.more].every((flag) => typeof flag === 'boolean') &&
    isCount(value.keep) &&
    isCount(value.skipped) &&
    isArray(value.changed, 'Uint32Array') &&
    isArray(value.changedDuration, 'Float64Array') &&
    value.changed.length === value.changedDuration.length &&
    isColumns(value.spans) &&
    Array.isArray(value.frames) &&
    value.frames.every(isFrame) &&
    Array.isArray(value.shapes) &&
    value.shapes.every(isShapes) &&
    typeof value.title === 'string' &&
    isOneOf(FLAME_STATES, value.state) &&
    typeof value.endUs === 'number'
  );
}

/** True for a well-formed message of the flamegraph's page. */
export function isFlamePageMessage(value: unknown): value is FlamePageMessage {
  if (!isRecord(value)) return false;
  return value.type === 'open-source' ? isCount(value.frame) : value.type === 'ready' || value.type === 'resync';
}

function isColumns(value: unknown): value is FlameColumns {
  if (!isRecord(value) || !isArray(value.frame, 'Uint32Array')) return false;
  const { length } = value.frame;
  const even = (column: unknown, kind: string) => isArray(column, kind) && column.length === length;
  return (
    even(value.parent, 'Int32Array') &&
    even(value.start, 'Float64Array') &&
    even(value.duration, 'Float64Array') &&
    even(value.shapes, 'Int32Array') &&
    even(value.bytes, 'Float64Array')
  );
}

function isFrame(value: unknown): boolean {
  return (
    isRecord(value) &&
    typeof value.name === 'string' &&
    isOneOf(FLAME_CATEGORIES, value.category) &&
    (value.source === null || typeof value.source === 'string') &&
    typeof value.canOpen === 'boolean'
  );
}

function isShapes(value: unknown): boolean {
  return isRecord(value) && [value.inputs, value.outputs, value.dtype].every((text) => typeof text === 'string');
}

// By its tag: an array that came from another window is no instance of this one's class.
function isArray(value: unknown, kind: string): value is { readonly length: number } {
  return Object.prototype.toString.call(value) === `[object ${kind}]`;
}

function isOneOf(allowed: readonly unknown[], value: unknown): boolean {
  return allowed.includes(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
