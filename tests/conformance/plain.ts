import { tf } from 'lightning-tfjs';
import { toWord } from './names.js';

/** A structure with its tensors as nested lists and its non-finite numbers as words, as the files write them. */
export function plain(value: unknown): unknown {
  if (value instanceof tf.Tensor) return plain(value.arraySync());
  if (typeof value === 'number') return toWord(value);
  if (value === undefined || typeof value !== 'object' || value === null) return value ?? null;
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return plain(Object.fromEntries(value));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
