import { functional, tf } from 'lightning-tfjs';
import type { JsonObject } from '../../scenario.js';
import { axesFrom, axisFrom, first, numberAt, type TensorOperation } from './types.js';

type Reduce = (x: tf.Tensor, axes: number[], keepDims: boolean) => tf.Tensor;

/** A reduction over `dim`, a number, a list or nothing for all, with `keepdim`. */
const over =
  (reduce: (x: tf.Tensor, axes: number[], keepDims: boolean, args: JsonObject) => tf.Tensor): TensorOperation =>
  (tensors, args) => {
    const x = first(tensors);
    return reduce(x, axesFrom(args.dim, x.rank), args.keepdim === true, args);
  };

/** The largest or smallest value: of one axis the first one, of all of them each gets its share, as torch has it. */
const extreme =
  (all: Reduce, indexOf: (x: tf.Tensor, axis: number) => tf.Tensor): TensorOperation =>
  (tensors, args, inputs) => {
    const x = first(tensors);
    if (tensors.length > 1) return (all === tf.max ? tf.maximum : tf.minimum)(x, tensors[1] as tf.Tensor);
    if (typeof args.dim !== 'number') return over(all)(tensors, args, inputs);
    const last = toLast(x, axisFrom(args.dim, x.rank));
    const places = tf.cast(indexOf(last, last.rank - 1), 'int32');
    const chosen = tf.oneHot(places, last.shape.at(-1) ?? 1, 1, 0, 'bool');
    const value = tf.sum(tf.where(chosen, last, tf.zerosLike(last)), -1);
    return args.keepdim === true ? tf.expandDims(value, axisFrom(args.dim, x.rank)) : value;
  };

const index =
  (compute: (x: tf.Tensor, axis: number) => tf.Tensor): TensorOperation =>
  (tensors, args) => {
    const x = first(tensors);
    if (typeof args.dim !== 'number') return tf.cast(compute(tf.reshape(x, [-1]), 0), 'int32');
    const axis = axisFrom(args.dim, x.rank);
    const found = tf.cast(compute(x, axis), 'int32');
    return args.keepdim === true ? tf.expandDims(found, axis) : found;
  };

const cumulative =
  (compute: (x: tf.Tensor, axis: number) => tf.Tensor): TensorOperation =>
  (tensors, args) =>
    compute(first(tensors), axisFrom(args.dim, first(tensors).rank));

/** torch's reductions under its names and arguments. */
export const REDUCTIONS: Readonly<Record<string, TensorOperation>> = {
  sum: over(tf.sum),
  mean: over(tf.mean),
  nansum: over((x, axes, keep) => tf.sum(tf.where(tf.isNaN(x), tf.zerosLike(x), x), axes, keep)),
  prod: over(tf.prod),
  all: over((x, axes, keep) => tf.all(tf.cast(x, 'bool'), axes, keep)),
  any: over((x, axes, keep) => tf.any(tf.cast(x, 'bool'), axes, keep)),
  count_nonzero: over((x, axes) => tf.sum(tf.cast(tf.notEqual(x, 0), 'int32'), axes)),
  amax: over(tf.max),
  amin: over(tf.min),
  max: extreme(tf.max, tf.argMax),
  min: extreme(tf.min, tf.argMin),
  argmax: index(tf.argMax),
  argmin: index(tf.argMin),
  logsumexp: over(tf.logSumExp),
  var: over(variance),
  std: over((x, axes, keep, args) => tf.sqrt(variance(x, axes, keep, args))),
  norm: over(norm),
  vector_norm: over(norm),
  cumsum: cumulative(tf.cumsum),
  cumprod: cumulative(tf.cumprod),
  logcumsumexp: cumulative((x, axis) => {
    const most = tf.tensor(tf.max(x, axis, true).dataSync(), x.shape.with(axis, 1)); // a constant, which drops out
    return tf.add(tf.log(tf.cumsum(tf.exp(tf.sub(x, most)), axis)), most);
  }),
  sort: (tensors, args) => sorted(first(tensors), args, args.descending === true),
  topk: (tensors, args) => topK(first(tensors), args),
  topk_sum: (tensors, args) => tf.sum(topK(first(tensors), args), axisFrom(args.dim, first(tensors).rank, -1)),
  median: (tensors, args) => {
    const x = first(tensors);
    if (typeof args.dim !== 'number') return median(tf.reshape(x, [-1]), 0, false);
    return median(x, axisFrom(args.dim, x.rank), args.keepdim === true);
  },
};

/** Divides by n - correction; torch's older word for it is `unbiased`. */
function variance(x: tf.Tensor, axes: number[], keepDims: boolean, args: JsonObject): tf.Tensor {
  const { variance: biased } = tf.moments(x, axes, keepDims);
  const samples = x.size / biased.size;
  const correction = args.unbiased === false ? 0 : numberAt(args, ['correction'], 1);
  return tf.mul(biased, samples / (samples - correction));
}

/** The library's own p-norm, as a distance from nothing. */
function norm(x: tf.Tensor, axes: number[], keepDims: boolean, args: JsonObject): tf.Tensor {
  const others = [...Array(x.rank).keys()].filter((axis) => !axes.includes(axis));
  const rows = tf.reshape(tf.transpose(x, [...others, ...axes]), [
    ...others.map((axis) => x.shape[axis] as number),
    -1,
  ]);
  const value = functional.pairwiseDistance(rows, tf.scalar(0), { p: numberAt(args, ['p', 'ord'], 2), eps: 0 });
  return keepDims
    ? tf.reshape(
        value,
        x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size)),
      )
    : value;
}

function toLast(x: tf.Tensor, axis: number): tf.Tensor {
  const others = [...Array(x.rank).keys()].filter((other) => other !== axis);
  return tf.transpose(x, [...others, axis]);
}

function fromLast(x: tf.Tensor, axis: number): tf.Tensor {
  const order = [...Array(x.rank).keys()].slice(0, -1);
  return tf.transpose(x, order.toSpliced(axis, 0, x.rank - 1));
}

function sorted(x: tf.Tensor, args: JsonObject, isDescending: boolean): tf.Tensor {
  const axis = axisFrom(args.dim, x.rank, -1);
  const last = toLast(x, axis);
  const values = tf.topk(last, last.shape.at(-1) ?? 1).values;
  return fromLast(isDescending ? values : tf.reverse(values, -1), axis);
}

function topK(x: tf.Tensor, args: JsonObject): tf.Tensor {
  const axis = axisFrom(args.dim, x.rank, -1);
  const k = numberAt(args, ['k'], 1);
  const last = toLast(x, axis);
  if (args.largest === false) return fromLast(tf.neg(tf.topk(tf.neg(last), k).values), axis);
  return fromLast(tf.topk(last, k).values, axis);
}

function median(x: tf.Tensor, axis: number, keepDims: boolean): tf.Tensor {
  const middle = Math.floor(((x.shape[axis] ?? 1) - 1) / 2);
  const value = tf.gather(sorted(x, { dim: axis }, false), tf.tensor1d([middle], 'int32'), axis);
  return keepDims ? value : tf.squeeze(value, [axis]);
}
