import { MisconfigurationError } from '../errors/index.js';

/** Typed arrays whose values a tensor can hold. */
export type NumericArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array;

/** Element types of tensors that data can become. */
export type ColumnDtype = 'float32' | 'int32' | 'bool';

/** What tfjs keeps the values of a dtype in. */
export type ColumnValues = Float32Array | Int32Array | Uint8Array;

/** The dtype that fits an array's values: float32 for floats, int32 for integers. */
export function dtypeOf(data: NumericArray): ColumnDtype {
  return data instanceof Float32Array || data instanceof Float64Array ? 'float32' : 'int32';
}

/** Room for `size` values of a dtype. */
export function makeValues(dtype: ColumnDtype, size: number): ColumnValues {
  if (dtype === 'float32') return new Float32Array(size);
  return dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size);
}

/** @throws MisconfigurationError for values that neither float32 nor int32 can hold */
export function checkNumericArray(data: unknown, subject: string): NumericArray {
  if (isNumericArray(data)) return data;
  throw new MisconfigurationError({
    code: 'data-type',
    found: `${subject} is ${ArrayBuffer.isView(data) ? `a ${data.constructor.name}` : 'not a typed array'}.`,
    allowed:
      'Float32Array, Float64Array, Int8Array, Int16Array, Int32Array, Uint8Array, Uint8ClampedArray, Uint16Array',
    fix: 'Tensors hold 32-bit numbers: convert the values to a Float32Array or an Int32Array.',
  });
}

/** Whether a value is an array of numbers that a tensor can hold. */
export function isNumericArray(data: unknown): data is NumericArray {
  return (
    data instanceof Float32Array ||
    data instanceof Float64Array ||
    data instanceof Int8Array ||
    data instanceof Int16Array ||
    data instanceof Int32Array ||
    data instanceof Uint8Array ||
    data instanceof Uint8ClampedArray ||
    data instanceof Uint16Array
  );
}
