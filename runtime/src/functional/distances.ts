import * as tf from '../tf.js';
import { atLeast, liftedTo } from './gradients.js';
import { settle, within } from './options.js';
import { axisOf, expectBroadcast, expectRank, floats } from './tensors.js';
import { vectorNorm } from './vectorNorm.js';

/** Options of {@link normalize}. */
export interface NormalizeOptions {
  /** The norm; default 2. */
  p?: number;
  /** Default 1. */
  dim?: number;
  /** The least to divide by; default 1e-12. */
  eps?: number;
}

/** x divided by its p-norm along an axis. Source: torch.nn.functional.normalize. */
export function normalize(input: tf.Tensor, options: NormalizeOptions = {}): tf.Tensor {
  const { p, dim, eps } = settle('normalize', options, { p: 2, dim: 1, eps: 1e-12 });
  return tf.tidy(() => {
    const x = floats('normalize', 'input', input);
    return tf.div(x, atLeast(vectorNorm(x, p, axisOf('normalize', dim, x.rank)), eps));
  });
}

/** Options of {@link cosineSimilarity}. */
export interface CosineSimilarityOptions {
  /** Default 1. */
  dim?: number;
  /** The least length to divide by; default 1e-8. */
  eps?: number;
}

/** The cosine of the angle between vectors along an axis. Source: torch.nn.functional.cosine_similarity. */
export function cosineSimilarity(x1: tf.Tensor, x2: tf.Tensor, options: CosineSimilarityOptions = {}): tf.Tensor {
  const { dim, eps } = settle('cosineSimilarity', options, { dim: 1, eps: 1e-8 });
  return tf.tidy(() => {
    const [a, b] = [floats('cosineSimilarity', 'x1', x1), floats('cosineSimilarity', 'x2', x2)];
    expectBroadcast('cosineSimilarity', ['x1', a], ['x2', b]);
    const rank = Math.max(a.rank, b.rank);
    const axis = axisOf('cosineSimilarity', dim, rank);
    const length = Math.max(lengthAlong(a, axis, rank), lengthAlong(b, axis, rank));
    const direction = (x: tf.Tensor) => {
      let full = tf.reshape(x, [...Array<number>(rank - x.rank).fill(1), ...x.shape]);
      // A vector of one repeated number is as long as if it were written out.
      if (full.shape[axis] !== length) full = tf.concat(Array<tf.Tensor>(length).fill(full), axis);
      return tf.div(full, liftedTo(vectorNorm(full, 2, axis), eps));
    };
    return tf.sum(tf.mul(direction(a), direction(b)), axis);
  });
}

const lengthAlong = (x: tf.Tensor, axis: number, rank: number): number => x.shape[axis - (rank - x.rank)] ?? 1;

/** Options of {@link pairwiseDistance}. */
export interface PairwiseDistanceOptions {
  /** The norm; default 2. */
  p?: number;
  /** Added to each difference, which keeps gradients finite; default 1e-6. */
  eps?: number;
  /** Keep the last axis, with size 1; default false. */
  keepdim?: boolean;
}

/** The p-norm of x1 - x2 + eps along the last axis. Source: torch.nn.functional.pairwise_distance. */
export function pairwiseDistance(x1: tf.Tensor, x2: tf.Tensor, options: PairwiseDistanceOptions = {}): tf.Tensor {
  const { p, eps, keepdim } = settle('pairwiseDistance', options, { p: 2, eps: 1e-6, keepdim: false });
  return tf.tidy(() => {
    const [a, b] = [floats('pairwiseDistance', 'x1', x1), floats('pairwiseDistance', 'x2', x2)];
    expectBroadcast('pairwiseDistance', ['x1', a], ['x2', b]);
    const difference = tf.add(tf.sub(a, b), eps);
    const distance = vectorNorm(difference, p, difference.rank - 1);
    return keepdim ? distance : tf.squeeze(distance, [-1]);
  });
}

/** Options of {@link pdist}. */
export interface PdistOptions {
  /** The norm, at least 0; default 2. */
  p?: number;
}

/**
 * The p-norm distances of all pairs of rows: first with second, first with third … Source: torch.nn.functional.pdist.
 * @param input `[rows, features]`
 */
export function pdist(input: tf.Tensor, options: PdistOptions = {}): tf.Tensor {
  const { p } = settle('pdist', options, { p: 2 });
  within('pdist', 'p', p, 0);
  return tf.tidy(() => {
    const x = floats('pdist', 'input', input);
    expectRank('pdist', 'input', x, [2]);
    const rows = [...Array(x.shape[0]).keys()];
    const pairs = rows.flatMap((first) => rows.slice(first + 1).map((second) => [first, second] as const));
    const side = (index: 0 | 1) =>
      tf.gather(
        x,
        tf.tensor1d(
          pairs.map((pair) => pair[index]),
          'int32',
        ),
      );
    return tf.squeeze(vectorNorm(tf.sub(side(0), side(1)), p, 1), [1]);
  });
}
