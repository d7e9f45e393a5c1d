import { MisconfigurationError } from '../errors/index.js';
import * as tf from '../tf.js';
import {
  type ColumnValues,
  checkNumericArray,
  dtypeOf,
  isNumericArray,
  makeValues,
  type NumericArray,
  tensorOf,
} from './columns.js';

type Leaf = number | boolean;
type NestedLeaves = Leaf | readonly NestedLeaves[];

/** The batch that {@link defaultCollate} makes of samples of a type. */
export type Collated<Sample> = Sample extends readonly Leaf[] ? tf.Tensor : CollatedField<Sample, false>;

/** Inside a sample, nested arrays of numbers are one tensor; as a whole sample, an array of arrays is a tuple of fields. */
type CollatedField<Field, IsInside extends boolean> = Field extends tf.Tensor | Leaf | NumericArray
  ? tf.Tensor
  : Field extends string
    ? string[]
    : [IsInside, Field] extends [true, NestedLeaves]
      ? tf.Tensor
      : Field extends object
        ? { -readonly [K in keyof Field]: CollatedField<Field[K], true> }
        : never;

/**
 * Makes one batch of many samples, which all have the same structure. Follows torch's `default_collate`.
 *
 * | sample | batch |
 * |---|---|
 * | number | float32 `[batch]` |
 * | boolean | bool `[batch]` |
 * | typed array | float32 or int32 `[batch, n]` |
 * | array of numbers, also nested inside a field | float32 `[batch, …]` |
 * | tensor | the same dtype, `[batch, …]` |
 * | string | array of strings |
 * | other array: a tuple of fields | array with a batch for each field |
 * | object | object with a batch for each field |
 *
 * Unlike torch, a sample that is an array of plain numbers is a vector, not a tuple of scalars. Samples are borrowed; the
 * caller owns the batch's tensors.
 * @throws MisconfigurationError when samples differ in structure or hold what no tensor can
 */
export function defaultCollate<Sample>(samples: readonly Sample[]): Collated<Sample>;
export function defaultCollate(samples: readonly unknown[]): unknown {
  if (samples.length === 0) {
    throw new MisconfigurationError({
      code: 'collate',
      found: 'defaultCollate got no samples.',
      allowed: 'one or more',
    });
  }
  let batch: unknown;
  // The tidy frees what was made before a failure; it does not look into the batch beyond its tensors.
  tf.tidy(() => {
    batch = collateField(samples, '');
    return batch as tf.TensorContainer;
  });
  return batch;
}

function collateField(values: readonly unknown[], path: string): unknown {
  const first = values[0];
  if (typeof first === 'number') return fromScalars(values, path, 'number');
  if (typeof first === 'boolean') return fromScalars(values, path, 'boolean');
  if (typeof first === 'string') {
    for (const [i, value] of values.entries()) if (typeof value !== 'string') throw differs(path, i, value, 'a string');
    return [...values];
  }
  if (first instanceof tf.Tensor) return stackTensors(values, first, path);
  if (ArrayBuffer.isView(first)) return fromTypedArrays(values, path);
  if (Array.isArray(first)) {
    return isLeaves(first) || (path !== '' && isNestedLeaves(first))
      ? fromNested(values, path)
      : first.map((_, field) => collateField(pick(values, field, path, first.length), `${path}[${field}]`));
  }
  if (isPlainObject(first)) {
    const keys = Object.keys(first);
    return Object.fromEntries(
      keys.map((key) => [key, collateField(pick(values, key, path, keys.length), `${path}.${key}`)]),
    );
  }
  throw new MisconfigurationError({
    code: 'collate',
    found: `${name(path, 0)} is ${describe(first)}, which cannot become part of a batch.`,
    allowed: 'numbers, booleans, strings, typed arrays, tensors, and arrays or objects of these',
    fix: 'Give the DataLoader a `collate` function that makes the batch from the samples.',
  });
}

function fromScalars(values: readonly unknown[], path: string, type: 'number' | 'boolean'): tf.Tensor {
  const dtype = type === 'number' ? 'float32' : 'bool';
  const data = makeValues(dtype, values.length);
  for (const [i, value] of values.entries()) {
    if (typeof value !== type) throw differs(path, i, value, `a ${type}`);
    data[i] = Number(value);
  }
  return tensorOf(data, [values.length], dtype);
}

function stackTensors(values: readonly unknown[], first: tf.Tensor, path: string): tf.Tensor {
  const tensors: tf.Tensor[] = [];
  for (const [i, value] of values.entries()) {
    const fits = value instanceof tf.Tensor && value.dtype === first.dtype && sameShape(value.shape, first.shape);
    if (!fits) throw differs(path, i, value, describe(first));
    tensors.push(value);
  }
  return tf.stack(tensors);
}

function fromTypedArrays(values: readonly unknown[], path: string): tf.Tensor {
  const first = checkNumericArray(values[0], name(path, 0));
  const dtype = dtypeOf(first);
  const data = makeValues(dtype, values.length * first.length);
  for (const [i, value] of values.entries()) {
    if (!isNumericArray(value) || dtypeOf(value) !== dtype || value.length !== first.length) {
      throw differs(path, i, value, describe(first));
    }
    data.set(value, i * first.length);
  }
  return tensorOf(data, [values.length, first.length], dtype);
}

function fromNested(values: readonly unknown[], path: string): tf.Tensor {
  const shape = shapeOf(values[0]);
  const size = shape.reduce((product, length) => product * length, 1);
  const data = makeValues('float32', values.length * size);
  for (const [i, value] of values.entries()) {
    if (!fill(data, i * size, value, shape, 0)) {
      throw differs(path, i, value, `numbers of shape [${shape.join(', ')}] throughout`);
    }
  }
  return tensorOf(data, [values.length, ...shape], 'float32');
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

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
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
  if (value instanceof tf.Tensor) return `a tensor ${value.dtype}[${value.shape.join(', ')}]`;
  if (isNumericArray(value)) return `a ${value.constructor.name} of ${value.length}`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (isPlainObject(value)) return `an object with the fields ${Object.keys(value).join(', ') || '(none)'}`;
  return typeof value === 'object' ? `an object of class ${value.constructor?.name}` : `a ${typeof value}`;
}
