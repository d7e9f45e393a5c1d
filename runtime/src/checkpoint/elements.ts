import { isTorchDtype, TORCH_DTYPES, type TorchDtype, type TorchDtypeRow, type TorchValues } from './torch/dtypes.js';

/** Safetensors' names for element types, and torch's. */
const TORCH_NAMES: ReadonlyMap<string, TorchDtype> = new Map<string, TorchDtype>([
  ['F64', 'float64'],
  ['F32', 'float32'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['F8_E4M3', 'float8_e4m3fn'],
  ['F8_E5M2', 'float8_e5m2'],
  ['F8_E8M0', 'float8_e8m0fnu'],
  ['I64', 'int64'],
  ['I32', 'int32'],
  ['I16', 'int16'],
  ['I8', 'int8'],
  ['U64', 'uint64'],
  ['U32', 'uint32'],
  ['U16', 'uint16'],
  ['U8', 'uint8'],
  ['BOOL', 'bool'],
  ['C64', 'complex64'],
]);

/** An element type of a file of any format, under torch's name. Undefined for one that is not known. */
export function torchDtypeOf(dtype: string): TorchDtype | undefined {
  return isTorchDtype(dtype) ? dtype : TORCH_NAMES.get(dtype);
}

/** Safetensors' name for an element type, under which a file of that format can hold it. Undefined where the format has none. */
export function safetensorsDtypeOf(dtype: string): string | undefined {
  if (TORCH_NAMES.has(dtype)) return dtype;
  return [...TORCH_NAMES].find(([, torch]) => torch === dtype)?.[0];
}

/** Bytes of one element. @throws RangeError for an element type that is not known */
export function elementBytes(dtype: string): number {
  return rowOf(dtype).bytes;
}

/** Whether an element is one number, which has an order. */
export function isReal(dtype: string): boolean {
  return rowOf(dtype).kind !== 'complex';
}

/** Little-endian elements as numbers, each exactly. `bytes` begins at offset 0 of its buffer. */
export function decodeElements(dtype: string, bytes: Uint8Array<ArrayBuffer>): TorchValues {
  return rowOf(dtype).read(bytes);
}

function rowOf(dtype: string): TorchDtypeRow {
  const torch = torchDtypeOf(dtype);
  if (!torch) throw new RangeError(`${dtype} is no element type.`);
  return TORCH_DTYPES[torch];
}
