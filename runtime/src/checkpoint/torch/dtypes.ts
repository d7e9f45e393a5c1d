import { fromBfloat16, fromFloat16 } from '../elementTypes.js';

/** Values as they stand in a file: wide enough for each, so that nothing is rounded. */
export type TorchValues =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

/** How torch stores one element. */
export interface TorchDtypeRow {
  /** Bytes of one element. */
  readonly bytes: number;
  readonly kind: 'float' | 'integer' | 'bool' | 'complex';
  /** Takes little-endian elements, from offset 0 of their buffer. Complex numbers become pairs: real, imaginary. */
  readonly read: (bytes: Uint8Array<ArrayBuffer>) => TorchValues;
}

const float = (bytes: number, read: TorchDtypeRow['read']): TorchDtypeRow => ({ bytes, kind: 'float', read });
const integer = (bytes: number, read: TorchDtypeRow['read']): TorchDtypeRow => ({ bytes, kind: 'integer', read });
const complex = (bytes: number, read: TorchDtypeRow['read']): TorchDtypeRow => ({ bytes, kind: 'complex', read });
const halves = (bytes: Uint8Array<ArrayBuffer>) => Float32Array.from(new Uint16Array(bytes.buffer), fromFloat16);
const small = (decode: (byte: number) => number) =>
  float(1, (bytes) => {
    const values = Float32Array.from({ length: 256 }, (_, byte) => decode(byte));
    return Float32Array.from(bytes, (byte) => values[byte] as number); // one for every byte
  });

/** Torch's element types, by torch's names without `torch.`; the quantized ones are not among them. */
export const TORCH_DTYPES = {
  float64: float(8, ({ buffer }) => new Float64Array(buffer)),
  float32: float(4, ({ buffer }) => new Float32Array(buffer)),
  float16: float(2, halves),
  bfloat16: float(2, ({ buffer }) => fromBfloat16(new Uint16Array(buffer))),
  float8_e4m3fn: small((byte) => (byte % 128 === 127 ? Number.NaN : smallFloat(byte, 3, 7))),
  float8_e4m3fnuz: small((byte) => (byte === 128 ? Number.NaN : smallFloat(byte, 3, 8))),
  float8_e5m2: small((byte) => (byte % 128 < 124 ? smallFloat(byte, 2, 15) : infiniteOrNaN(byte))),
  float8_e5m2fnuz: small((byte) => (byte === 128 ? Number.NaN : smallFloat(byte, 2, 16))),
  float8_e8m0fnu: small((byte) => (byte === 255 ? Number.NaN : 2 ** (byte - 127))),
  int64: integer(8, ({ buffer }) => new BigInt64Array(buffer)),
  int32: integer(4, ({ buffer }) => new Int32Array(buffer)),
  int16: integer(2, ({ buffer }) => new Int16Array(buffer)),
  int8: integer(1, ({ buffer }) => new Int8Array(buffer)),
  uint64: integer(8, ({ buffer }) => new BigUint64Array(buffer)),
  uint32: integer(4, ({ buffer }) => new Uint32Array(buffer)),
  uint16: integer(2, ({ buffer }) => new Uint16Array(buffer)),
  uint8: integer(1, (bytes) => bytes),
  bool: { bytes: 1, kind: 'bool', read: (bytes) => bytes.map((byte) => (byte === 0 ? 0 : 1)) },
  complex32: complex(4, halves),
  complex64: complex(8, ({ buffer }) => new Float32Array(buffer)),
  complex128: complex(16, ({ buffer }) => new Float64Array(buffer)),
} as const satisfies Record<string, TorchDtypeRow>;

/** A torch element type: `float32`, `bfloat16` … */
export type TorchDtype = keyof typeof TORCH_DTYPES;

/** Element types of the classes of storages that torch names in its files. */
export const STORAGE_DTYPES: Readonly<Record<string, TorchDtype>> = {
  DoubleStorage: 'float64',
  FloatStorage: 'float32',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  LongStorage: 'int64',
  IntStorage: 'int32',
  ShortStorage: 'int16',
  CharStorage: 'int8',
  ByteStorage: 'uint8',
  BoolStorage: 'bool',
  ComplexFloatStorage: 'complex64',
  ComplexDoubleStorage: 'complex128',
  UntypedStorage: 'uint8',
};

/** Whether a text names an element type of {@link TORCH_DTYPES}. */
export function isTorchDtype(name: string): name is TorchDtype {
  return Object.hasOwn(TORCH_DTYPES, name);
}

/** One sign bit, so many fraction bits, and an exponent between them. Source: Micikevicius et al., "FP8 formats", 2022. */
function smallFloat(byte: number, fractionBits: number, bias: number): number {
  const sign = byte & 128 ? -1 : 1;
  const exponent = (byte & 127) >> fractionBits;
  const fraction = (byte & (2 ** fractionBits - 1)) / 2 ** fractionBits;
  return exponent === 0 ? sign * fraction * 2 ** (1 - bias) : sign * (1 + fraction) * 2 ** (exponent - bias);
}

function infiniteOrNaN(byte: number): number {
  if (byte % 4 !== 0) return Number.NaN;
  return byte & 128 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
