import * as tf from '../../tf.js';
import { clipped, elementwise } from '../gradients.js';
import { positive, settle, within } from '../options.js';
import { expectBroadcast, expectShape, floats } from '../tensors.js';
import { type ReductionOptions, reduced } from './reduction.js';

/** Options of {@link l1Loss} and {@link mseLoss}. */
export interface RegressionOptions extends ReductionOptions {
  /** A factor for each value, of the input's shape; 'mean' then divides by their sum. */
  weight?: tf.Tensor;
}

/** |input - target|. Source: torch.nn.functional.l1_loss. */
export function l1Loss(input: tf.Tensor, target: tf.Tensor, options: RegressionOptions = {}): tf.Tensor {
  return ofDifference('l1Loss', input, target, {
    total: 'weight',
    compute: tf.abs,
    ...settleRegression('l1Loss', options),
  });
}

/** (input - target)². Source: torch.nn.functional.mse_loss. */
export function mseLoss(input: tf.Tensor, target: tf.Tensor, options: RegressionOptions = {}): tf.Tensor {
  return ofDifference('mseLoss', input, target, {
    total: 'weight',
    compute: tf.square,
    ...settleRegression('mseLoss', options),
  });
}

/** Options of {@link smoothL1Loss}. */
export interface SmoothL1LossOptions extends ReductionOptions {
  /** Where the parabola ends and the line begins, at least 0; default 1. */
  beta?: number;
}

/**
 * Half the squared difference over beta where it is below beta, else |difference| - beta / 2. Source:
 * torch.nn.functional.smooth_l1_loss.
 */
export function smoothL1Loss(input: tf.Tensor, target: tf.Tensor, options: SmoothL1LossOptions = {}): tf.Tensor {
  const { beta, reduction } = settle('smoothL1Loss', options, { beta: 1, reduction: 'mean' });
  within('smoothL1Loss', 'beta', beta, 0);
  const compute = (d: tf.Tensor) => (beta === 0 ? tf.abs(d) : tf.div(huber(d, beta), beta));
  return ofDifference('smoothL1Loss', input, target, { compute, reduction });
}

/** Options of {@link huberLoss}. */
export interface HuberLossOptions extends ReductionOptions {
  /** Where the parabola ends and the line begins, above 0; default 1. */
  delta?: number;
  /** A factor for each value, of the input's shape. */
  weight?: tf.Tensor;
}

/**
 * Half the squared difference where it is below delta, else delta · (|difference| - delta / 2). Source:
 * torch.nn.functional.huber_loss.
 */
export function huberLoss(input: tf.Tensor, target: tf.Tensor, options: HuberLossOptions = {}): tf.Tensor {
  const { delta, weight, reduction } = settle('huberLoss', options, { delta: 1, weight: undefined, reduction: 'mean' });
  positive('huberLoss', 'delta', delta);
  return ofDifference('huberLoss', input, target, { compute: (d) => huber(d, delta), weight, reduction });
}

function settleRegression(name: string, options: RegressionOptions) {
  return settle(name, options, { weight: undefined, reduction: 'mean' });
}

interface Reduced extends Required<ReductionOptions> {
  readonly compute: (difference: tf.Tensor) => tf.Tensor;
  readonly weight?: tf.Tensor | undefined;
  /** What a weighted mean divides by: the weights' sum, or the number of values (torch's huber_loss). */
  readonly total?: 'weight';
}

function ofDifference(
  name: string,
  input: tf.Tensor,
  target: tf.Tensor,
  { compute, weight, total, reduction }: Reduced,
): tf.Tensor {
  return tf.tidy(() => {
    const [x, y] = [floats(name, 'input', input), floats(name, 'target', target)];
    expectBroadcast(name, ['input', x], ['target', y]);
    const losses = compute(tf.sub(x, y));
    if (!weight) return reduced(name, losses, reduction);
    const factors = floats(name, 'weight', weight);
    expectShape(name, 'weight', factors, x.shape);
    return reduced(name, tf.mul(losses, factors), reduction, total && tf.sum(factors));
  });
}

/** With m = min(|d|, delta): m · (|d| - m / 2), which is both branches. */
function huber(difference: tf.Tensor, delta: number): tf.Tensor {
  return elementwise(
    difference,
    (d) => {
      const size = tf.abs(d);
      const near = tf.clipByValue(size, 0, delta);
      return tf.mul(near, tf.sub(size, tf.mul(near, 0.5)));
    },
    (d) => clipped(d, -delta, delta),
  );
}
