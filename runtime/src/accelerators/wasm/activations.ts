import * as tf from '../../tf.js';
import type { BackendWasm } from '../../tfBackends.js';
import { EngineError } from '../engineError.js';
import { callKernel } from './kernel.js';

/** The engine's numbers for the activations that it computes together with a product or a convolution. */
export const FUSED_ACTIVATIONS = { linear: 0, relu: 1, relu6: 2, prelu: 3, leakyrelu: 4, sigmoid: 5, elu: 6 } as const;
export type FusedActivation = keyof typeof FUSED_ACTIVATIONS;

/** Checks a name that came with a fused op; throws `EngineError` when the engine does not know it. */
export function fusedActivation(name: string): FusedActivation {
  if (Object.hasOwn(FUSED_ACTIVATIONS, name)) return name as FusedActivation;
  throw new EngineError({
    code: 'kernel-not-supported',
    found: `A fused op asked for the activation '${name}'.`,
    allowed: Object.keys(FUSED_ACTIVATIONS).join(', '),
    fix: 'Apply the activation as an op of its own.',
  });
}

const KERNELS = {
  linear: tf.Identity,
  relu: tf.Relu,
  relu6: tf.Relu6,
  prelu: tf.Prelu,
  leakyrelu: tf.LeakyRelu,
  sigmoid: tf.Sigmoid,
  elu: tf.Elu,
} as const satisfies Record<FusedActivation, string>;

/** The activation as a kernel of its own. Borrows `x`; the caller disposes the result. */
export function activate(
  backend: BackendWasm,
  x: tf.TensorInfo,
  activation: FusedActivation,
  { alpha, slope }: { readonly alpha: tf.TensorInfo | undefined; readonly slope: number },
): tf.TensorInfo {
  const inputs = activation === 'prelu' ? { x, alpha } : { x };
  return callKernel(backend, KERNELS[activation], inputs, activation === 'leakyrelu' ? { alpha: slope } : {});
}
