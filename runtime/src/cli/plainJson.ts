import { TorchObject } from '../checkpoint/index.js';
import { toWireNumber } from '../protocol/index.js';

/** A value as JSON has it: what JSON lacks becomes text, tensors in their places `float32[3, 2]`. */
export function toJson(value: unknown): unknown {
  if (typeof value === 'number') return toWireNumber(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(toJson);
  if (value instanceof Set) return Array.from(value, toJson);
  if (value instanceof TorchObject) return `<${value.className}>`;
  if (ArrayBuffer.isView(value)) return `<${value.byteLength} bytes>`;
  return Object.fromEntries(Object.entries(entriesOf(value)).map(([key, item]) => [key, toJson(item)]));
}

/** The entries of an object or a Map under text keys; none for anything else. */
export function entriesOf(content: unknown): Record<string, unknown> {
  if (content instanceof Map) return Object.fromEntries([...content].map(([key, value]) => [String(key), value]));
  return typeof content === 'object' && content !== null ? { ...content } : {};
}
