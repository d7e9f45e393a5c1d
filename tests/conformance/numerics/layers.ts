import { tf } from 'lightning-tfjs';
import { NotBuilt } from '../notBuilt.js';
import type { JsonObject } from '../scenario.js';
import { operation } from './operations.js';

/** A layer of a torch network. */
export interface LayerSpec {
  readonly type: string;
  readonly name?: string;
  readonly [argument: string]: unknown;
}

/** What a layer computes: from its input and its own weights, by torch's short names. */
type Layer = (
  x: tf.Tensor,
  weights: Readonly<Record<string, tf.Variable>>,
  spec: LayerSpec,
  training: boolean,
) => tf.Tensor;

/** A layer by torch's class name. @throws NotBuilt when the runner cannot build it from what the library has */
export function layerNamed(type: string): Layer {
  const layer = LAYERS[type];
  if (!layer) throw new NotBuilt(`layer ${type}`);
  return layer;
}

const activation =
  (op: string): Layer =>
  (x, _weights, { type: _type, name: _name, ...args }) =>
    operation(op)({ x }, args as JsonObject);

const LAYERS: Readonly<Record<string, Layer>> = {
  Linear: (x, { weight, bias }) => {
    const product = tf.matMul(x, weight as tf.Tensor, false, true);
    return bias ? tf.add(product, bias) : product;
  },
  Conv2d: (x, { weight, bias }, { groups = 1, stride, padding, dilation }) => {
    if (groups !== 1) throw new NotBuilt('Conv2d with groups');
    const inputs = { x, weight: weight as tf.Tensor, ...(bias && { bias }) };
    return operation('conv2d')(inputs, { stride, padding, dilation } as JsonObject);
  },
  Embedding: (x, { weight }) => tf.gather(weight as tf.Tensor, tf.cast(x, 'int32')),
  Flatten: (x) => tf.reshape(x, [x.shape[0] ?? 1, -1]),
  Dropout: (x, _weights, { p }) => {
    if (p !== 0) throw new NotBuilt('a way to compare random dropout');
    return x;
  },
  ReLU: activation('relu'),
  Tanh: activation('tanh'),
  Sigmoid: activation('sigmoid'),
  ELU: activation('elu'),
  SELU: activation('selu'),
  LeakyReLU: activation('leaky_relu'),
  GELU: activation('gelu'),
  SiLU: activation('silu'),
  Softmax: activation('softmax'),
  LogSoftmax: activation('log_softmax'),
  MaxPool2d: activation('max_pool2d'),
  AvgPool2d: activation('avg_pool2d'),
  BatchNorm1d: batchNorm,
  BatchNorm2d: batchNorm,
  LayerNorm: (x, weights, { normalized_shape, eps = 1e-5 }) =>
    operation('layer_norm')({ x, ...weights }, { normalized_shape, eps } as JsonObject),
  LSTM: lstm,
  GRU: gru,
};

function batchNorm(
  x: tf.Tensor,
  { weight, bias, running_mean, running_var }: Readonly<Record<string, tf.Variable>>,
  { momentum = 0.1, eps = 1e-5 }: LayerSpec,
  training: boolean,
): tf.Tensor {
  const axes = x.rank === 2 ? [0] : [0, 2, 3];
  const perChannel = (tensor: tf.Tensor) => (x.rank === 2 ? tensor : tf.reshape(tensor, [1, -1, 1, 1]));
  let [mean, variance]: tf.Tensor[] = [running_mean as tf.Tensor, running_var as tf.Tensor];
  if (training) {
    ({ mean, variance } = tf.moments(x, axes));
    const samples = x.size / mean.size;
    move(running_mean as tf.Variable, mean, momentum as number);
    move(running_var as tf.Variable, tf.mul(variance, samples / (samples - 1)), momentum as number);
  }
  const scale = perChannel(tf.rsqrt(tf.add(variance as tf.Tensor, eps as number)));
  const normalized = tf.mul(tf.sub(x, perChannel(mean as tf.Tensor)), scale);
  return tf.add(tf.mul(normalized, perChannel(weight as tf.Tensor)), perChannel(bias as tf.Tensor));
}

function move(running: tf.Variable, value: tf.Tensor, momentum: number): void {
  running.assign(tf.tidy(() => tf.add(tf.mul(running, 1 - momentum), tf.mul(value, momentum))));
}

/** The gates of one time step: `weight · input + bias`, split into equal parts. */
function gates(
  input: tf.Tensor,
  weight: tf.Tensor | undefined,
  bias: tf.Tensor | undefined,
  parts: number,
): tf.Tensor[] {
  return tf.split(tf.add(tf.matMul(input, weight as tf.Tensor, false, true), bias as tf.Tensor), parts, 1);
}

function* timeSteps(x: tf.Tensor): Generator<tf.Tensor> {
  for (let time = 0; time < (x.shape[1] ?? 0); time++) {
    yield tf.squeeze(tf.slice(x, [0, time, 0], [-1, 1, -1]), [1]);
  }
}

function lstm(x: tf.Tensor, weights: Readonly<Record<string, tf.Variable>>): tf.Tensor {
  const { weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0 } = weights;
  const units = weight_hh_l0?.shape[1] ?? 0;
  let hidden: tf.Tensor = tf.zeros([x.shape[0] ?? 1, units]);
  let cell: tf.Tensor = tf.zeros([x.shape[0] ?? 1, units]);
  for (const input of timeSteps(x)) {
    const fromInput = gates(input, weight_ih_l0, bias_ih_l0, 4);
    const [i, f, g, o] = gates(hidden, weight_hh_l0, bias_hh_l0, 4).map((gate, index) =>
      tf.add(gate, fromInput[index] as tf.Tensor),
    ) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    cell = tf.add(tf.mul(tf.sigmoid(f), cell), tf.mul(tf.sigmoid(i), tf.tanh(g)));
    hidden = tf.mul(tf.sigmoid(o), tf.tanh(cell));
  }
  return hidden;
}

function gru(x: tf.Tensor, weights: Readonly<Record<string, tf.Variable>>): tf.Tensor {
  const { weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0 } = weights;
  let hidden: tf.Tensor = tf.zeros([x.shape[0] ?? 1, weight_hh_l0?.shape[1] ?? 0]);
  for (const input of timeSteps(x)) {
    const [ri, zi, ni] = gates(input, weight_ih_l0, bias_ih_l0, 3) as [tf.Tensor, tf.Tensor, tf.Tensor];
    const [rh, zh, nh] = gates(hidden, weight_hh_l0, bias_hh_l0, 3) as [tf.Tensor, tf.Tensor, tf.Tensor];
    const reset = tf.sigmoid(tf.add(ri, rh));
    const update = tf.sigmoid(tf.add(zi, zh));
    const candidate = tf.tanh(tf.add(ni, tf.mul(reset, nh))); // torch resets inside the product, with its bias
    hidden = tf.add(tf.mul(tf.sub(1, update), candidate), tf.mul(update, hidden));
  }
  return hidden;
}
