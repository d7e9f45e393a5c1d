import { normalizeBatch } from '../../accelerators/index.js';
import * as tf from '../../tf.js';
import { fused } from '../gradients.js';
import { misuse, settle } from '../options.js';
import { expectShape, floats, perChannel } from '../tensors.js';
import { type Average, averageOfRows, type OnMoments, scaled, standardize } from './standardize.js';

interface RunningOptions {
  /** Means of each channel: what is used, and in training a variable (not trainable) that is moved. */
  runningMean?: tf.Tensor;
  /** Variances of each channel, likewise. */
  runningVar?: tf.Tensor;
  /** A factor for each channel. */
  weight?: tf.Tensor;
  /** A summand for each channel. */
  bias?: tf.Tensor;
  /** The share of the new in the running moments; default 0.1, as in torch (Keras counts the other way). */
  momentum?: number;
  /** Added to the variance; default 1e-5. */
  eps?: number;
}

/** Options of {@link batchNorm}. */
export interface BatchNormOptions extends RunningOptions {
  /** Normalize by the batch's own moments and move the running ones; default false: normalize by the running ones. */
  training?: boolean;
}

/** Options of {@link instanceNorm}. */
export interface InstanceNormOptions extends RunningOptions {
  /** Normalize by each sample's own moments and move the running ones; default true. */
  useInputStats?: boolean;
}

const DEFAULTS = {
  runningMean: undefined,
  runningVar: undefined,
  weight: undefined,
  bias: undefined,
  momentum: 0.1,
  eps: 1e-5,
} as const;

/**
 * Normalizes each channel over batch and places. The running variance is the unbiased one.
 * Source: torch.nn.functional.batch_norm; Ioffe and Szegedy, 2015.
 *
 * @param input `[batch, channels]` or `[batch, channels, …]`
 * @throws MisconfigurationError in training when a channel has one value only, or a running moment is no variable
 */
export function batchNorm(input: tf.Tensor, options: BatchNormOptions = {}): tf.Tensor {
  const { training, ...settled } = settle('batchNorm', options, { ...DEFAULTS, training: false });
  return normalizeChannels('batchNorm', input, {
    ...settled,
    byOwnMoments: training,
    isOfWholeBatch: true,
    groups: (_batch, channels) => channels,
    average: (x) => tf.mean(averageOfRows(x), 0, true),
    perChannel: (moment) => tf.reshape(moment, [-1]),
  });
}

/**
 * Normalizes each channel of each sample. Source: torch.nn.functional.instance_norm; Ulyanov et al., 2016.
 * @param input `[batch, channels, …]`
 */
export function instanceNorm(input: tf.Tensor, options: InstanceNormOptions = {}): tf.Tensor {
  const { useInputStats, ...settled } = settle('instanceNorm', options, { ...DEFAULTS, useInputStats: true });
  return normalizeChannels('instanceNorm', input, {
    ...settled,
    byOwnMoments: useInputStats,
    isOfWholeBatch: false,
    groups: (batch, channels) => batch * channels,
    average: averageOfRows,
    perChannel: (moment) => tf.reshape(tf.mean(moment, 0), [-1]),
  });
}

interface ChannelNorm extends Omit<Required<RunningOptions>, 'runningMean' | 'runningVar' | 'weight' | 'bias'> {
  readonly runningMean: tf.Tensor | undefined;
  readonly runningVar: tf.Tensor | undefined;
  readonly weight: tf.Tensor | undefined;
  readonly bias: tf.Tensor | undefined;
  readonly byOwnMoments: boolean;
  /** The samples of a batch are normalized together. */
  readonly isOfWholeBatch: boolean;
  /** How many means there are. */
  readonly groups: (batch: number, channels: number) => number;
  /** Of `[batch, channels, places]`. */
  readonly average: Average;
  /** Moments, as `average` gives them, as one number for each channel. */
  readonly perChannel: Average;
}

function normalizeChannels(name: string, input: tf.Tensor, norm: ChannelNorm): tf.Tensor {
  const { average, eps, weight, bias, momentum } = norm;
  return tf.tidy(() => {
    const x = floats(name, 'input', input);
    const [batch = 1, channels = 1] = x.shape;
    if (x.rank < 2) throw misuse(name, `\`input\` has shape [${x.shape}].`, { allowed: '[batch, channels, …]' });
    const places = tf.reshape(x, [batch, channels, -1]);
    let y: tf.Tensor;
    if (norm.byOwnMoments) {
      const samples = x.size / norm.groups(batch, channels);
      if (samples <= 1) {
        throw misuse(name, `\`input\` of shape [${x.shape}] has one value only to take the variance of.`, {
          fix: 'Use a larger batch, or leave out the last batch of an epoch (dropLast).',
        });
      }
      const means = runningMoment(name, 'runningMean', norm.runningMean, channels);
      const variances = runningMoment(name, 'runningVar', norm.runningVar, channels);
      const move: OnMoments = (mean, variance) => {
        moveRunning(means, norm.perChannel(mean), momentum);
        moveRunning(variances, tf.mul(norm.perChannel(variance), samples / (samples - 1)), momentum);
      };
      const learned = norm.isOfWholeBatch && normalizeBatch({ x: places, ...affineOf(name, norm, channels) }, eps);
      if (learned) {
        move(learned.mean, learned.variance);
        return tf.reshape(learned.value, x.shape);
      }
      y = standardize(places, average, eps, move);
    } else {
      y = byRunningMoments(name, places, norm);
    }
    return tf.reshape(scaled(name, y, { weight, bias }, { shape: [channels], axis: 1 }), x.shape);
  });
}

/** Weight and bias of each channel, ones and zeros where they were left out. */
function affineOf(
  name: string,
  { weight, bias }: ChannelNorm,
  channels: number,
): { weight: tf.Tensor; bias: tf.Tensor } {
  const [factor, summand] = [weight ?? tf.ones([channels]), bias ?? tf.zeros([channels])].map((given, i) => {
    const option = i === 0 ? 'weight' : 'bias';
    const values = floats(name, option, given);
    expectShape(name, option, values, [channels]);
    return values;
  }) as [tf.Tensor, tf.Tensor];
  return { weight: factor, bias: summand };
}

function runningMoment(
  name: string,
  option: string,
  running: tf.Tensor | undefined,
  channels: number,
): tf.Variable | undefined {
  if (!running) return undefined;
  expectShape(name, option, running, [channels]);
  if (running instanceof tf.Variable) return running;
  throw misuse(name, `\`${option}\` cannot be moved: it is no variable.`, {
    fix: 'Make it with tf.variable(tf.zeros([channels]), false).',
  });
}

function moveRunning(running: tf.Variable | undefined, value: tf.Tensor, momentum: number): void {
  running?.assign(tf.add(tf.mul(running, 1 - momentum), tf.mul(value, momentum)));
}

/** Running moments are what was measured, not what is learned: no gradient goes to them. */
function byRunningMoments(name: string, x: tf.Tensor, { runningMean, runningVar, eps }: ChannelNorm): tf.Tensor {
  if (!runningMean || !runningVar) {
    throw misuse(name, '`runningMean` and `runningVar` are missing.', {
      fix: 'Pass both, or normalize by the moments of the input.',
    });
  }
  const channels = x.shape[1] ?? 1;
  const [mean, variance] = [floats(name, 'runningMean', runningMean), floats(name, 'runningVar', runningVar)];
  expectShape(name, 'runningMean', mean, [channels]);
  expectShape(name, 'runningVar', variance, [channels]);
  return fused([x], () => {
    const scale = perChannel(tf.rsqrt(tf.add(variance, eps)), 3);
    return {
      value: tf.mul(tf.sub(x, perChannel(mean, 3)), scale),
      saved: [scale],
      gradient: (dy, factor) => tf.mul(dy, factor),
    };
  });
}
