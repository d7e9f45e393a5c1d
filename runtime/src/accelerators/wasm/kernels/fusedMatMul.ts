import * as tf from '../../../tf.js';
import { activate, fusedActivation } from '../activations.js';
import { Scratch } from '../heap.js';
import { callKernel, defineKernel } from '../kernel.js';
import { multiplyEach, planMatMul } from '../matrices.js';

interface FusedInputs {
  readonly a: tf.TensorInfo;
  readonly b: tf.TensorInfo;
  readonly bias?: tf.TensorInfo;
  readonly preluActivationWeights?: tf.TensorInfo;
}

/**
 * Matmul with bias and activation, as dense layers call it. Upstream's slow path (transposed or stacked operands) also
 * computes wrong numbers: it adds the bias once per block of 48 and clamps in between, and picks the wrong bias from
 * the second row on. Here a bias of one number a column and the simple activations are applied where the product
 * stands, and the rest is composed.
 */
export const fusedMatMul = defineKernel<FusedInputs, tf._FusedMatMulAttrs>(
  tf._FusedMatMul,
  ({ inputs: { a, b, bias, preluActivationWeights: alpha }, attrs, backend }) => {
    const plan = planMatMul(a, b, attrs);
    const activation = fusedActivation(attrs.activation);
    const isColumnBias = bias === undefined || (bias.shape.length === 1 && bias.shape[0] === plan.columns);
    const isSimple = activation === 'linear' || activation === 'relu' || activation === 'relu6';
    using scratch = new Scratch(backend);
    const product = backend.makeOutput(plan.outShape, 'float32');
    const fused = isColumnBias && { ...(bias && { bias }), ...(isSimple && { activation }) };
    multiplyEach(backend, a, b, product, plan, fused || {});
    if (isColumnBias && isSimple) return product;
    scratch.own(product);
    const sum =
      bias === undefined || isColumnBias ? product : scratch.own(callKernel(backend, tf.Add, { a: product, b: bias }));
    return activate(backend, sum, activation, { alpha, slope: attrs.leakyreluAlpha ?? 0 });
  },
);
