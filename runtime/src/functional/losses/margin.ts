import * as tf from '../../tf.js';
import { smoothPlus } from '../activations/softplus.js';
import { atLeast } from '../gradients.js';
import { misuse, settle } from '../options.js';
import { expectBroadcast, expectRank, expectShape, floats, integers } from '../tensors.js';
import { classWeights, expectClasses } from './classTargets.js';
import { type ReductionOptions, reduced } from './reduction.js';

/** Option of the losses that ask for a distance. */
export interface MarginOptions extends ReductionOptions {
  /** The distance from which on nothing is lost. */
  margin?: number;
}

/**
 * input where the target is 1, max(0, margin - input) where it is -1; default margin 1. Source:
 * torch.nn.functional.hinge_embedding_loss.
 */
export function hingeEmbeddingLoss(input: tf.Tensor, target: tf.Tensor, options: MarginOptions = {}): tf.Tensor {
  const name = 'hingeEmbeddingLoss';
  const { margin, reduction } = settle(name, options, { margin: 1, reduction: 'mean' });
  return tf.tidy(() => {
    const [x, y] = [floats(name, 'input', input), floats(name, 'target', target)];
    expectBroadcast(name, ['input', x], ['target', y]);
    const ifUnlike = tf.mul(atLeast(tf.sub(margin, x), 0), isNot(y, 1));
    return reduced(name, tf.add(ifUnlike, tf.mul(x, isNot(y, -1))), reduction);
  });
}

/**
 * 1 - cosine where the target is 1, max(0, cosine - margin) where it is -1; default margin 0.
 * Source: torch.nn.functional.cosine_embedding_loss.
 * @param input1 `[features]` or `[batch, features]`
 * @param input2 of the same shape
 * @param target a scalar, or `[batch]`
 */
export function cosineEmbeddingLoss(
  input1: tf.Tensor,
  input2: tf.Tensor,
  target: tf.Tensor,
  options: MarginOptions = {},
): tf.Tensor {
  const name = 'cosineEmbeddingLoss';
  const { margin, reduction } = settle(name, options, { margin: 0, reduction: 'mean' });
  return tf.tidy(() => {
    const [a, b] = [floats(name, 'input1', input1), floats(name, 'input2', input2)];
    const y = floats(name, 'target', target);
    expectRank(name, 'input1', a, [1, 2]);
    expectBroadcast(name, ['input1', a], ['input2', b]);
    expectShape(name, 'target', y, a.shape.slice(0, -1));
    const square = (u: tf.Tensor, v: tf.Tensor) => tf.sum(tf.mul(u, v), -1);
    const lengths = tf.mul(tf.add(square(a, a), COSINE_EPS), tf.add(square(b, b), COSINE_EPS));
    const cosine = tf.div(square(a, b), tf.sqrt(lengths));
    const ifUnlike = tf.mul(atLeast(tf.sub(cosine, margin), 0), is(y, -1));
    return reduced(name, tf.add(tf.mul(tf.sub(1, cosine), is(y, 1)), ifUnlike), reduction);
  });
}

/** torch's; keeps the gradient of a vector of zeros finite. */
const COSINE_EPS = 1e-12;

/**
 * max(0, margin - target · (input1 - input2)), where the target is 1 if the first should be larger and -1 if the
 * second; default margin 0.
 * Source: torch.nn.functional.margin_ranking_loss.
 */
export function marginRankingLoss(
  input1: tf.Tensor,
  input2: tf.Tensor,
  target: tf.Tensor,
  options: MarginOptions = {},
): tf.Tensor {
  const name = 'marginRankingLoss';
  const { margin, reduction } = settle(name, options, { margin: 0, reduction: 'mean' });
  return tf.tidy(() => {
    const [a, b] = [floats(name, 'input1', input1), floats(name, 'input2', input2)];
    const y = floats(name, 'target', target);
    expectBroadcast(name, ['input1', a], ['input2', b]);
    expectBroadcast(name, ['input1', a], ['target', y]);
    return reduced(name, atLeast(tf.sub(margin, tf.mul(y, tf.sub(a, b))), 0), reduction);
  });
}

/** log(1 + exp(-target · input)) for targets of 1 and -1. Source: torch.nn.functional.soft_margin_loss. */
export function softMarginLoss(input: tf.Tensor, target: tf.Tensor, options: ReductionOptions = {}): tf.Tensor {
  const { reduction } = settle('softMarginLoss', options, { reduction: 'mean' });
  return tf.tidy(() => {
    const [x, y] = [floats('softMarginLoss', 'input', input), floats('softMarginLoss', 'target', target)];
    expectBroadcast('softMarginLoss', ['input', x], ['target', y]);
    return reduced('softMarginLoss', smoothPlus(tf.neg(tf.mul(x, y))), reduction);
  });
}

/** Options of {@link multilabelSoftMarginLoss}. */
export interface MultilabelSoftMarginLossOptions extends ReductionOptions {
  /** A factor for each class. */
  weight?: tf.Tensor;
}

/**
 * For each row the mean over its classes of the binary cross-entropy with logits. Source:
 * torch.nn.functional.multilabel_soft_margin_loss.
 * @param input scores, `[…, classes]`
 * @param target of the same shape, 0 or 1
 */
export function multilabelSoftMarginLoss(
  input: tf.Tensor,
  target: tf.Tensor,
  options: MultilabelSoftMarginLossOptions = {},
): tf.Tensor {
  const name = 'multilabelSoftMarginLoss';
  const { weight, reduction } = settle(name, options, { weight: undefined, reduction: 'mean' });
  return tf.tidy(() => {
    const [x, y] = [floats(name, 'input', input), floats(name, 'target', target)];
    expectShape(name, 'target', y, x.shape);
    let losses = tf.add(tf.mul(tf.sub(1, y), x), smoothPlus(tf.neg(x)));
    if (weight) losses = tf.mul(losses, classWeights(name, weight, x.shape.at(-1) ?? 1));
    return reduced(name, tf.mean(losses, -1), reduction);
  });
}

/**
 * For each row the sum, over pairs of a class that is named and one that is not, of max(0, 1 - (named - other)),
 * divided by the number of classes. Source: torch.nn.functional.multilabel_margin_loss.
 * @param input scores, `[classes]` or `[batch, classes]`
 * @param target of the same shape: the named classes of each row, then -1
 */
export function multilabelMarginLoss(input: tf.Tensor, target: tf.Tensor, options: ReductionOptions = {}): tf.Tensor {
  const name = 'multilabelMarginLoss';
  const { reduction } = settle(name, options, { reduction: 'mean' });
  return tf.tidy(() => {
    const [x, indices] = [floats(name, 'input', input), integers(name, 'target', target)];
    expectRank(name, 'input', x, [1, 2]);
    expectShape(name, 'target', indices, x.shape);
    const classes = x.shape.at(-1) ?? 1;
    expectClasses(name, indices, classes, -1);
    // Only what stands before the first -1 counts.
    const ended = tf.cumsum(tf.cast(tf.less(indices, 0), 'int32'), x.rank - 1);
    const counted = tf.where(tf.equal(ended, 0), indices, tf.fill(indices.shape, -1, 'int32'));
    const named = tf.oneHot(counted, classes, 1, 0, 'float32'); // […, places, classes]
    const isOther = tf.sub(1, tf.max(named, -2, true));
    const scoreOfNamed = tf.sum(tf.mul(named, tf.expandDims(x, -2)), -1, true);
    const gaps = tf.relu(tf.add(tf.sub(tf.expandDims(x, -2), scoreOfNamed), 1));
    const pairs = tf.mul(tf.max(named, -1, true), isOther);
    return reduced(name, tf.div(tf.sum(tf.mul(gaps, pairs), [-2, -1]), classes), reduction);
  });
}

/** Options of {@link multiMarginLoss}. */
export interface MultiMarginLossOptions extends ReductionOptions {
  /** 1, the default, or 2: the power of each gap. */
  p?: 1 | 2;
  /** Default 1. */
  margin?: number;
  /** One weight for each class. */
  weight?: tf.Tensor;
}

/**
 * The sum over the other classes of max(0, margin - score of the target + score)^p, divided by the number of classes.
 * Source: torch.nn.functional.multi_margin_loss.
 * @param input scores, `[classes]` or `[batch, classes]`
 * @param target a scalar, or `[batch]`
 */
export function multiMarginLoss(input: tf.Tensor, target: tf.Tensor, options: MultiMarginLossOptions = {}): tf.Tensor {
  const name = 'multiMarginLoss';
  const { p, margin, weight, reduction } = settle(name, options, {
    p: 1,
    margin: 1,
    weight: undefined,
    reduction: 'mean',
  });
  if (p !== 1 && p !== 2) throw misuse(name, `\`p\` is ${p}.`, { allowed: '1 or 2' });
  return tf.tidy(() => {
    const [x, indices] = [floats(name, 'input', input), integers(name, 'target', target)];
    expectRank(name, 'input', x, [1, 2]);
    expectShape(name, 'target', indices, x.shape.slice(0, -1));
    const classes = x.shape.at(-1) ?? 1;
    expectClasses(name, indices, classes);
    const hot = tf.oneHot(indices, classes, 1, 0, 'float32');
    const score = tf.sum(tf.mul(hot, x), -1, true);
    const gaps = tf.mul(tf.relu(tf.add(tf.sub(x, score), margin)), tf.sub(1, hot));
    let losses = tf.div(tf.sum(p === 2 ? tf.square(gaps) : gaps, -1), classes);
    if (weight) losses = tf.mul(losses, tf.sum(tf.mul(hot, classWeights(name, weight, classes)), -1));
    return reduced(name, losses, reduction);
  });
}

const is = (y: tf.Tensor, value: number) => tf.cast(tf.equal(y, value), 'float32');
const isNot = (y: tf.Tensor, value: number) => tf.cast(tf.notEqual(y, value), 'float32');
