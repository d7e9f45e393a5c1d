import { tf } from 'lightning-tfjs';
import { first, numberAt, operand, type TensorOperation } from './types.js';

const unary =
  (compute: (x: tf.Tensor) => tf.Tensor): TensorOperation =>
  (tensors) =>
    compute(first(tensors));

/** @param names of the argument that may stand for the second tensor */
const binary =
  (compute: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, ...names: readonly string[]): TensorOperation =>
  (tensors, args) =>
    compute(first(tensors), operand(tensors, args, ...names));

const truncated = (x: tf.Tensor) => tf.mul(tf.sign(x), tf.floor(tf.abs(x)));
const scaled = (factor: number) => unary((x) => tf.mul(x, factor));
const alpha = (b: tf.Tensor, factor: number) => (factor === 1 ? b : tf.mul(b, factor));

/** torch's elementwise operations under its names and arguments. */
export const ELEMENTWISE: Readonly<Record<string, TensorOperation>> = {
  abs: unary(tf.abs),
  acos: unary(tf.acos),
  acosh: unary(tf.acosh),
  asin: unary(tf.asin),
  asinh: unary(tf.asinh),
  atan: unary(tf.atan),
  atanh: unary(tf.atanh),
  ceil: unary(tf.ceil),
  clone: unary(tf.clone),
  cos: unary(tf.cos),
  cosh: unary(tf.cosh),
  deg2rad: scaled(Math.PI / 180),
  erf: unary(tf.erf),
  erfc: unary((x) => tf.sub(1, tf.erf(x))),
  exp: unary(tf.exp),
  exp2: unary((x) => tf.exp(tf.mul(x, Math.LN2))),
  expm1: unary(tf.expm1),
  floor: unary(tf.floor),
  frac: unary((x) => tf.sub(x, truncated(x))),
  log: unary(tf.log),
  log10: unary((x) => tf.div(tf.log(x), Math.LN10)),
  log1p: unary(tf.log1p),
  log2: unary((x) => tf.div(tf.log(x), Math.LN2)),
  logit: unary((x) => tf.log(tf.div(x, tf.sub(1, x)))),
  neg: unary(tf.neg),
  positive: unary(tf.clone),
  rad2deg: scaled(180 / Math.PI),
  reciprocal: unary(tf.reciprocal),
  round: unary(tf.round),
  rsqrt: unary(tf.rsqrt),
  sgn: unary(tf.sign),
  sign: unary(tf.sign),
  sin: unary(tf.sin),
  sinc: unary((x) => {
    const angle = tf.mul(tf.where(tf.equal(x, 0), tf.onesLike(x), x), Math.PI);
    return tf.where(tf.equal(x, 0), tf.onesLike(x), tf.div(tf.sin(angle), angle));
  }),
  sinh: unary(tf.sinh),
  sqrt: unary(tf.sqrt),
  square: unary(tf.square),
  tan: unary(tf.tan),
  trunc: unary(truncated),
  isfinite: unary(tf.isFinite),
  isinf: unary(tf.isInf),
  isnan: unary(tf.isNaN),
  logical_not: unary((x) => tf.logicalNot(tf.cast(x, 'bool'))),
  clamp,
  clip: clamp,
  clamp_min: binary((x, min) => tf.where(tf.greaterEqual(x, min), x, min), 'min'),
  clamp_max: binary((x, max) => tf.where(tf.lessEqual(x, max), x, max), 'max'),
  nan_to_num: (tensors, args) => {
    const x = first(tensors);
    const number = tf.where(tf.isNaN(x), tf.fill(x.shape, numberAt(args, ['nan'], 0)), x);
    return tf.clipByValue(number, numberAt(args, ['neginf'], -FLOAT_MAX), numberAt(args, ['posinf'], FLOAT_MAX));
  },

  add: (tensors, args) => tf.add(first(tensors), alpha(operand(tensors, args), numberAt(args, ['alpha'], 1))),
  sub: (tensors, args) => tf.sub(first(tensors), alpha(operand(tensors, args), numberAt(args, ['alpha'], 1))),
  mul: binary(tf.mul),
  div: (tensors, args) => {
    const quotient = tf.div(first(tensors), operand(tensors, args));
    if (args.rounding_mode === 'floor') return tf.floor(quotient);
    return args.rounding_mode === 'trunc' ? truncated(quotient) : quotient;
  },
  floor_divide: binary((a, b) => tf.floor(tf.div(a, b))),
  remainder: binary((a, b) => tf.sub(a, tf.mul(b, tf.floor(tf.div(a, b))))),
  fmod: binary((a, b) => tf.sub(a, tf.mul(b, truncated(tf.div(a, b))))),
  pow: binary(tf.pow, 'exponent'),
  maximum: binary(tf.maximum),
  minimum: binary(tf.minimum),
  fmax: binary(tf.maximum),
  fmin: binary(tf.minimum),
  atan2: binary(tf.atan2),
  hypot: binary((a, b) => tf.sqrt(tf.add(tf.square(a), tf.square(b)))),
  logaddexp: binary((a, b) => tf.add(tf.maximum(a, b), tf.log1p(tf.exp(tf.neg(tf.abs(tf.sub(a, b))))))),
  xlogy: binary((a, b) => tf.where(tf.equal(a, 0), tf.zerosLike(a), tf.mul(a, tf.log(b)))),
  eq: binary(tf.equal),
  ne: binary(tf.notEqual),
  lt: binary(tf.less),
  le: binary(tf.lessEqual),
  gt: binary(tf.greater),
  ge: binary(tf.greaterEqual),
  logical_and: binary((a, b) => tf.logicalAnd(tf.cast(a, 'bool'), tf.cast(b, 'bool'))),
  logical_or: binary((a, b) => tf.logicalOr(tf.cast(a, 'bool'), tf.cast(b, 'bool'))),
  logical_xor: binary((a, b) => tf.logicalXor(tf.cast(a, 'bool'), tf.cast(b, 'bool'))),

  where: ([condition, a, b], args) =>
    tf.where(
      tf.cast(condition as tf.Tensor, 'bool'),
      a ?? tf.scalar(numberAt(args, ['input', 'self'], 0)),
      b ?? tf.scalar(numberAt(args, ['other'], 0)),
    ),
  masked_fill: ([x, mask], args) => {
    const input = x as tf.Tensor;
    return tf.where(tf.cast(mask as tf.Tensor, 'bool'), tf.scalar(numberAt(args, ['value'], 0)), input);
  },
  lerp: ([start, end, weight], args) =>
    tf.add(
      start as tf.Tensor,
      tf.mul(weight ?? numberAt(args, ['weight'], 0), tf.sub(end as tf.Tensor, start as tf.Tensor)),
    ),
  addcmul: ([x, a, b], args) =>
    tf.add(x as tf.Tensor, tf.mul(tf.mul(a as tf.Tensor, b as tf.Tensor), numberAt(args, ['value'], 1))),
  addcdiv: ([x, a, b], args) =>
    tf.add(x as tf.Tensor, tf.mul(tf.div(a as tf.Tensor, b as tf.Tensor), numberAt(args, ['value'], 1))),
};

const FLOAT_MAX = 3.4028234663852886e38;

function clamp(
  tensors: Parameters<TensorOperation>[0],
  args: Parameters<TensorOperation>[1],
  inputs: Parameters<TensorOperation>[2],
): tf.Tensor {
  const least = numberAt(args, ['min'], Number.NEGATIVE_INFINITY);
  const most = numberAt(args, ['max'], Number.POSITIVE_INFINITY);
  let x = tf.clipByValue(first(tensors), least, most);
  if (inputs.min) x = tf.where(tf.greaterEqual(x, inputs.min), x, inputs.min);
  if (inputs.max) x = tf.where(tf.lessEqual(x, inputs.max), x, inputs.max);
  return x;
}
