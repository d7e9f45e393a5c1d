import { MisconfigurationError } from '../errors/index.js';
import * as tf from '../tf.js';
import {
  type ColumnDtype,
  type ColumnValues,
  checkNumericArray,
  dtypeOf,
  makeValues,
  type NumericArray,
} from './columns.js';
import type { BatchedDataset, Dataset } from './dataset.js';
import { tensorOf } from './packed.js';

/** One field of all samples, in one piece. */
export interface TensorColumn {
  /** Row-major values. Borrowed, never changed. */
  readonly data: NumericArray;
  /** Shape of the whole, samples first: `[60000, 28, 28, 1]`. */
  readonly shape: readonly number[];
  /** Dtype of the batches; default: float32 for floats, int32 for integers. */
  readonly dtype?: ColumnDtype;
}

/** A tuple with a tensor for each column. */
export type ColumnTensors<Columns extends readonly TensorColumn[]> = { -readonly [K in keyof Columns]: tf.Tensor };

interface Column {
  readonly data: NumericArray;
  readonly sampleShape: readonly number[];
  readonly sampleSize: number;
  readonly dtype: ColumnDtype;
  /** Where a batch is gathered, again and again, on an engine that copies what it is given. */
  room: ColumnValues;
}

/**
 * Samples that lie in typed arrays, one array a field. A batch is gathered by index straight into one typed array a
 * column, so it costs one copy of its values at most, however many samples there are. Follows torch's `TensorDataset`.
 *
 * @example
 * const images = { data: pixels, shape: [60000, 28, 28, 1], dtype: 'float32' } as const; // pixels: Uint8Array
 * const labels = { data: digits, shape: [60000] };
 * new DataLoader(new TensorDataset(images, labels), { batchSize: 64, shuffle: true }); // batches: [Tensor, Tensor]
 */
export class TensorDataset<const Columns extends readonly TensorColumn[]>
  implements BatchedDataset<ColumnTensors<Columns>>, Dataset<ColumnTensors<Columns>>
{
  readonly length: number;
  readonly #columns: readonly Column[];

  /** @throws MisconfigurationError when a shape does not fit its data, or columns differ in length */
  constructor(...columns: Columns) {
    this.#columns = columns.map(checkColumn);
    const lengths = columns.map(({ shape }) => shape[0] ?? 0);
    if (lengths.length === 0 || new Set(lengths).size > 1) {
      throw new MisconfigurationError({
        code: 'tensor-dataset',
        found:
          lengths.length === 0
            ? 'TensorDataset got no columns.'
            : `TensorDataset's columns have different numbers of samples: ${lengths.join(', ')}.`,
        allowed: 'one column or more, all with the same first dimension',
      });
    }
    this.length = lengths[0]!;
  }

  /** The samples at `indices` stacked, a tensor a column. The caller owns the tensors. */
  getBatch(indices: Int32Array): ColumnTensors<Columns> {
    const tensors = this.#columns.map((column) =>
      tensorOf(gather(column, indices), [indices.length, ...column.sampleShape], column.dtype),
    );
    return tensors as ColumnTensors<Columns>; // map keeps the order and number of columns
  }

  /** One sample, a tensor a column, without the batch dimension. The caller owns the tensors. */
  get(index: number): ColumnTensors<Columns> {
    const tensors = this.#columns.map((column) =>
      tensorOf(gather(column, Int32Array.of(index)), column.sampleShape, column.dtype),
    );
    return tensors as ColumnTensors<Columns>; // as above
  }
}

/** Backends that copy values when a tensor is made; others keep the array itself. */
const COPYING_BACKENDS: readonly string[] = ['wasm'];

/** The values of some samples, for a tensor that is made at once. */
function gather(column: Column, indices: Int32Array): ColumnValues {
  const { data, sampleSize, dtype } = column;
  const size = indices.length * sampleSize;
  const isCopied = COPYING_BACKENDS.includes(tf.getBackend());
  if (isCopied && areNeighbours(indices) && isOfDtype(data, dtype)) {
    const start = (indices[0] ?? 0) * sampleSize;
    return data.subarray(start, start + size);
  }
  if (isCopied && column.room.length < size) column.room = makeValues(dtype, size);
  const values = isCopied ? column.room.subarray(0, size) : makeValues(dtype, size);
  if (sampleSize === 1) {
    for (let row = 0; row < indices.length; row += 1) values[row] = data[indices[row]!]!;
    return values;
  }
  for (let row = 0; row < indices.length; row += 1) {
    const start = indices[row]! * sampleSize;
    values.set(data.subarray(start, start + sampleSize), row * sampleSize);
  }
  return values;
}

/** In order and without gaps, as they are without shuffling. */
function areNeighbours(indices: Int32Array): boolean {
  for (let i = 1; i < indices.length; i += 1) if (indices[i] !== indices[0]! + i) return false;
  return true;
}

function isOfDtype(data: NumericArray, dtype: ColumnDtype): data is Float32Array | Int32Array {
  return dtype === 'float32' ? data instanceof Float32Array : dtype === 'int32' && data instanceof Int32Array;
}

function checkColumn({ data, shape, dtype }: TensorColumn, position: number): Column {
  checkNumericArray(data, `TensorDataset: the data of column ${position}`);
  const [length = Number.NaN, ...sampleShape] = shape;
  const sampleSize = sampleShape.reduce((product, size) => product * size, 1);
  if (![length, ...sampleShape].every((size) => Number.isSafeInteger(size) && size >= 0)) {
    throw new MisconfigurationError({
      code: 'tensor-dataset',
      found: `TensorDataset: the shape of column ${position} is [${shape.join(', ')}].`,
      allowed: 'one count or more, the number of samples first',
    });
  }
  if (length * sampleSize !== data.length) {
    throw new MisconfigurationError({
      code: 'tensor-dataset',
      found: `TensorDataset: column ${position} has ${data.length} values, but its shape [${shape.join(', ')}] needs ${length * sampleSize}.`,
    });
  }
  const resolved = dtype ?? dtypeOf(data);
  return { data, sampleShape, sampleSize, dtype: resolved, room: makeValues(resolved, 0) };
}
