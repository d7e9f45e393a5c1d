import { functional, tf } from 'lightning-tfjs';
import { toCamel } from '../names.js';
import { NotBuilt } from '../notBuilt.js';
import type { JsonObject } from '../scenario.js';
import { operation } from './operations.js';
import { gru, lstm, rnn } from './recurrent.js';

/** A layer of a torch network. */
export interface LayerSpec {
  readonly type: string;
  readonly name?: string;
  readonly [argument: string]: unknown;
}

/** A layer's weights by torch's short names. */
export type Weights = Readonly<Record<string, tf.Variable>>;

/** What a layer computes: from its input and its own weights. */
type Layer = (x: tf.Tensor, weights: Weights, spec: LayerSpec, training: boolean) => tf.Tensor;

/** A layer by torch's class name. @throws NotBuilt when the runner cannot build it from what the library has */
export function layerNamed(type: string): Layer {
  const layer = LAYERS[type] ?? ofOperation(OPERATIONS[type] ?? snake(type));
  if (!layer) throw new NotBuilt(`layer ${type}`);
  return layer;
}

/** Arguments that describe a layer's weights, or its name: what it computes does not need them. */
const DESCRIPTIONS = new Set([
  ...['type', 'name', 'bias', 'inplace', 'init', 'padding_mode', 'return_indices'],
  ...['in_features', 'out_features', 'in1_features', 'in2_features', 'in_channels', 'out_channels'],
  ...['num_features', 'num_channels', 'num_parameters', 'num_embeddings', 'embedding_dim'],
  ...['affine', 'elementwise_affine', 'track_running_stats'],
]);

const argumentsOf = (spec: LayerSpec) =>
  Object.fromEntries(Object.entries(spec).filter(([name]) => !DESCRIPTIONS.has(name))) as JsonObject;

/** A layer that is one operation, with its weights among the inputs. */
function ofOperation(name: string): Layer | undefined {
  try {
    operation(name);
  } catch {
    return undefined;
  }
  return (x, weights, spec) => operation(name)({ x, ...weights }, argumentsOf(spec));
}

/** Classes whose operation is not their name in small letters. */
const OPERATIONS: Readonly<Record<string, string>> = {
  ReLU: 'relu',
  ReLU6: 'relu6',
  PReLU: 'prelu',
  RReLU: 'rrelu',
  ELU: 'elu',
  CELU: 'celu',
  SELU: 'selu',
  GELU: 'gelu',
  SiLU: 'silu',
  GLU: 'glu',
  LeakyReLU: 'leaky_relu',
  LogSigmoid: 'logsigmoid',
  LogSoftmax: 'log_softmax',
  RMSNorm: 'rms_norm',
  AdaptiveAvgPool1d: 'adaptive_avg_pool1d',
  AdaptiveAvgPool2d: 'adaptive_avg_pool2d',
  AdaptiveMaxPool1d: 'adaptive_max_pool1d',
  AdaptiveMaxPool2d: 'adaptive_max_pool2d',
  MaxPool1d: 'max_pool1d',
  MaxPool2d: 'max_pool2d',
  AvgPool1d: 'avg_pool1d',
  AvgPool2d: 'avg_pool2d',
  PixelShuffle: 'pixel_shuffle',
  PixelUnshuffle: 'pixel_unshuffle',
  ChannelShuffle: 'channel_shuffle',
  LocalResponseNorm: 'local_response_norm',
  Upsample: 'interpolate',
  CosineSimilarity: 'cosine_similarity',
};

/** `Tanhshrink` is `tanhshrink`, `LayerNorm` is `layer_norm`. */
function snake(type: string): string {
  return type.replace(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
}

const LAYERS: Readonly<Record<string, Layer>> = {
  Identity: (x) => x,
  Flatten: (x, _weights, spec) => operation('flatten')({ x }, { start_dim: 1, end_dim: -1, ...argumentsOf(spec) }),
  Unflatten: (x, _weights, { dim, unflattened_size }) =>
    tf.reshape(x, x.shape.toSpliced(dim as number, 1, ...(unflattened_size as number[]))),
  Conv1d: convolution('conv1d'),
  Conv2d: convolution('conv2d'),
  ConvTranspose1d: convolution('conv_transpose1d'),
  ConvTranspose2d: convolution('conv_transpose2d'),
  Embedding: (index, { weight }, { padding_idx = null }) =>
    operation('embedding')({ index, weight: weight as tf.Tensor }, { padding_idx } as JsonObject),
  BatchNorm1d: batchNorm,
  BatchNorm2d: batchNorm,
  InstanceNorm1d: instanceNorm,
  InstanceNorm2d: instanceNorm,
  Dropout: dropout,
  Dropout1d: dropout,
  Dropout2d: dropout,
  AlphaDropout: dropout,
  LSTM: lstm,
  GRU: gru,
  RNN: rnn,
};

function convolution(name: string): Layer {
  return (x, weights, { kernel_size: _size, ...spec }) =>
    operation(name)({ x, ...weights }, argumentsOf(spec as LayerSpec));
}

function batchNorm(
  x: tf.Tensor,
  { weight, bias, running_mean: runningMean, running_var: runningVar }: Weights,
  { momentum = 0.1, eps = 1e-5 }: LayerSpec,
  training: boolean,
): tf.Tensor {
  const options = { runningMean, runningVar, weight, bias, momentum: momentum as number, eps: eps as number };
  return functional.batchNorm(x, { ...options, training: training || !runningMean });
}

function instanceNorm(
  x: tf.Tensor,
  { weight, bias, running_mean: runningMean, running_var: runningVar }: Weights,
  { momentum = 0.1, eps = 1e-5 }: LayerSpec,
  training: boolean,
): tf.Tensor {
  const options = { runningMean, runningVar, weight, bias, momentum: momentum as number, eps: eps as number };
  return functional.instanceNorm(x, { ...options, useInputStats: training || !runningMean });
}

/** Random numbers are not torch's: only what does nothing can be compared. */
function dropout(x: tf.Tensor, _weights: Weights, { type, p = 0.5 }: LayerSpec, training: boolean): tf.Tensor {
  if (p !== 0 && training) throw new NotBuilt(`a way to compare random ${type}`);
  const compute: unknown = Reflect.get(functional, toCamel(snake(type)));
  return (compute as typeof functional.dropout)(x, { p: p as number, training });
}
