import * as tf from '../../tf.js';
import type { BackendWasm } from '../../tfBackends.js';
import { EngineError } from '../engineError.js';
import { type Finish, type MatMulSize, multiplyAndFinish } from './multiply.js';

/** A product of stacks of matrices: `[...outer, rows, inner] · [...outer, inner, columns]`, broadcast over `outer`. */
export interface MatMulPlan extends MatMulSize {
  readonly aOuter: readonly number[];
  readonly bOuter: readonly number[];
  readonly outShape: number[];
  readonly transposeA: boolean;
  readonly transposeB: boolean;
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
  return { rows, inner, columns, aOuter, bOuter, outShape: [...outer, rows, columns], transposeA, transposeB };
}

function lastTwo(shape: readonly number[], swapped: boolean): [number, number] {
  const [first, second] = shape.slice(-2) as [number, number]; // core has checked that the rank is at least 2
  return swapped ? [second, first] : [first, second];
}

/** Fills `out` with the product, and finishes it. */
export function multiplyEach(
  backend: BackendWasm,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  out: tf.TensorInfo,
  plan: MatMulPlan,
  finish: Finish = {},
): void {
  const { rows, inner, columns, aOuter, bOuter, transposeA, transposeB } = plan;
  const aCount = tf.util.sizeFromShape([...aOuter]);
  const isOneProduct = tf.util.sizeFromShape([...bOuter]) === 1 && (aCount === 1 || !transposeA);
  if (isOneProduct) {
    const size = { rows: rows * aCount, inner, columns }; // one b for all: all rows at once
    const left = { tensor: a, transposed: transposeA };
    multiplyAndFinish(backend, left, { tensor: b, transposed: transposeB }, { tensor: out }, size, finish);
    return;
  }
  const outer = plan.outShape.slice(0, -2);
  const aIndex = broadcastIndices(aOuter, outer);
  const bIndex = broadcastIndices(bOuter, outer);
  for (let i = 0; i < aIndex.length; i++) {
    const left = { tensor: a, start: (aIndex[i] as number) * rows * inner, transposed: transposeA };
    const right = { tensor: b, start: (bIndex[i] as number) * inner * columns, transposed: transposeB };
    multiplyAndFinish(backend, left, right, { tensor: out, start: i * rows * columns }, plan, finish);
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
