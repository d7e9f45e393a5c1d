import { isNumericArray } from './columns.js';
import type { Packed } from './packed.js';
import { checkDtype, isPlainObject, isTensor } from './structure.js';

/**
 * A value as another thread gets it: tensors as typed arrays, typed arrays as copies of their own, so that they can be handed over
 * without taking what the dataset still needs; everything else as it is. Tensors are borrowed.
 * @throws MisconfigurationError for a tensor of strings or complex numbers
 */
export function packValue(value: unknown): Packed {
  if (isTensor(value)) {
    const dtype = checkDtype(value, 'A sample');
    // A copy: on some engines the array is the tensor's own.
    return { kind: 'tensor', data: value.dataSync().slice(), shape: value.shape, dtype };
  }
  if (isNumericArray(value)) return { kind: 'plain', value: value.slice() };
  if (Array.isArray(value)) {
    if (value.every((part) => typeof part !== 'object' || part === null)) return { kind: 'plain', value };
    return { kind: 'list', parts: value.map(packValue) };
  }
  if (isPlainObject(value)) {
    const keys = Object.keys(value);
    return { kind: 'record', keys, parts: keys.map((key) => packValue(value[key])) };
  }
  return { kind: 'plain', value };
}

/** The memory in a packed value that may be handed over instead of copied. */
export function buffersOf(packed: Packed): ArrayBuffer[] {
  switch (packed.kind) {
    case 'tensor':
      return [packed.data.buffer as ArrayBuffer]; // made by slice or by length, so never shared
    case 'plain':
      return isNumericArray(packed.value) ? [packed.value.buffer as ArrayBuffer] : []; // as above
    case 'stack':
      return [];
    default:
      return packed.parts.flatMap(buffersOf);
  }
}
