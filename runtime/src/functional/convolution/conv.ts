import * as tf from '../../tf.js';
import { count, misuse, settle, sizes } from '../options.js';
import { filterOf, withoutGaps } from './filter.js';
import {
  addBias,
  asImages,
  channelsLast,
  channelsSecond,
  overImages,
  type Padding,
  paddingSides,
  reach,
  type Sides,
  type Sizes,
  type Steps,
} from './geometry.js';

/** Options of {@link conv1d} and {@link conv2d}. */
export interface ConvOptions {
  /** A summand for each output channel. */
  bias?: tf.Tensor;
  /** Default 1. */
  stride?: Sizes;
  /** Default 0. */
  padding?: Padding;
  /** The distance of the filter's taps; default 1. */
  dilation?: Sizes;
  /** Parts of the channels that know nothing of each other; default 1. */
  groups?: number;
}

/**
 * A convolution over sequences. Source: torch.nn.functional.conv1d.
 * @param input `[batch, channels, length]`, or without the batch
 * @param weight `[outputs, channels / groups, length]`
 */
export function conv1d(input: tf.Tensor, weight: tf.Tensor, options: ConvOptions = {}): tf.Tensor {
  return conv('conv1d', 1, input, weight, options);
}

/**
 * A convolution over images. Source: torch.nn.functional.conv2d.
 * @param input `[batch, channels, height, width]`, or without the batch
 * @param weight `[outputs, channels / groups, height, width]`
 */
export function conv2d(input: tf.Tensor, weight: tf.Tensor, options: ConvOptions = {}): tf.Tensor {
  return conv('conv2d', 2, input, weight, options);
}

const DEFAULTS = { bias: undefined, stride: undefined, padding: undefined, dilation: undefined, groups: 1 } as const;

function conv(name: string, axes: 1 | 2, input: tf.Tensor, weight: tf.Tensor, options: ConvOptions): tf.Tensor {
  const { bias, stride = 1, padding = 0, dilation = 1, groups } = settle(name, options, DEFAULTS);
  count(name, 'groups', groups);
  return tf.tidy(() => {
    const filter = filterOf(name, weight, axes);
    const kernel = filter.shape.slice(4 - axes);
    const steps = { stride: sizes(name, 'stride', stride, axes), dilation: sizes(name, 'dilation', dilation, axes) };
    const sides = paddingSides(name, padding, { ...steps, kernel });
    return asImages(name, input, axes, (x) => {
      expectFit(name, x, filter, groups);
      const images: Steps & { sides: Sides } = {
        stride: overImages(steps.stride, 1),
        dilation: overImages(steps.dilation, 1),
        groups,
        sides: axes === 2 ? sides : [[0, 0], ...sides],
      };
      expectRoom(name, x, filter, images);
      return channelsSecond(addBias(name, convolve(x, filter, images), bias));
    });
  });
}

/** @returns channels last */
function convolve(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  { stride, dilation, groups, sides }: Steps & { readonly sides: Sides },
): tf.Tensor4D {
  const steps = stride as [number, number];
  const [height, width] = sides.map(([before, after]) => [before, after] as [number, number]) as [
    [number, number],
    [number, number],
  ];
  const pad: tf.backend_util.ExplicitPadding = [[0, 0], height, width, [0, 0]];
  const images = channelsLast(x);
  // tfjs refuses gaps together with strides.
  const isNative = stride.every((step) => step === 1);
  const full = isNative ? filter : withoutGaps(filter, dilation);
  const gaps = (isNative ? dilation : [1, 1]) as [number, number];
  const [outputs = 0, inputs = 0] = full.shape;
  const convolved = (part: tf.Tensor4D, own: tf.Tensor): tf.Tensor4D =>
    tf.conv2d(part, tf.transpose(own as tf.Tensor4D, [2, 3, 1, 0]), steps, pad, 'NHWC', gaps);
  if (groups === 1) return convolved(images, full);
  if (inputs === 1) {
    const [rows, columns] = full.shape.slice(2) as [number, number];
    const byGroup = tf.reshape(full, [groups, outputs / groups, rows, columns]);
    return tf.depthwiseConv2d(images, tf.transpose(byGroup, [2, 3, 0, 1]) as tf.Tensor4D, steps, pad, 'NHWC', gaps);
  }
  const parts: tf.Tensor4D[] = tf.split(images, groups, 3);
  const filters: tf.Tensor[] = tf.split(full, groups, 0);
  return tf.concat(
    parts.map((part, group) => convolved(part, filters[group] as tf.Tensor)),
    3,
  );
}

function expectFit(name: string, x: tf.Tensor4D, filter: tf.Tensor4D, groups: number): void {
  const [outputs, inputs] = filter.shape;
  if (x.shape[1] === inputs * groups && outputs % groups === 0) return;
  throw misuse(
    name,
    `\`input\` has ${x.shape[1]} channels, \`weight\` is for ${inputs * groups} (${groups} groups) and makes ${outputs}.`,
    { allowed: 'weight: [outputs, channels / groups, …], with outputs that are a multiple of the groups' },
  );
}

function expectRoom(
  name: string,
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  { dilation, sides }: Steps & { readonly sides: Sides },
): void {
  for (const axis of [0, 1]) {
    const [before, after] = sides[axis] as readonly [number, number];
    const room = (x.shape[axis + 2] as number) + before + after;
    const needed = reach(filter.shape[axis + 2] as number, dilation[axis] as number);
    if (needed <= room) continue;
    throw misuse(name, `The filter reaches over ${needed} places, the input with its padding has ${room}.`, {
      fix: 'Pad the input, or use a smaller filter.',
    });
  }
}
