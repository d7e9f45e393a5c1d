import type { TensorData } from './tensorData.js';

/** A safetensors dtype as we read it. */
export interface ElementType {
  /** Bytes of one element. */
  readonly bytes: number;
  /**
   * The values as a tensor's. `bytes` begins at offset 0 of its buffer, and is taken. Undefined where tensors have no such
   * numbers at all. @throws RangeError for a value that does not fit
   */
  readonly read?: (bytes: Uint8Array<ArrayBuffer>) => Pick<TensorData, 'dtype' | 'data'>;
}

const float32 = (data: Float32Array): Pick<TensorData, 'dtype' | 'data'> => ({ dtype: 'float32', data });
const int32 = (data: Int32Array): Pick<TensorData, 'dtype' | 'data'> => ({ dtype: 'int32', data });

/**
 * Every dtype of the safetensors format. float16, bfloat16 and small integers are read without loss; float64 is rounded to
 * float32, as there is nothing wider; 64-bit integers are read when their values fit.
 */
export const ELEMENT_TYPES: ReadonlyMap<string, ElementType> = new Map<string, ElementType>([
  ['F32', { bytes: 4, read: ({ buffer }) => float32(new Float32Array(buffer)) }],
  ['I32', { bytes: 4, read: ({ buffer }) => int32(new Int32Array(buffer)) }],
  ['BOOL', { bytes: 1, read: (bytes) => ({ dtype: 'bool', data: bytes.map((byte) => (byte === 0 ? 0 : 1)) }) }],
  ['F16', { bytes: 2, read: ({ buffer }) => float32(Float32Array.from(new Uint16Array(buffer), fromFloat16)) }],
  ['BF16', { bytes: 2, read: ({ buffer }) => float32(fromBfloat16(new Uint16Array(buffer))) }],
  ['F64', { bytes: 8, read: ({ buffer }) => float32(Float32Array.from(new Float64Array(buffer))) }],
  ['I8', { bytes: 1, read: ({ buffer }) => int32(Int32Array.from(new Int8Array(buffer))) }],
  ['U8', { bytes: 1, read: (bytes) => int32(Int32Array.from(bytes)) }],
  ['I16', { bytes: 2, read: ({ buffer }) => int32(Int32Array.from(new Int16Array(buffer))) }],
  ['U16', { bytes: 2, read: ({ buffer }) => int32(Int32Array.from(new Uint16Array(buffer))) }],
  ['U32', { bytes: 4, read: ({ buffer }) => int32(Int32Array.from(new Uint32Array(buffer), fitInt32)) }],
  ['I64', { bytes: 8, read: ({ buffer }) => int32(fromInt64(new BigInt64Array(buffer))) }],
  ['U64', { bytes: 8, read: ({ buffer }) => int32(fromInt64(new BigUint64Array(buffer))) }],
  ['F8_E4M3', { bytes: 1 }],
  ['F8_E5M2', { bytes: 1 }],
  ['F8_E8M0', { bytes: 1 }],
  ['C64', { bytes: 8 }],
]);

/** A float16's value: 1 sign, 5 exponent, 10 fraction bits; every value is also a float32. */
export function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The values of bfloat16s, each the upper half of a float32. */
export function fromBfloat16(values: Uint16Array): Float32Array {
  const bits = Uint32Array.from(values, (upper) => upper << 16);
  return new Float32Array(bits.buffer);
}

function fromInt64(values: BigInt64Array | BigUint64Array): Int32Array {
  const data = new Int32Array(values.length);
  for (const [index, value] of values.entries()) data[index] = fitInt32(value);
  return data;
}

/** The same value as a 32-bit integer. @throws RangeError when it is none */
export function fitInt32(value: number | bigint): number {
  if (value >= -0x8000_0000 && value <= 0x7fff_ffff) return Number(value);
  throw new RangeError(`the value ${value} does not fit into a 32-bit integer`);
}
