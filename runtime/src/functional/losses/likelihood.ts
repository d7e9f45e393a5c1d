import * as tf from '../../tf.js';
import { liftedTo } from '../gradients.js';
import { misuse, oneOf, settle } from '../options.js';
import { expectBroadcast, expectShape, floats, valuesAtHand } from '../tensors.js';
import { type Reduction, type ReductionOptions, reduced } from './reduction.js';

const KL_REDUCTIONS = ['none', 'mean', 'sum', 'batchmean'] as const;

/** Options of {@link klDiv}. */
export interface KlDivOptions {
  /**
   * 'batchmean' divides the sum by the size of axis 0, as the divergence is defined; 'mean', the default as in torch,
   * by all values.
   */
  reduction?: Reduction | 'batchmean';
  /** Whether the target holds log-probabilities; default false. */
  logTarget?: boolean;
}

/**
 * The Kullback-Leibler divergence: target · (log(target) - input). Source: torch.nn.functional.kl_div.
 * @param input log-probabilities
 */
export function klDiv(input: tf.Tensor, target: tf.Tensor, options: KlDivOptions = {}): tf.Tensor {
  const { reduction, logTarget } = settle('klDiv', options, { reduction: 'mean', logTarget: false });
  oneOf('klDiv', 'reduction', reduction, KL_REDUCTIONS);
  return tf.tidy(() => {
    const [x, y] = pair('klDiv', input, target);
    const losses = logTarget ? tf.mul(tf.exp(y), tf.sub(y, x)) : tf.sub(timesOwnLog(y), tf.mul(y, x));
    if (reduction !== 'batchmean') return reduced('klDiv', losses, reduction);
    return tf.div(tf.sum(losses), x.shape[0] ?? 1);
  });
}

/** Options of {@link poissonNllLoss}. */
export interface PoissonNllLossOptions extends ReductionOptions {
  /** Whether the input is the logarithm of the rate; default true. */
  logInput?: boolean;
  /** Add Stirling's approximation of log(target!), for targets above 1; default false. */
  full?: boolean;
  /** Added to the rate before its logarithm, with `logInput: false`; default 1e-8. */
  eps?: number;
}

/** The negative logarithm of a Poisson distribution's density. Source: torch.nn.functional.poisson_nll_loss. */
export function poissonNllLoss(input: tf.Tensor, target: tf.Tensor, options: PoissonNllLossOptions = {}): tf.Tensor {
  const { logInput, full, eps, reduction } = settle('poissonNllLoss', options, {
    logInput: true,
    full: false,
    eps: 1e-8,
    reduction: 'mean',
  });
  return tf.tidy(() => {
    const [x, y] = pair('poissonNllLoss', input, target);
    let losses = logInput ? tf.sub(tf.exp(x), tf.mul(y, x)) : tf.sub(x, tf.mul(y, tf.log(tf.add(x, eps))));
    if (full) losses = tf.add(losses, stirling(y));
    return reduced('poissonNllLoss', losses, reduction);
  });
}

/** Options of {@link gaussianNllLoss}. */
export interface GaussianNllLossOptions extends ReductionOptions {
  /** Add the constant log(2π) / 2; default false. */
  full?: boolean;
  /** The variance counts as at least this; default 1e-6. */
  eps?: number;
}

/**
 * The negative logarithm of a normal distribution's density. Source: torch.nn.functional.gaussian_nll_loss.
 * @param variance of the input's shape, or without its last axis, or with one axis of size 1
 * @throws MisconfigurationError when shapes do not fit, or a variance is negative
 */
export function gaussianNllLoss(
  input: tf.Tensor,
  target: tf.Tensor,
  variance: tf.Tensor,
  options: GaussianNllLossOptions = {},
): tf.Tensor {
  const name = 'gaussianNllLoss';
  const { full, eps, reduction } = settle(name, options, { full: false, eps: 1e-6, reduction: 'mean' });
  return tf.tidy(() => {
    const [x, y] = pair(name, input, target);
    let spread = floats(name, 'variance', variance);
    if (Array.from(valuesAtHand(spread) ?? []).some((value) => value < 0)) {
      throw misuse(name, '`variance` has negative values.', {
        allowed: '0 or more',
        fix: 'Pass exp(…) of the output.',
      });
    }
    if (spread.rank === x.rank - 1) spread = tf.expandDims(spread, -1);
    expectShape(
      name,
      'variance',
      spread,
      x.shape.map((size, axis) => (spread.shape[axis] === 1 ? 1 : size)),
    );
    const safe = liftedTo(spread, eps);
    const losses = tf.mul(tf.add(tf.log(safe), tf.div(tf.square(tf.sub(x, y)), safe)), 0.5);
    return reduced(name, full ? tf.add(losses, 0.5 * Math.log(2 * Math.PI)) : losses, reduction);
  });
}

function pair(name: string, input: tf.Tensor, target: tf.Tensor): [tf.Tensor, tf.Tensor] {
  const [x, y] = [floats(name, 'input', input), floats(name, 'target', target)];
  expectBroadcast(name, ['input', x], ['target', y]);
  return [x, y];
}

/** y · log(y), which is 0 at 0. */
function timesOwnLog(y: tf.Tensor): tf.Tensor {
  const isZero = tf.equal(y, 0);
  return tf.mul(y, tf.log(tf.where(isZero, tf.onesLike(y), y)));
}

/** Stirling's approximation of log(y!), and 0 up to 1. */
function stirling(y: tf.Tensor): tf.Tensor {
  const large = tf.where(tf.greater(y, 1), y, tf.onesLike(y));
  const factorial = tf.add(
    tf.sub(tf.mul(large, tf.log(large)), large),
    tf.mul(tf.log(tf.mul(large, 2 * Math.PI)), 0.5),
  );
  return tf.where(tf.greater(y, 1), factorial, tf.zerosLike(y));
}
