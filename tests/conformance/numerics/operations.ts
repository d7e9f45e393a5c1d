import * as lightning from 'lightning-tfjs';
import { tf } from 'lightning-tfjs';
import { toCamel, toOptions } from '../names.js';
import { NotBuilt } from '../notBuilt.js';
import type { JsonObject } from '../scenario.js';

export type Inputs = Readonly<Record<string, tf.Tensor>>;
type Operation = (inputs: Inputs, args: JsonObject) => tf.Tensor;
type Functional = (...args: readonly unknown[]) => tf.Tensor;

/**
 * A torch operation by name: what tfjs itself has, else the function of that name in the library's `functional`.
 * @throws NotBuilt when neither has it
 */
export function operation(name: string): Operation {
  const own = OPERATIONS[name];
  if (own) return own;
  const functional: unknown = Reflect.get(lightning, 'functional');
  const found: unknown =
    typeof functional === 'object' && functional ? Reflect.get(functional, toCamel(name)) : undefined;
  if (typeof found !== 'function') throw new NotBuilt(`functional.${toCamel(name)}`);
  return (inputs, args) => (found as Functional)(...Object.values(inputs), toOptions(args)); // the inputs stand in torch's order
}

const unary =
  (compute: (x: tf.Tensor) => tf.Tensor): Operation =>
  ({ x }) =>
    compute(x as tf.Tensor);

const binary =
  (compute: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): Operation =>
  ({ a, b }) =>
    compute(a as tf.Tensor, b as tf.Tensor);

const along =
  (compute: (x: tf.Tensor, axis: number | number[] | undefined, args: JsonObject) => tf.Tensor): Operation =>
  ({ x }, args) =>
    compute(x as tf.Tensor, args.dim as number | number[] | undefined, args);

const reduced = (values: tf.Tensor, { reduction = 'mean' }: JsonObject): tf.Tensor =>
  reduction === 'none' ? values : reduction === 'sum' ? tf.sum(values) : tf.mean(values);

/** torch keeps channels second, tfjs last. */
const toLast = (x: tf.Tensor) => tf.transpose(x as tf.Tensor4D, [0, 2, 3, 1]) as tf.Tensor4D;
const toSecond = (x: tf.Tensor) => tf.transpose(x as tf.Tensor4D, [0, 3, 1, 2]);
const number = (value: unknown, usual: number) => (typeof value === 'number' ? value : usual);

/** Operations that tfjs has, under torch's names and arguments. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  ...Object.fromEntries(
    (
      [
        'relu',
        'sigmoid',
        'tanh',
        'abs',
        'exp',
        'log',
        'sqrt',
        'square',
        'log1p',
        'expm1',
        'selu',
        'elu',
        'neg',
      ] as const
    )
      .filter((name) => typeof tf[name] === 'function')
      .map((name) => [name, unary((x) => tf[name](x))]),
  ),
  logsigmoid: unary((x) => tf.logSigmoid(x)),
  leaky_relu: ({ x }, { negative_slope }) => tf.leakyRelu(x as tf.Tensor, number(negative_slope, 0.01)),
  add: binary(tf.add),
  sub: binary(tf.sub),
  mul: binary(tf.mul),
  div: binary(tf.div),
  maximum: binary(tf.maximum),
  minimum: binary(tf.minimum),
  matmul: binary((a, b) => (b.rank === 1 ? tf.squeeze(tf.matMul(a, tf.expandDims(b, -1)), [-1]) : tf.matMul(a, b))),
  pow: ({ x }, { exponent }) => tf.pow(x as tf.Tensor, number(exponent, 1)),
  clamp: ({ x }, { min, max }) =>
    tf.clipByValue(x as tf.Tensor, number(min, Number.NEGATIVE_INFINITY), number(max, Number.POSITIVE_INFINITY)),
  softmax: along((x, axis) => tf.softmax(x, number(axis, -1))),
  log_softmax: along((x, axis) => tf.logSoftmax(x, number(axis, -1))),
  sum: along((x, axis) => tf.sum(x, axis)),
  mean: along((x, axis) => tf.mean(x, axis)),
  max: along((x, axis) => tf.max(x, axis)),
  min: along((x, axis) => tf.min(x, axis)),
  prod: along((x, axis) => tf.prod(x, axis as number)),
  logsumexp: along((x, axis) => tf.logSumExp(x, axis)),
  cumsum: along((x, axis) => tf.cumsum(x, axis as number)),
  norm: along((x, axis, { p }) => tf.norm(x, number(p, 2), axis as number)),
  var: along((x, axis, { correction }) => {
    const { variance } = tf.moments(x, axis as number);
    const samples = x.size / variance.size;
    return tf.mul(variance, samples / (samples - number(correction, 1)));
  }),
  topk_sum: along((x, axis, { k }) => {
    const rank = x.rank;
    const order = [...Array(rank).keys()].filter((index) => index !== axis).concat(number(axis, rank - 1));
    return tf.sum(tf.topk(tf.transpose(x, order), number(k, 1)).values, -1);
  }),
  index_select: ({ x, index }, { dim }) => tf.gather(x as tf.Tensor, index as tf.Tensor1D, number(dim, 0)),
  embedding: ({ weight, index }) => tf.gather(weight as tf.Tensor, index as tf.Tensor),
  mse_loss: ({ input, target }, args) => reduced(tf.square(tf.sub(input as tf.Tensor, target as tf.Tensor)), args),
  l1_loss: ({ input, target }, args) => reduced(tf.abs(tf.sub(input as tf.Tensor, target as tf.Tensor)), args),
  conv2d: ({ x, weight, bias }, { stride, padding, dilation }) => {
    const filter = tf.transpose(weight as tf.Tensor4D, [2, 3, 1, 0]);
    const [strides, dilations] = [number(stride, 1), number(dilation, 1)];
    const output = tf.conv2d(
      toLast(padded(x as tf.Tensor, number(padding, 0))),
      filter,
      strides,
      'valid',
      'NHWC',
      dilations,
    );
    return toSecond(bias ? tf.add(output, bias) : output);
  },
  max_pool2d: ({ x }, args) => pool(tf.maxPool, x as tf.Tensor, args),
  avg_pool2d: ({ x }, args) => pool(tf.avgPool, x as tf.Tensor, args),
};

/** Zeros around the image, which count for convolution and for torch's average alike. */
function padded(x: tf.Tensor, by: number): tf.Tensor {
  if (by === 0) return x;
  const side: [number, number] = [by, by];
  return tf.pad(x, [[0, 0], [0, 0], side, side]);
}

function pool(compute: typeof tf.maxPool, x: tf.Tensor, { kernel_size, stride, padding }: JsonObject): tf.Tensor {
  const size = number(kernel_size, 2);
  return toSecond(compute(toLast(padded(x, number(padding, 0))), size, number(stride, size), 'valid'));
}
