import * as tf from '../../tf.js';
import { clipped, fused } from '../gradients.js';
import { misuse, settle, within } from '../options.js';
import { expectShape, expectTensor, floats } from '../tensors.js';
import { type ClassRows, classRows, classTargets, classWeights } from './classTargets.js';
import { type ReductionOptions, reduced } from './reduction.js';

/** Options of {@link nllLoss}. */
export interface NllLossOptions extends ReductionOptions {
  /** One weight for each class; 'mean' then divides by the sum of the targets' weights. */
  weight?: tf.Tensor;
  /** Targets of this class do not count; default -100. */
  ignoreIndex?: number;
}

/** Options of {@link crossEntropy}. */
export interface CrossEntropyOptions extends NllLossOptions {
  /** The share of each target that is spread over all classes, from 0 to 1; default 0. Source: Szegedy et al., 2016. */
  labelSmoothing?: number;
}

/**
 * The negative logarithm of the target's probability, from log-probabilities. Source: torch.nn.functional.nll_loss.
 *
 * @param input `[classes]`, `[batch, classes]` or `[batch, classes, …]`
 * @param target indices of classes, int32 or float32, of the input's shape without its axis of classes
 * @throws MisconfigurationError when shapes do not fit, or a target is no class
 */
export function nllLoss(input: tf.Tensor, target: tf.Tensor, options: NllLossOptions = {}): tf.Tensor {
  const { weight, ignoreIndex, reduction } = settle('nllLoss', options, {
    weight: undefined,
    ignoreIndex: -100,
    reduction: 'mean',
  });
  return tf.tidy(() => {
    const { rows, places } = classRows('nllLoss', 'input', floats('nllLoss', 'input', input));
    const { hot } = classTargets('nllLoss', target, { rows, places, weight, ignoreIndex });
    const losses = tf.reshape(negativeProducts(rows, hot), places);
    return reduced('nllLoss', losses, reduction, tf.sum(hot));
  });
}

/**
 * The cross-entropy of logits (scores before any softmax) and targets. Source: torch.nn.functional.cross_entropy.
 *
 * @param input `[classes]`, `[batch, classes]` or `[batch, classes, …]`
 * @param target indices of classes, int32 or float32, of the input's shape without its axis of classes; or
 *   probabilities, of the input's shape
 * @throws MisconfigurationError when shapes do not fit, or a target is no class
 *
 * @example
 * const loss = functional.crossEntropy(this.net.apply(x), y, { labelSmoothing: 0.1 });
 */
export function crossEntropy(input: tf.Tensor, target: tf.Tensor, options: CrossEntropyOptions = {}): tf.Tensor {
  const settled = settle('crossEntropy', options, {
    weight: undefined,
    ignoreIndex: -100,
    reduction: 'mean',
    labelSmoothing: 0,
  });
  within('crossEntropy', 'labelSmoothing', settled.labelSmoothing, 0, 1);
  return tf.tidy(() => {
    const logits = floats('crossEntropy', 'input', input);
    const scores = classRows('crossEntropy', 'input', logits);
    expectTensor('crossEntropy', 'target', target);
    const hasProbabilities = target.rank === logits.rank;
    const { wanted, total } = hasProbabilities
      ? fromProbabilities(logits, scores, target, settled)
      : fromIndices(scores, target, settled);
    const losses = tf.reshape(softmaxProducts(scores.rows, wanted, hasProbabilities), scores.places);
    return reduced('crossEntropy', losses, settled.reduction, total);
  });
}

/** How much each class counts at each place, and what the mean divides by. */
interface Wanted {
  readonly wanted: tf.Tensor;
  readonly total: tf.Tensor;
}

type Settings = Required<Omit<CrossEntropyOptions, 'weight'>> & Pick<CrossEntropyOptions, 'weight'>;

function fromIndices(scores: ClassRows, target: tf.Tensor, { weight, ignoreIndex, labelSmoothing }: Settings): Wanted {
  const { hot, counts } = classTargets('crossEntropy', target, { ...scores, weight, ignoreIndex });
  const total = tf.sum(hot);
  if (labelSmoothing === 0) return { wanted: hot, total };
  const [, classes] = scores.rows.shape;
  const spread = tf.mul(counts, labelSmoothing / classes);
  const all = weight ? classWeights('crossEntropy', weight, classes) : tf.ones([classes]);
  return { wanted: tf.add(tf.mul(hot, 1 - labelSmoothing), tf.mul(spread, all)), total };
}

function fromProbabilities(
  logits: tf.Tensor,
  { rows, places }: ClassRows,
  target: tf.Tensor,
  { weight, ignoreIndex, labelSmoothing }: Settings,
): Wanted {
  const probabilities = floats('crossEntropy', 'target', target);
  expectShape('crossEntropy', 'target', probabilities, logits.shape);
  if (ignoreIndex >= 0) {
    throw misuse('crossEntropy', `\`ignoreIndex\` is ${ignoreIndex}, and the targets are probabilities.`, {
      fix: 'Leave it out, or pass indices of classes.',
    });
  }
  const [, classes] = rows.shape;
  let wanted: tf.Tensor = classRows('crossEntropy', 'target', probabilities).rows;
  if (labelSmoothing > 0) wanted = tf.add(tf.mul(wanted, 1 - labelSmoothing), labelSmoothing / classes);
  if (weight) wanted = tf.mul(wanted, classWeights('crossEntropy', weight, classes));
  // torch divides by the number of places here, also with weights.
  return { wanted, total: tf.scalar(tf.util.sizeFromShape(places)) };
}

/** -sum(wanted · input) for each row. */
function negativeProducts(input: tf.Tensor, wanted: tf.Tensor): tf.Tensor {
  return fused([input], () => ({
    value: tf.neg(tf.sum(tf.mul(finite(input), wanted), -1)),
    saved: [wanted],
    gradient: (dy, kept) => tf.neg(tf.mul(tf.expandDims(dy, -1), kept)),
  }));
}

/**
 * The same of log(softmax(logits)), whose gradient is softmax - wanted for targets that add up to 1. The largest
 * probability is 1 / sum(exp(logits - largest)), which saves the one slow step: exp for all of them.
 */
function softmaxProducts(logits: tf.Tensor, wanted: tf.Tensor, isLearned: boolean): tf.Tensor {
  return fused(isLearned ? [logits, wanted] : [logits], () => {
    const probabilities = tf.softmax(logits);
    const scores = finite(tf.sub(logits, tf.max(logits, -1, true)));
    const logOfSum = tf.neg(tf.log(tf.max(probabilities, -1, true)));
    const sums = tf.sum(wanted, -1, true);
    return {
      value: tf.sub(tf.squeeze(tf.mul(sums, logOfSum), [-1]), tf.sum(tf.mul(wanted, scores), -1)),
      // The scores are as large as the logits: they are kept only where the targets are learned.
      saved: [probabilities, wanted, sums, logOfSum, isLearned ? scores : logOfSum],
      gradient: (dy, shares, targets, factors, total, own) => {
        const column = tf.expandDims(dy, -1);
        const byLogits = tf.mul(tf.sub(tf.mul(shares, factors), targets), column);
        return isLearned ? [byLogits, tf.mul(tf.sub(total, own), column)] : [byLogits];
      },
    };
  });
}

const LOWEST = -3.4028234663852886e38;

/** -Infinity as the lowest number, so that it does no harm where nothing is wanted of it. */
function finite(x: tf.Tensor): tf.Tensor {
  return clipped(x, LOWEST, -LOWEST);
}
