import { MisconfigurationError } from '../errors/index.js';
import type * as tf from '../tf.js';
import type { ColumnDtype } from './columns.js';

/** True for a tensor of any copy of tfjs; loads none itself, so that a thread without tensors needs no engine. */
export function isTensor(value: unknown): value is tf.Tensor {
  return (
    typeof value === 'object' &&
    value !== null &&
    'dataSync' in value &&
    typeof value.dataSync === 'function' &&
    'dtype' in value &&
    'throwIfDisposed' in value
  );
}

/** True for `{ … }`: an object that belongs to no class. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** True for what must be awaited. */
export function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** @throws MisconfigurationError for a tensor of strings or of complex numbers, which no thread can send as one typed array */
export function checkDtype(tensor: tf.Tensor, subject: string): ColumnDtype {
  const { dtype } = tensor;
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new MisconfigurationError({
    code: 'data-type',
    found: `${subject} is a tensor of dtype ${dtype}, which a worker cannot send.`,
    allowed: 'float32, int32, bool',
    fix: dtype === 'string' ? 'Return strings, or an array of them.' : 'Return the parts as tensors of their own.',
  });
}
