import * as tf from '../../tf.js';
import { count, misuse, settle, sizes } from '../options.js';
import { filterOf, withoutGaps } from './filter.js';
import { addBias, asImages, channelsLast, channelsSecond, overImages, type Sizes, type Steps } from './geometry.js';

/** Options of {@link convTranspose1d} and {@link convTranspose2d}. */
export interface ConvTransposeOptions {
  /** A summand for each output channel. */
  bias?: tf.Tensor;
  /** Default 1. */
  stride?: Sizes;
  /** How much is cut off at each border; default 0. */
  padding?: Sizes;
  /** How much is added at the end, below stride or dilation; default 0. */
  outputPadding?: Sizes;
  /** Default 1. */
  groups?: number;
  /** Default 1. */
  dilation?: Sizes;
}

/**
 * The transpose (the gradient) of a convolution over sequences. Source: torch.nn.functional.conv_transpose1d.
 * @param input `[batch, channels, length]`, or without the batch
 * @param weight `[channels, outputs / groups, length]`
 */
export function convTranspose1d(input: tf.Tensor, weight: tf.Tensor, options: ConvTransposeOptions = {}): tf.Tensor {
  return convTranspose('convTranspose1d', 1, input, weight, options);
}

/**
 * The transpose (the gradient) of a convolution over images. Source: torch.nn.functional.conv_transpose2d.
 * @param input `[batch, channels, height, width]`, or without the batch
 * @param weight `[channels, outputs / groups, height, width]`
 */
export function convTranspose2d(input: tf.Tensor, weight: tf.Tensor, options: ConvTransposeOptions = {}): tf.Tensor {
  return convTranspose('convTranspose2d', 2, input, weight, options);
}

const DEFAULTS = {
  bias: undefined,
  stride: undefined,
  padding: undefined,
  outputPadding: undefined,
  groups: 1,
  dilation: undefined,
} as const;

interface Borders {
  readonly cut: readonly number[];
  readonly added: readonly number[];
}

function convTranspose(
  name: string,
  axes: 1 | 2,
  input: tf.Tensor,
  weight: tf.Tensor,
  options: ConvTransposeOptions,
): tf.Tensor {
  const { bias, groups, ...given } = settle(name, options, DEFAULTS);
  count(name, 'groups', groups);
  const stride = sizes(name, 'stride', given.stride ?? 1, axes);
  const dilation = sizes(name, 'dilation', given.dilation ?? 1, axes);
  const cut = sizes(name, 'padding', given.padding ?? 0, axes, 0);
  const added = sizes(name, 'outputPadding', given.outputPadding ?? 0, axes, 0);
  if (added.some((size, axis) => size >= Math.max(stride[axis] ?? 1, dilation[axis] ?? 1))) {
    throw misuse(name, `\`outputPadding\` is [${added}].`, { allowed: 'less than the stride or the dilation' });
  }
  return tf.tidy(() => {
    const filter = filterOf(name, weight, axes);
    return asImages(name, input, axes, (x) => {
      if (x.shape[1] !== filter.shape[0] || x.shape[1] % groups !== 0) {
        throw misuse(name, `\`input\` has ${x.shape[1]} channels, \`weight\` is for ${filter.shape[0]}.`, {
          allowed: 'weight: [channels, outputs / groups, …], with channels that are a multiple of the groups',
        });
      }
      const steps = { stride: overImages(stride, 1), dilation: overImages(dilation, 1), groups };
      const borders = { cut: overImages(cut, 0), added: overImages(added, 0) };
      return channelsSecond(addBias(name, fit(name, spread(x, filter, steps), borders), bias));
    });
  });
}

/** The whole of what the filter reaches, channels last. */
function spread(x: tf.Tensor4D, filter: tf.Tensor4D, { stride, dilation, groups }: Steps): tf.Tensor4D {
  const images = channelsLast(x);
  const full = withoutGaps(filter, dilation) as tf.Tensor4D;
  if (groups === 1) return spreadGroup(images, full, stride);
  const filters: tf.Tensor4D[] = tf.split(full, groups, 0);
  const parts: tf.Tensor4D[] = tf.split(images, groups, 3);
  return tf.concat(
    parts.map((part, group) => spreadGroup(part, filters[group] as tf.Tensor4D, stride)),
    3,
  );
}

function spreadGroup(x: tf.Tensor4D, filter: tf.Tensor4D, stride: readonly number[]): tf.Tensor4D {
  const turned = tf.transpose(filter, [2, 3, 1, 0]);
  const [batch, height, width] = x.shape;
  const [rows, columns, outputs] = turned.shape;
  const [down, right] = stride as [number, number];
  const reached: [number, number] = [(height - 1) * down + rows, (width - 1) * right + columns];
  return tf.conv2dTranspose<tf.Tensor4D>(x, turned, [batch, ...reached, outputs], [down, right], 'valid');
}

/** Cuts `cut` off at both borders and adds `added` at the end; what was cut there comes back first. */
function fit(name: string, x: tf.Tensor4D, { cut, added }: Borders): tf.Tensor4D {
  const places = x.shape.slice(1, 3);
  const wanted = places.map((size, axis) => size - 2 * (cut[axis] ?? 0) + (added[axis] ?? 0));
  if (wanted.some((size) => size < 1)) {
    throw misuse(name, `\`padding\` is [${cut}], and nothing is left of [${places}].`, { fix: 'Use less padding.' });
  }
  const zeros = places.map((_, axis) => Math.max(0, (added[axis] ?? 0) - (cut[axis] ?? 0)));
  const ends = zeros.map((size): [number, number] => [0, size]) as [[number, number], [number, number]];
  const padded = zeros.every((size) => size === 0) ? x : tf.pad(x, [[0, 0], ...ends, [0, 0]]);
  const [top = 0, left = 0] = cut;
  const [height = 1, width = 1] = wanted;
  if (padded.shape[1] === height && padded.shape[2] === width) return padded;
  return tf.slice(padded, [0, top, left, 0], [-1, height, width, -1]);
}
