import { LightningError } from '../../errors/index.js';
import { fitInt32 } from '../elementTypes.js';
import type { TensorData } from '../tensorData.js';
import { TORCH_DTYPES, type TorchDtype, type TorchDtypeRow, type TorchValues } from './dtypes.js';

/** Bytes that one or more tensors of a file look at. */
export interface TorchStorage {
  /** Its name in the file. */
  readonly key: string;
  readonly byteLength: number;
  /** Where it was when the file was made: `cpu`, `cuda:0` … */
  readonly device: string;
  /** Undefined until it was read. Begins at offset 0 of its buffer. */
  bytes: Uint8Array<ArrayBuffer> | undefined;
}

/** What {@link TorchTensor} is made of. */
export interface TorchTensorParts {
  readonly dtype: TorchDtype;
  readonly shape: readonly number[];
  /** In elements, one a dimension. */
  readonly strides: readonly number[];
  /** Of the first element, in elements from the storage's beginning. */
  readonly offset: number;
  readonly storage: TorchStorage;
  readonly requiresGrad: boolean;
  readonly isParameter: boolean;
}

/**
 * A tensor of a file that torch wrote, as a view on its storage: what torch shared is shared here, and nothing is rounded.
 * {@link values} gives it exactly, {@link toTensorData} as tfjs can hold it.
 */
export class TorchTensor {
  readonly dtype: TorchDtype;
  readonly shape: readonly number[];
  readonly requiresGrad: boolean;
  /** Whether it was a `torch.nn.Parameter`. */
  readonly isParameter: boolean;
  readonly #parts: TorchTensorParts;

  constructor(parts: TorchTensorParts) {
    this.dtype = parts.dtype;
    this.shape = parts.shape;
    this.requiresGrad = parts.requiresGrad;
    this.isParameter = parts.isParameter;
    this.#parts = parts;
  }

  /** Number of elements. */
  get size(): number {
    return elementsOf(this.shape);
  }

  /** Bytes of its elements, as if none were shared. */
  get sizeBytes(): number {
    return this.size * TORCH_DTYPES[this.dtype].bytes;
  }

  /** The storage it looks at. */
  get storage(): TorchStorage {
    return this.#parts.storage;
  }

  /** What it is made of, so that another can be made like it. */
  get parts(): TorchTensorParts {
    return this.#parts;
  }

  /**
   * A copy of the values, row-major, as an array that holds each exactly: float16, bfloat16 and float8 as float32, 64-bit
   * integers as bigints, bool as 0 and 1, complex numbers as pairs of real and imaginary part.
   */
  values(): TorchValues {
    return TORCH_DTYPES[this.dtype].read(gather(this.#parts));
  }

  /**
   * The values as tfjs can hold them: all floats as float32, all integers as int32.
   * @throws LightningError for complex numbers, and for integers that do not fit into 32 bits
   */
  toTensorData(): TensorData {
    const { kind }: TorchDtypeRow = TORCH_DTYPES[this.dtype];
    const shape = [...this.shape];
    const values = kind === 'complex' ? undefined : this.values();
    if (kind === 'bool' && values instanceof Uint8Array) return { dtype: 'bool', shape, data: values };
    if (values instanceof Float32Array) return { dtype: 'float32', shape, data: values };
    if (values instanceof Float64Array) return { dtype: 'float32', shape, data: Float32Array.from(values) };
    if (values instanceof Int32Array) return { dtype: 'int32', shape, data: values };
    if (values) return { dtype: 'int32', shape, data: toInt32(values) };
    throw unholdable(`A tensor of ${this.dtype} cannot become a tfjs tensor.`);
  }
}

/** Number of elements of a shape. */
export function elementsOf(shape: readonly number[]): number {
  if (shape.includes(0)) return 0; // beside sizes whose product is infinite, too
  return shape.reduce((product, size) => product * size, 1);
}

/** One past the last element that a view looks at, counted from the storage's beginning; 0 for a view without elements. */
export function endOf(shape: readonly number[], strides: readonly number[], offset: number): number {
  if (shape.includes(0)) return 0;
  return shape.reduce((last, size, axis) => last + (size - 1) * (strides[axis] ?? 0), offset) + 1;
}

function toInt32(values: Exclude<TorchValues, Float32Array | Float64Array>): Int32Array {
  const data = new Int32Array(values.length);
  try {
    for (let index = 0; index < data.length; index++) data[index] = fitInt32(values[index] ?? 0);
  } catch (cause) {
    throw unholdable(
      `An integer cannot become one of tfjs's: ${cause instanceof Error ? cause.message : cause}.`,
      cause,
    );
  }
  return data;
}

function unholdable(found: string, cause?: unknown): LightningError {
  return new LightningError({
    code: 'checkpoint-dtype',
    found,
    fix: 'Read the file with readTorchFile and take the exact numbers from values().',
    cause,
  });
}

/** A copy of a tensor's elements as the file has them: row-major, little-endian. Its storage must have been read. */
export function bytesOf({ parts }: TorchTensor): Uint8Array<ArrayBuffer> {
  return gather(parts);
}

/** A view's elements, one behind the other in a buffer of their own. */
function gather({ dtype, shape, strides, offset, storage }: TorchTensorParts): Uint8Array<ArrayBuffer> {
  if (!storage.bytes) {
    throw new LightningError({ code: 'checkpoint-tensor', found: `Storage ${storage.key} was not read.` });
  }
  const { bytes } = TORCH_DTYPES[dtype];
  const count = elementsOf(shape);
  if (count === 0) return new Uint8Array(0);
  if (isContiguous(shape, strides)) return storage.bytes.slice(offset * bytes, (offset + count) * bytes);
  const target = new Uint8Array(count * bytes);
  // Copied in words of at most four bytes, to which every element is aligned: a storage begins at offset 0.
  const wordBytes = Math.min(bytes, 4);
  const [from, to] = [wordsOf(storage.bytes, wordBytes), wordsOf(target, wordBytes)];
  const words = bytes / wordBytes;
  const index = shape.map(() => 0);
  let source = offset;
  for (let element = 0; element < count; element++) {
    for (let word = 0; word < words; word++) to[element * words + word] = from[source * words + word] ?? 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const [size, stride, at] = [shape[axis] ?? 1, strides[axis] ?? 0, (index[axis] ?? 0) + 1];
      source += stride;
      index[axis] = at;
      if (at < size) break;
      source -= size * stride;
      index[axis] = 0;
    }
  }
  return target;
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] ?? 1;
    if (size !== 1 && strides[axis] !== expected) return false;
    expected *= size;
  }
  return true;
}

function wordsOf(
  { buffer, byteLength }: Uint8Array<ArrayBuffer>,
  bytes: number,
): Uint8Array | Uint16Array | Uint32Array {
  if (bytes === 1) return new Uint8Array(buffer);
  if (bytes === 2) return new Uint16Array(buffer, 0, byteLength >> 1);
  return new Uint32Array(buffer, 0, Math.floor(byteLength / 4));
}
