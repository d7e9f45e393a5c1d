import { TorchObject } from '../allowList.js';
import { TorchTensor } from '../tensor.js';

/** A number as listings have it: those that JSON lacks as text. */
export function told(value: number | bigint): number | string {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (Number.isNaN(value)) return 'nan';
  return Number.isFinite(value) ? value : value > 0 ? 'inf' : '-inf';
}

/** What a file holds, in the form of the recorded listings. */
export function listingOf(value: unknown): unknown {
  if (value instanceof TorchTensor) {
    const { dtype, shape } = value;
    const values = Array.from(value.values() as Iterable<number | bigint>, told);
    return { $tensor: { dtype, shape, values: dtype === 'bool' ? values.map((item) => item === 1) : values } };
  }
  if (value instanceof TorchObject) return { $object: value.className };
  if (value instanceof Uint8Array) return { $bytes: Array.from(value) };
  if (value instanceof Set) return { $set: Array.from(value, listingOf) };
  if (value instanceof Map) return { $dict: Array.from(value, ([key, item]) => [listingOf(key), listingOf(item)]) };
  if (typeof value === 'bigint') return { $bigint: String(value) };
  if (Array.isArray(value)) return Object.isFrozen(value) ? { $tuple: value.map(listingOf) } : value.map(listingOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, listingOf(item)]));
}
