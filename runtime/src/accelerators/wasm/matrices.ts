import * as tf from '../../tf.js';
import type { BackendWasm } from '../../tfBackends.js';
import { EngineError } from '../engineError.js';
import { floats, Scratch } from './heap.js';
import { type MatMulSize, multiply } from './multiply.js';
import { transposeInto } from './transpose.js';

/** A product of stacks of matrices: `[...outer, rows, inner] · [...outer, inner, columns]`, broadcast over `outer`. */
export interface MatMulPlan extends MatMulSize {
  readonly aOuter: readonly number[];
  readonly bOuter: readonly number[];
  readonly outShape: number[];
}

/** Works out sizes, and throws `EngineError` for what the wasm engine cannot multiply. */
export function planMatMul(
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  { transposeA, transposeB }: tf.BatchMatMulAttrs,
): MatMulPlan {
  if (a.dtype !== 'float32' || b.dtype !== 'float32') {
    throw new EngineError({
      code: 'kernel-not-supported',
      found: `matMul got ${a.dtype} and ${b.dtype}.`,
      allowed: 'on the wasm engine float32 matrices',
      fix: "Cast first: tf.cast(x, 'float32').",
    });
  }
  const [rows, inner] = lastTwo(a.shape, transposeA);
  const [innerB, columns] = lastTwo(b.shape, transposeB);
  tf.util.assert(
    inner === innerB,
    () => `matMul: the inner sizes of [${a.shape}] and [${b.shape}] differ (${inner} and ${innerB}).`,
  );
  const aOuter = a.shape.slice(0, -2);
  const bOuter = b.shape.slice(0, -2);
  const outer = tf.broadcast_util.assertAndGetBroadcastShape(aOuter, bOuter);
  return { rows, inner, columns, aOuter, bOuter, outShape: [...outer, rows, columns] };
}

function lastTwo(shape: readonly number[], swapped: boolean): [number, number] {
  const [first, second] = shape.slice(-2) as [number, number]; // core has checked that the rank is at least 2
  return swapped ? [second, first] : [first, second];
}

/** The stack with each matrix of `[rows, columns]` transposed to `[columns, rows]`: a temporary, or `x` itself. */
export function transposeEach(
  scratch: Scratch,
  backend: BackendWasm,
  x: tf.TensorInfo,
  rows: number,
  columns: number,
): tf.TensorInfo {
  if (rows === 1 || columns === 1) return x; // a vector lies in memory the same way up or down
  const out = scratch.make(x.shape);
  const source = floats(backend, x);
  const target = floats(backend, out);
  const size = rows * columns;
  for (let at = 0; at < source.length; at += size) transposeInto(source, at, target, at, rows, columns);
  return out;
}

/** Fills `out` with the product; `a` and `b` are not transposed any more. */
export function multiplyEach(
  backend: BackendWasm,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  out: tf.TensorInfo,
  plan: MatMulPlan,
): void {
  const { rows, inner, columns, aOuter, bOuter } = plan;
  const aCount = tf.util.sizeFromShape([...aOuter]);
  if (tf.util.sizeFromShape([...bOuter]) === 1) {
    multiply(backend, a, b, out, { rows: rows * aCount, inner, columns }); // one b for all: all rows at once
    return;
  }
  const outer = plan.outShape.slice(0, -2);
  const aIndex = broadcastIndices(aOuter, outer);
  const bIndex = broadcastIndices(bOuter, outer);
  for (let i = 0; i < aIndex.length; i++) {
    using scratch = new Scratch(backend);
    multiply(
      backend,
      scratch.alias(a, (aIndex[i] as number) * rows * inner, [rows, inner]),
      scratch.alias(b, (bIndex[i] as number) * inner * columns, [inner, columns]),
      scratch.alias(out, i * rows * columns, [rows, columns]),
      plan,
    );
  }
}

/** For each matrix of the result: the number of the operand's matrix that it comes from. */
function broadcastIndices(operand: readonly number[], outer: readonly number[]): number[] {
  let indices = [0];
  const missing = outer.length - operand.length;
  outer.forEach((size, axis) => {
    const own = axis < missing ? 1 : (operand[axis - missing] as number);
    indices = indices.flatMap((index) => Array.from({ length: size }, (_, i) => index * own + (own === 1 ? 0 : i)));
  });
  return indices;
}
