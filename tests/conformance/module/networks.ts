import { functional, tf } from 'lightning-tfjs';

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

/** Batch normalization over the first dimension; in training it moves the running statistics, as torch's BatchNorm1d. */
function applyBatchNorm(layer: BatchNorm, x: tf.Tensor, training: boolean): tf.Tensor {
  const { weight, bias, running_mean, running_var, momentum } = layer;
  return functional.batchNorm(x, {
    runningMean: running_mean,
    runningVar: running_var,
    weight,
    bias,
    training,
    momentum,
  });
}
