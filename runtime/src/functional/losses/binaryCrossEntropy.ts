import * as tf from '../../tf.js';
import { smoothPlus } from '../activations/softplus.js';
import { clipped, fused } from '../gradients.js';
import { misuse, settle } from '../options.js';
import { expectBroadcast, expectShape, floats, valuesAtHand } from '../tensors.js';
import { type ReductionOptions, reduced } from './reduction.js';

/** Options of {@link binaryCrossEntropy}. */
export interface BinaryCrossEntropyOptions extends ReductionOptions {
  /** A factor for each value; repeated to fit. */
  weight?: tf.Tensor;
}

/** Options of {@link binaryCrossEntropyWithLogits}. */
export interface BinaryCrossEntropyWithLogitsOptions extends BinaryCrossEntropyOptions {
  /** How much more a positive target counts than a negative one, for each class; repeated to fit. */
  posWeight?: tf.Tensor;
}

/**
 * -target · log(input) - (1 - target) · log(1 - input), with logarithms of at least -100.
 * Source: torch.nn.functional.binary_cross_entropy.
 *
 * @param input probabilities
 * @param target of the same shape, from 0 to 1
 * @throws MisconfigurationError when shapes do not fit, or an input lies outside of 0 … 1
 */
export function binaryCrossEntropy(
  input: tf.Tensor,
  target: tf.Tensor,
  options: BinaryCrossEntropyOptions = {},
): tf.Tensor {
  const name = 'binaryCrossEntropy';
  const { weight, reduction } = settle(name, options, { weight: undefined, reduction: 'mean' });
  return tf.tidy(() => {
    const [x, y] = pair(name, input, target);
    expectProbabilities(name, x);
    return reduced(name, weighted(name, clampedEntropy(x, y), weight), reduction);
  });
}

/**
 * {@link binaryCrossEntropy} of sigmoid(input), without its loss of precision.
 * Source: torch.nn.functional.binary_cross_entropy_with_logits.
 *
 * @param input scores before any sigmoid
 * @param target of the same shape, from 0 to 1
 * @throws MisconfigurationError when shapes do not fit
 */
export function binaryCrossEntropyWithLogits(
  input: tf.Tensor,
  target: tf.Tensor,
  options: BinaryCrossEntropyWithLogitsOptions = {},
): tf.Tensor {
  const name = 'binaryCrossEntropyWithLogits';
  const { weight, posWeight, reduction } = settle(name, options, {
    weight: undefined,
    posWeight: undefined,
    reduction: 'mean',
  });
  return tf.tidy(() => {
    const [x, y] = pair(name, input, target);
    // -log(sigmoid(x)) is softplus(-x), and -log(1 - sigmoid(x)) is x more.
    let ifPositive = smoothPlus(tf.neg(x));
    if (posWeight) {
      const factor = floats(name, 'posWeight', posWeight);
      expectBroadcast(name, ['posWeight', factor], ['input', x]);
      ifPositive = tf.mul(ifPositive, tf.add(tf.mul(tf.sub(factor, 1), y), 1));
    }
    const losses = tf.add(tf.mul(tf.sub(1, y), x), ifPositive);
    return reduced(name, weighted(name, losses, weight), reduction);
  });
}

function pair(name: string, input: tf.Tensor, target: tf.Tensor): [tf.Tensor, tf.Tensor] {
  const [x, y] = [floats(name, 'input', input), floats(name, 'target', target)];
  expectShape(name, 'target', y, x.shape);
  return [x, y];
}

function weighted(name: string, losses: tf.Tensor, weight: tf.Tensor | undefined): tf.Tensor {
  if (!weight) return losses;
  const factor = floats(name, 'weight', weight);
  expectBroadcast(name, ['weight', factor], ['input', losses]);
  return tf.mul(losses, factor);
}

function expectProbabilities(name: string, x: tf.Tensor): void {
  const values = valuesAtHand(x) ?? [];
  for (let place = 0; place < values.length; place++) {
    const value = values[place] as number;
    if (!(value < 0 || value > 1)) continue; // NaN is for the loss to show
    throw misuse(name, `\`input\` has the value ${value} at place ${place}.`, {
      allowed: 'probabilities, from 0 to 1',
      fix: 'Pass the output of a sigmoid, or use binaryCrossEntropyWithLogits.',
    });
  }
}

// torch's: the logarithm of 0 counts as -100, and the gradient divides by no less than this.
const LEAST_LOG = -100;
const LEAST_DIVISOR = 1e-12;

function clampedEntropy(x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  const ofOne = (p: tf.Tensor) => tf.log(p);
  const ofZero = (p: tf.Tensor) => tf.log1p(tf.neg(p));
  const limited = (logs: tf.Tensor) => clipped(logs, LEAST_LOG, 0);
  return fused([x, y], () => ({
    value: tf.neg(tf.add(tf.mul(y, limited(ofOne(x))), tf.mul(tf.sub(1, y), limited(ofZero(x))))),
    saved: [x, y],
    gradient: (dy, p, t) => {
      const divisor = clipped(tf.mul(tf.sub(1, p), p), LEAST_DIVISOR, 1);
      return [tf.mul(dy, tf.div(tf.sub(p, t), divisor)), tf.mul(dy, tf.sub(ofZero(p), ofOne(p)))];
    },
  }));
}
