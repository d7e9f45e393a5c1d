import * as tf from '../../tf.js';
import { pairwiseDistance } from '../distances.js';
import { atLeast } from '../gradients.js';
import { positive as above, settle } from '../options.js';
import { expectBroadcast, floats } from '../tensors.js';
import { type ReductionOptions, reduced } from './reduction.js';

/** Options of {@link tripletMarginLoss}. */
export interface TripletMarginLossOptions extends ReductionOptions {
  /** How much further away the negative example should be; default 1. */
  margin?: number;
  /** The norm that measures distance; default 2. */
  p?: number;
  /** Added to each difference, which keeps gradients finite; default 1e-6. */
  eps?: number;
  /**
   * Take the distance of positive and negative example where it is the smaller one; default false. Source: Balntas et
   * al., 2016.
   */
  swap?: boolean;
}

/** Options of {@link tripletMarginWithDistanceLoss}. */
export interface TripletMarginWithDistanceLossOptions extends ReductionOptions {
  /** The distances of two lists of vectors; default {@link pairwiseDistance}. */
  distanceFunction?: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;
  /** Default 1. */
  margin?: number;
  /** Default false. */
  swap?: boolean;
}

/**
 * max(0, margin + distance(anchor, positive) - distance(anchor, negative)). Source:
 * torch.nn.functional.triplet_margin_loss.
 * @param anchor `[features]` or `[batch, …, features]`
 */
export function tripletMarginLoss(
  anchor: tf.Tensor,
  positive: tf.Tensor,
  negative: tf.Tensor,
  options: TripletMarginLossOptions = {},
): tf.Tensor {
  const name = 'tripletMarginLoss';
  const { p, eps, ...others } = settle(name, options, { margin: 1, p: 2, eps: 1e-6, swap: false, reduction: 'mean' });
  const distanceFunction = (a: tf.Tensor, b: tf.Tensor) => pairwiseDistance(a, b, { p, eps });
  return triplet(name, [anchor, positive, negative], { ...others, distanceFunction });
}

/**
 * {@link tripletMarginLoss} with a distance of one's own. Source:
 * torch.nn.functional.triplet_margin_with_distance_loss.
 */
export function tripletMarginWithDistanceLoss(
  anchor: tf.Tensor,
  positive: tf.Tensor,
  negative: tf.Tensor,
  options: TripletMarginWithDistanceLossOptions = {},
): tf.Tensor {
  const name = 'tripletMarginWithDistanceLoss';
  const settled = settle(name, options, {
    distanceFunction: undefined,
    margin: 1,
    swap: false,
    reduction: 'mean',
  });
  const distanceFunction = settled.distanceFunction ?? ((a: tf.Tensor, b: tf.Tensor) => pairwiseDistance(a, b));
  return triplet(name, [anchor, positive, negative], { ...settled, distanceFunction });
}

function triplet(
  name: string,
  tensors: readonly [tf.Tensor, tf.Tensor, tf.Tensor],
  { distanceFunction, margin, swap, reduction }: Required<TripletMarginWithDistanceLossOptions>,
): tf.Tensor {
  above(name, 'margin', margin);
  return tf.tidy(() => {
    const anchor = floats(name, 'anchor', tensors[0]);
    const positive = floats(name, 'positive', tensors[1]);
    const negative = floats(name, 'negative', tensors[2]);
    expectBroadcast(name, ['anchor', anchor], ['positive', positive]);
    expectBroadcast(name, ['anchor', anchor], ['negative', negative]);
    const near = distanceFunction(anchor, positive);
    const far = distanceFunction(anchor, negative);
    const away = swap ? tf.minimum(far, distanceFunction(positive, negative)) : far;
    return reduced(name, atLeast(tf.add(tf.sub(near, away), margin), 0), reduction);
  });
}
