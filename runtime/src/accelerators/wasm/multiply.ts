import type * as tf from '../../tf.js';
import type { BackendWasm } from '../../tfBackends.js';
import { floats } from './heap.js';
import { nativeKernels } from './native/nativeKernels.js';

/** The sizes of `[rows, inner] · [inner, columns]`. */
export interface MatMulSize {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

/** A matrix in memory: from which element of a tensor on, and whether it lies there transposed. */
export interface Operand {
  readonly tensor: tf.TensorInfo;
  readonly start?: number;
  readonly transposed?: boolean;
}

/** What is done to a product where it stands. */
export interface Finish {
  /** One number a column. */
  readonly bias?: tf.TensorInfo;
  readonly activation?: 'linear' | 'relu' | 'relu6';
}

const ACTIVATIONS = { linear: 0, relu: 1, relu6: 2 } as const;
/** Rows and columns of a kernel's tile: parts for other threads are multiples of it. */
const TILE = { rows: 4, columns: 8 } as const;
const FROM_ROW = 9;
const FROM_COLUMN = 11;

/**
 * `out = a · b` for one matrix each, row by row in memory. The tensors' own shapes do not matter, only that they have
 * that many elements.
 */
export function multiply(
  backend: BackendWasm,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  out: tf.TensorInfo,
  size: MatMulSize,
): void {
  multiplyAndFinish(backend, { tensor: a }, { tensor: b }, { tensor: out }, size);
}

/**
 * `out = activation(a · b + bias)` for matrices anywhere in memory, transposed or not. The result is the same, bit for
 * bit, however many threads take part.
 */
export function multiplyAndFinish(
  backend: BackendWasm,
  a: Operand,
  b: Operand,
  out: Operand,
  { rows, inner, columns }: MatMulSize,
  { bias, activation = 'linear' }: Finish = {},
): void {
  if (rows * columns === 0) return;
  const byRows = rows >= columns;
  const args = [
    address(backend, a),
    a.transposed ? 1 : inner,
    a.transposed ? rows : 1,
    address(backend, b),
    b.transposed ? 1 : columns,
    b.transposed ? inner : 1,
    address(backend, out),
    inner,
    columns,
    0,
    rows,
    0,
    columns,
    bias === undefined ? 0 : address(backend, { tensor: bias }),
    ACTIVATIONS[activation],
    0,
  ];
  if (inner === 0) floats(backend, out.tensor).fill(0, out.start ?? 0, (out.start ?? 0) + rows * columns);
  nativeKernels(backend).call('matMul', args, {
    total: byRows ? rows : columns,
    unit: byRows ? TILE.rows : TILE.columns,
    fromArgument: byRows ? FROM_ROW : FROM_COLUMN,
    operations: rows * inner * columns,
  });
}

function address(backend: BackendWasm, { tensor, start = 0 }: Operand): number {
  return backend.dataIdMap.get(tensor.dataId).memoryOffset + start * Float32Array.BYTES_PER_ELEMENT;
}
