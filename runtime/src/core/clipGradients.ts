import { gradientsOf, setGradient } from '../autograd/index.js';
import * as tf from '../tf.js';

/**
 * Clips the gradients of some parameters in place.
 * Sources: torch.nn.utils.clip_grad_norm_ (total 2-norm, 1e-6 in the denominator) and clip_grad_value_.
 */
export function clipGradients(parameters: readonly tf.Variable[], clipVal: number, algorithm: 'norm' | 'value'): void {
  const withGradients = parameters.filter((parameter) => gradientsOf(parameter) !== undefined);
  if (withGradients.length === 0) return;
  tf.tidy(() => {
    const gradients = withGradients.map((parameter) => gradientsOf(parameter) as tf.Tensor); // filtered above
    const clipped =
      algorithm === 'value'
        ? gradients.map((gradient) => tf.clipByValue(gradient, -clipVal, clipVal))
        : scaleToNorm(gradients, clipVal);
    for (const [index, parameter] of withGradients.entries()) setGradient(parameter, clipped[index] as tf.Tensor);
  });
}

function scaleToNorm(gradients: readonly tf.Tensor[], maxNorm: number): tf.Tensor[] {
  const squares = gradients.map((gradient) => tf.sum(tf.square(gradient)));
  const total = tf.sqrt(tf.addN(squares));
  const factor = tf.minimum(1, tf.div(maxNorm, tf.add(total, 1e-6)));
  return gradients.map((gradient) => tf.mul(gradient, factor));
}
