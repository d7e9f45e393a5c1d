import { tf } from 'lightning-tfjs';

/** The weights of one layer, as fields of the module hold them; a batch normalization also has its momentum. */
export type Layer = Record<string, tf.Variable> | BatchNorm;

interface BatchNorm {
  readonly weight: tf.Variable;
  readonly bias: tf.Variable;
  readonly running_mean: tf.Variable;
  readonly running_var: tf.Variable;
  /** The share of the new in the running statistics; a callback may change it. */
  momentum: number;
}

/** A network: its layers by name, in the order in which the module lists them. */
export interface Network {
  readonly layers: Readonly<Record<string, Layer>>;
  forward(x: tf.Tensor, training: boolean): tf.Tensor;
}

/** Networks by the name of `model`. */
export const NETWORKS: Readonly<Record<string, () => Network>> = {
  linear: () => chain({ layer: linear(1) }),
  linear_bias: () => chain({ layer: linear(1, 0) }),
  backbone_head: () => chain({ backbone: linear(1), head: linear(1) }),
  gan: () => chain({ gen: linear(1), disc: linear(0.5) }),
  bn_linear: () => {
    const layers = { bn: batchNorm(), layer: linear(1) };
    return { layers, forward: (x, training) => applyLinear(layers.layer, applyBatchNorm(layers.bn, x, training)) };
  },
};

/** `x · weightᵀ + bias`. */
export function applyLinear({ weight, bias }: Layer, x: tf.Tensor): tf.Tensor {
  const product = tf.matMul(x, weight as tf.Tensor, false, true);
  return bias ? tf.add(product, bias) : product;
}

function chain(layers: Readonly<Record<string, Layer>>): Network {
  return { layers, forward: (x) => Object.values(layers).reduce((value, layer) => applyLinear(layer, value), x) };
}

function linear(weight: number, bias?: number): Layer {
  return {
    weight: tf.variable(tf.tensor2d([[weight]])),
    ...(bias !== undefined && { bias: tf.variable(tf.tensor1d([bias])) }),
  };
}

function batchNorm(): BatchNorm {
  return {
    weight: tf.variable(tf.ones([1])),
    bias: tf.variable(tf.zeros([1])),
    running_mean: tf.variable(tf.zeros([1]), false),
    running_var: tf.variable(tf.ones([1]), false),
    momentum: 0.1,
  };
}

const EPSILON = 1e-5;

/** Batch normalization over the first dimension; in training it moves the running statistics, as torch's BatchNorm1d. */
function applyBatchNorm(layer: BatchNorm, x: tf.Tensor, training: boolean): tf.Tensor {
  const { weight, bias, running_mean, running_var, momentum } = layer;
  let [mean, variance]: [tf.Tensor, tf.Tensor] = [running_mean, running_var];
  if (training) {
    mean = tf.mean(x, 0);
    variance = tf.mean(tf.square(tf.sub(x, mean)), 0);
    const samples = x.shape[0] ?? 1;
    move(running_mean, mean, momentum);
    move(running_var, tf.mul(variance, samples / Math.max(1, samples - 1)), momentum);
  }
  const normalized = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, EPSILON)));
  return tf.add(tf.mul(normalized, weight), bias);
}

function move(running: tf.Variable, value: tf.Tensor, momentum: number): void {
  running.assign(tf.tidy(() => tf.add(tf.mul(running, 1 - momentum), tf.mul(value, momentum))));
}
