import * as tf from '../../../tf.js';
import type { BackendWasm } from '../../../tfBackends.js';
import { activate, FUSED_ACTIVATIONS, fusedActivation } from '../activations.js';
import { cFunction, shapeBytes } from '../cFunctions.js';
import { heapId, Scratch } from '../heap.js';
import { callKernel, defineKernel } from '../kernel.js';
import { type MatMulPlan, multiplyEach, planMatMul, transposeEach } from '../matrices.js';
import { asPackable } from '../multiply.js';

interface FusedInputs {
  readonly a: tf.TensorInfo;
  readonly b: tf.TensorInfo;
  readonly bias?: tf.TensorInfo;
  readonly preluActivationWeights?: tf.TensorInfo;
}

/** What both ways of computing get; `left` and `right` are not transposed any more. */
interface Operands {
  readonly backend: BackendWasm;
  readonly left: tf.TensorInfo;
  readonly right: tf.TensorInfo;
  readonly bias: tf.TensorInfo | undefined;
  readonly alpha: tf.TensorInfo | undefined;
  readonly plan: MatMulPlan;
  readonly attrs: tf._FusedMatMulAttrs;
}

/**
 * Matmul with bias and activation, as dense layers call it. Upstream's slow path (transposed or stacked operands) also
 * computes wrong numbers: it adds the bias once per block of 48 and clamps in between, and picks the wrong bias from
 * the second row on. Here a single product goes to XNNPACK with all of it fused, and the rest is composed.
 */
export const fusedMatMul = defineKernel<FusedInputs, tf._FusedMatMulAttrs>(
  tf._FusedMatMul,
  ({ inputs, attrs, backend }) => {
    const { a, b } = inputs;
    const plan = planMatMul(a, b, attrs);
    const { rows, inner, columns } = plan;
    using scratch = new Scratch(backend);
    const left = attrs.transposeA ? transposeEach(scratch, backend, a, inner, rows) : a;
    const right = attrs.transposeB ? transposeEach(scratch, backend, b, columns, inner) : b;
    const operands = { backend, left, right, bias: inputs.bias, alpha: inputs.preluActivationWeights, plan, attrs };
    return canFuse(operands) ? fuse(operands) : compose(operands);
  },
);

/** XNNPACK takes one pair of matrices, and a bias with one number for each column. */
function canFuse({ bias, plan }: Operands): boolean {
  const { rows, inner, columns } = plan;
  if (rows * inner * columns === 0 || tf.util.sizeFromShape([...plan.bOuter]) !== 1) return false;
  return bias === undefined || (bias.shape.length === 1 && bias.shape[0] === columns);
}

const SIGNATURE = [
  ...(['number', 'array', 'number'] as const), // a: id, shape, rank
  ...(['number', 'array', 'number'] as const), // b
  ...(['number', 'number', 'number', 'number', 'number'] as const), // transposed?, transposed?, activation, bias, alpha
  ...(['number', 'number'] as const), // slope, out
];

function fuse({ backend, left, right, bias, alpha, plan, attrs }: Operands): tf.TensorInfo {
  const { inner, columns } = plan;
  const rows = plan.rows * tf.util.sizeFromShape([...plan.aOuter]);
  const out = backend.makeOutput(plan.outShape, 'float32');
  using scratch = new Scratch(backend);
  cFunction(backend, tf._FusedMatMul, SIGNATURE)(
    heapId(backend, left),
    shapeBytes(1, rows, inner),
    3,
    heapId(backend, asPackable(scratch, right, inner, columns)),
    shapeBytes(1, inner, columns),
    3,
    0,
    0,
    FUSED_ACTIVATIONS[fusedActivation(attrs.activation)],
    bias === undefined ? 0 : heapId(backend, bias),
    alpha === undefined ? 0 : heapId(backend, alpha),
    attrs.leakyreluAlpha ?? 0,
    heapId(backend, out),
  );
  return out;
}

function compose({ backend, left, right, bias, alpha, plan, attrs }: Operands): tf.TensorInfo {
  using scratch = new Scratch(backend);
  const product = scratch.own(backend.makeOutput(plan.outShape, 'float32'));
  multiplyEach(backend, left, right, product, plan);
  const sum = bias === undefined ? product : scratch.own(callKernel(backend, tf.Add, { a: product, b: bias }));
  return activate(backend, sum, fusedActivation(attrs.activation), { alpha, slope: attrs.leakyreluAlpha ?? 0 });
}
