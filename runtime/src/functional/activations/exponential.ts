import * as tf from '../../tf.js';
import { elementwise } from '../gradients.js';
import { settle } from '../options.js';
import { floats } from '../tensors.js';

// Source: Klambauer et al., Self-Normalizing Neural Networks, 2017; digits as in torch.
const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

/** Options of {@link elu} and {@link celu}. */
export interface EluOptions {
  /** How far below 0 the function reaches; default 1. */
  alpha?: number;
}

/** x where it is positive, else alpha · (exp(x) - 1). Source: torch.nn.functional.elu. */
export function elu(input: tf.Tensor, options: EluOptions = {}): tf.Tensor {
  const { alpha } = settle('elu', options, { alpha: 1 });
  return tf.tidy(() => exponentialUnit(floats('elu', 'input', input), { scale: 1, alpha, decay: 1 }));
}

/**
 * x where it is positive, else alpha · (exp(x / alpha) - 1): smooth for every alpha. Source: torch.nn.functional.celu.
 */
export function celu(input: tf.Tensor, options: EluOptions = {}): tf.Tensor {
  const { alpha } = settle('celu', options, { alpha: 1 });
  return tf.tidy(() => exponentialUnit(floats('celu', 'input', input), { scale: 1, alpha, decay: 1 / alpha }));
}

/** The self-normalizing unit. Source: torch.nn.functional.selu. */
export function selu(input: tf.Tensor): tf.Tensor {
  const shape = { scale: SELU_SCALE, alpha: SELU_ALPHA, decay: 1 };
  return tf.tidy(() => exponentialUnit(floats('selu', 'input', input), shape));
}

/**
 * scale · x, or scale · alpha · (exp(decay · x) - 1) where x is not positive; at 0 the slope of that side, as in torch.
 * Written with what engines do fast: tf.elu, and arithmetic rather than choices.
 */
function exponentialUnit(
  input: tf.Tensor,
  { scale, alpha, decay }: { readonly scale: number; readonly alpha: number; readonly decay: number },
): tf.Tensor {
  const decayed = (x: tf.Tensor) => tf.elu(tf.mul(tf.relu(tf.neg(x)), -decay));
  return elementwise(
    input,
    (x) => tf.add(tf.mul(tf.relu(x), scale), tf.mul(decayed(x), scale * alpha)),
    (x) => {
      const isPositive = tf.step(x);
      const below = tf.mul(tf.add(decayed(x), 1), scale * alpha * decay);
      return tf.add(tf.mul(isPositive, scale), tf.mul(tf.sub(1, isPositive), below));
    },
  );
}
