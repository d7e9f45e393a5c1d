import * as tf from '../../tf.js';
import { clipped, elementwise, isAbove } from '../gradients.js';
import { REQUIRED, settle, within } from '../options.js';
import { floats } from '../tensors.js';

/** max(x, 0). Source: torch.nn.functional.relu. */
export function relu(input: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.relu(floats('relu', 'input', input)));
}

/** min(max(x, 0), 6). Source: torch.nn.functional.relu6. */
export function relu6(input: tf.Tensor): tf.Tensor {
  return tf.tidy(() => saturated(floats('relu6', 'input', input), 0, 6));
}

/** Options of {@link leakyRelu}. */
export interface LeakyReluOptions {
  /** Slope for negative values; default 0.01. */
  negativeSlope?: number;
}

/** x where it is positive, else x · negativeSlope. Source: torch.nn.functional.leaky_relu. */
export function leakyRelu(input: tf.Tensor, options: LeakyReluOptions = {}): tf.Tensor {
  const { negativeSlope } = settle('leakyRelu', options, { negativeSlope: 0.01 });
  return tf.tidy(() => tf.leakyRelu(floats('leakyRelu', 'input', input), negativeSlope));
}

/** Options of {@link hardtanh}. */
export interface HardtanhOptions {
  /** Default -1. */
  minVal?: number;
  /** Default 1. */
  maxVal?: number;
}

/** x, clipped to `minVal` … `maxVal`. Source: torch.nn.functional.hardtanh. */
export function hardtanh(input: tf.Tensor, options: HardtanhOptions = {}): tf.Tensor {
  const { minVal, maxVal } = settle('hardtanh', options, { minVal: -1, maxVal: 1 });
  return tf.tidy(() => saturated(floats('hardtanh', 'input', input), minVal, maxVal));
}

/** (x + 3) / 6, clipped to 0 … 1. Source: torch.nn.functional.hardsigmoid. */
export function hardsigmoid(input: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.div(saturated(tf.add(floats('hardsigmoid', 'input', input), 3), 0, 6), 6));
}

/** x · hardsigmoid(x). Source: torch.nn.functional.hardswish. */
export function hardswish(input: tf.Tensor): tf.Tensor {
  return tf.tidy(() =>
    elementwise(
      floats('hardswish', 'input', input),
      (x) => tf.mul(x, tf.div(tf.clipByValue(tf.add(x, 3), 0, 6), 6)), // the factor x keeps NaN
      (x) => {
        // Below 3 the parabola's slope, from 3 on 1: torch takes the upper one at the kink.
        const isCurved = tf.step(tf.sub(3, x));
        const slope = tf.add(tf.mul(isCurved, tf.sub(tf.div(x, 3), 0.5)), 1);
        return tf.mul(isAbove(x, -3), slope);
      },
    ),
  );
}

/** Options of {@link threshold}; both are required. */
export interface ThresholdOptions {
  threshold: number;
  value: number;
}

/** x where it is above `threshold`, else `value`. Source: torch.nn.functional.threshold. */
export function threshold(input: tf.Tensor, options: ThresholdOptions): tf.Tensor {
  const settled = settle('threshold', options ?? {}, { threshold: REQUIRED, value: REQUIRED });
  for (const option of ['threshold', 'value'] as const) within('threshold', option, settled[option]);
  return tf.tidy(() =>
    elementwise(
      floats('threshold', 'input', input),
      (x) => tf.where(tf.greater(x, settled.threshold), x, tf.fill(x.shape, settled.value)),
      (x) => isAbove(x, settled.threshold),
    ),
  );
}

/** Options of {@link softshrink} and {@link hardshrink}. */
export interface ShrinkOptions {
  /** Values from -lambd to lambd become 0; default 0.5. */
  lambd?: number;
}

/** x moved towards 0 by `lambd`, and 0 where it is nearer than that. Source: torch.nn.functional.softshrink. */
export function softshrink(input: tf.Tensor, options: ShrinkOptions = {}): tf.Tensor {
  const { lambd } = settle('softshrink', options, { lambd: 0.5 });
  return tf.tidy(() =>
    elementwise(
      floats('softshrink', 'input', input),
      (x) => tf.sub(x, tf.clipByValue(x, -lambd, lambd)),
      (x) => isAbove(tf.abs(x), lambd),
    ),
  );
}

/** x, and 0 where it lies from -lambd to lambd. Source: torch.nn.functional.hardshrink. */
export function hardshrink(input: tf.Tensor, options: ShrinkOptions = {}): tf.Tensor {
  const { lambd } = settle('hardshrink', options, { lambd: 0.5 });
  const isKept = (x: tf.Tensor) => isAbove(tf.abs(x), lambd);
  return tf.tidy(() => elementwise(floats('hardshrink', 'input', input), (x) => tf.mul(x, isKept(x)), isKept));
}

/**
 * Clipping whose gradient is 0 at both bounds, as torch's hardtanh has it (its `clamp` lets the gradient pass there).
 */
function saturated(input: tf.Tensor, from: number, to: number): tf.Tensor {
  return elementwise(
    input,
    (x) => clipped(x, from, to),
    (x) => tf.mul(isAbove(x, from), tf.step(tf.sub(to, x))),
  );
}
