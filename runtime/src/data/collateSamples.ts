import { MisconfigurationError } from '../errors/index.js';
import type * as tf from '../tf.js';
import { type ColumnValues, checkNumericArray, dtypeOf, isNumericArray, makeValues } from './columns.js';
import type { Packed } from './packed.js';
import { checkDtype, isPlainObject, isTensor } from './structure.js';

/** Tensors of samples are stacked by the engine later on, or read and copied now, so that a thread can send them. */
export type TensorHandling = 'stack' | 'read';

/**
 * The batch of samples, before its tensors are made: {@link defaultCollate} without an engine. Samples are borrowed.
 * @throws MisconfigurationError when samples differ in structure or hold what no tensor can
 */
export function collateSamples(samples: readonly unknown[], tensors: TensorHandling): Packed {
  if (samples.length > 0) return collate(samples, '', tensors);
  throw new MisconfigurationError({
    code: 'collate',
    found: 'defaultCollate got no samples.',
    allowed: 'one or more',
  });
}

function collate(values: readonly unknown[], path: string, tensors: TensorHandling): Packed {
  const first = values[0];
  if (typeof first === 'number') return fromScalars(values, path, 'number');
  if (typeof first === 'boolean') return fromScalars(values, path, 'boolean');
  if (typeof first === 'string') {
    for (const [i, value] of values.entries()) if (typeof value !== 'string') throw differs(path, i, value, 'a string');
    return { kind: 'plain', value: [...values] };
  }
  if (isTensor(first)) return fromTensors(values, first, path, tensors);
  if (ArrayBuffer.isView(first)) return fromTypedArrays(values, path);
  if (Array.isArray(first)) {
    if (isLeaves(first) || (path !== '' && isNestedLeaves(first))) return fromNested(values, path);
    const parts = first.map((_, field) =>
      collate(pick(values, field, path, first.length), `${path}[${field}]`, tensors),
    );
    return { kind: 'list', parts };
  }
  if (isPlainObject(first)) {
    const keys = Object.keys(first);
    const parts = keys.map((key) => collate(pick(values, key, path, keys.length), `${path}.${key}`, tensors));
    return { kind: 'record', keys, parts };
  }
  throw new MisconfigurationError({
    code: 'collate',
    found: `${name(path, 0)} is ${describe(first)}, which cannot become part of a batch.`,
    allowed: 'numbers, booleans, strings, typed arrays, tensors, and arrays or objects of these',
    fix: 'Give the DataLoader a `collate` function that makes the batch from the samples.',
  });
}

function fromScalars(values: readonly unknown[], path: string, type: 'number' | 'boolean'): Packed {
  const dtype = type === 'number' ? 'float32' : 'bool';
  const data = makeValues(dtype, values.length);
  for (const [i, value] of values.entries()) {
    if (typeof value !== type) throw differs(path, i, value, `a ${type}`);
    data[i] = Number(value);
  }
  return { kind: 'tensor', data, shape: [values.length], dtype };
}

function fromTensors(values: readonly unknown[], first: tf.Tensor, path: string, handling: TensorHandling): Packed {
  const tensors: tf.Tensor[] = [];
  for (const [i, value] of values.entries()) {
    const fits = isTensor(value) && value.dtype === first.dtype && sameShape(value.shape, first.shape);
    if (!fits) throw differs(path, i, value, describe(first));
    tensors.push(value);
  }
  if (handling === 'stack') return { kind: 'stack', tensors };
  const dtype = checkDtype(first, name(path, 0));
  const data = makeValues(dtype, tensors.length * first.size);
  for (const [i, tensor] of tensors.entries()) data.set(tensor.dataSync(), i * first.size);
  return { kind: 'tensor', data, shape: [tensors.length, ...first.shape], dtype };
}

function fromTypedArrays(values: readonly unknown[], path: string): Packed {
  const first = checkNumericArray(values[0], name(path, 0));
  const dtype = dtypeOf(first);
  const data = makeValues(dtype, values.length * first.length);
  for (const [i, value] of values.entries()) {
    if (!isNumericArray(value) || dtypeOf(value) !== dtype || value.length !== first.length) {
      throw differs(path, i, value, describe(first));
    }
    data.set(value, i * first.length);
  }
  return { kind: 'tensor', data, shape: [values.length, first.length], dtype };
}

function fromNested(values: readonly unknown[], path: string): Packed {
  const shape = shapeOf(values[0]);
  const size = shape.reduce((product, length) => product * length, 1);
  const data = makeValues('float32', values.length * size);
  for (const [i, value] of values.entries()) {
    if (!fill(data, i * size, value, shape, 0)) {
      throw differs(path, i, value, `numbers of shape [${shape.join(', ')}] throughout`);
    }
  }
  return { kind: 'tensor', data, shape: [values.length, ...shape], dtype: 'float32' };
}

/** Writes a nested array row by row; false when it is not of this shape. */
function fill(data: ColumnValues, start: number, value: unknown, shape: readonly number[], depth: number): boolean {
  if (depth === shape.length) {
    data[start] = Number(value);
    return typeof value === 'number' || typeof value === 'boolean';
  }
  if (!Array.isArray(value) || value.length !== shape[depth]) return false;
  const stride = shape.slice(depth + 1).reduce((product, length) => product * length, 1);
  return value.every((part, i) => fill(data, start + i * stride, part, shape, depth + 1));
}

/** One field of every sample. */
function pick(values: readonly unknown[], key: string | number, path: string, fieldCount: number): unknown[] {
  return values.map((value, i) => {
    if (typeof key === 'number') {
      if (Array.isArray(value) && value.length === fieldCount) return value[key];
      throw differs(path, i, value, `an array of ${fieldCount}`);
    }
    if (isPlainObject(value) && Object.hasOwn(value, key) && Object.keys(value).length === fieldCount)
      return value[key];
    throw differs(path, i, value, `an object with ${fieldCount} fields, one of them \`${key}\``);
  });
}

const isLeaf = (value: unknown): boolean => typeof value === 'number' || typeof value === 'boolean';
const isLeaves = (values: readonly unknown[]): boolean => values.every(isLeaf);
const isNestedLeaves = (values: readonly unknown[]): boolean =>
  isLeaves(values) || values.every((value) => Array.isArray(value) && isNestedLeaves(value));

function shapeOf(value: unknown): number[] {
  return Array.isArray(value) ? [value.length, ...(value.length > 0 ? shapeOf(value[0]) : [])] : [];
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

function name(path: string, position: number): string {
  return `Sample ${position} of the batch${path === '' ? '' : `, field \`${path}\`,`}`;
}

function differs(path: string, position: number, found: unknown, expected: string): MisconfigurationError {
  return new MisconfigurationError({
    code: 'collate',
    found: `${name(path, position)} is ${describe(found)}; sample 0 makes it ${expected}.`,
    fix: 'Give all samples the same structure (pad or crop them), or give the DataLoader a `collate` function.',
  });
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (isTensor(value)) return `a tensor ${value.dtype}[${value.shape.join(', ')}]`;
  if (isNumericArray(value)) return `a ${value.constructor.name} of ${value.length}`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (isPlainObject(value)) return `an object with the fields ${Object.keys(value).join(', ') || '(none)'}`;
  return typeof value === 'object' ? `an object of class ${value.constructor?.name}` : `a ${typeof value}`;
}
