import * as tf from '../../tf.js';
import type { BackendWasm } from '../../tfBackends.js';
import { cFunction, shapeBytes } from './cFunctions.js';
import { floats, heapId, Scratch } from './heap.js';

/** The sizes of `[rows, inner] · [inner, columns]`. */
export interface MatMulSize {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

const SIGNATURE = ['number', 'array', 'number', 'number', 'array', 'number', 'number', 'number', 'number'] as const;

/**
 * `out = a · b` for one matrix each, row by row in memory: the only shape that the engine gives to XNNPACK.
 * The tensors' own shapes do not matter, only that they have that many elements.
 */
export function multiply(
  backend: BackendWasm,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  out: tf.TensorInfo,
  { rows, inner, columns }: MatMulSize,
): void {
  if (rows * columns === 0) return;
  if (inner === 0) {
    floats(backend, out).fill(0);
    return;
  }
  using scratch = new Scratch(backend);
  const right = asPackable(scratch, b, inner, columns);
  const aShape = shapeBytes(1, rows, inner);
  const bShape = shapeBytes(1, inner, columns);
  const matMul = cFunction(backend, tf.BatchMatMul, SIGNATURE);
  matMul(heapId(backend, a), aShape, 3, heapId(backend, right), bShape, 3, 0, 0, heapId(backend, out));
}

/** The inner size with which a buffer was packed first. */
const packedWith = new WeakMap<object, number>();

/**
 * XNNPACK packs `b` once and keeps that under its id, whatever its shape is the next time: upstream, a weight that is
 * also used reshaped (tied weights) silently gives wrong products. An alias has an id of its own.
 */
export function asPackable(scratch: Scratch, b: tf.TensorInfo, inner: number, columns: number): tf.TensorInfo {
  const packed = packedWith.get(b.dataId);
  if (packed === undefined) packedWith.set(b.dataId, inner);
  return packed === undefined || packed === inner ? b : scratch.alias(b, 0, [inner, columns]);
}
