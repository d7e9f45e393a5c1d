import * as tf from '../../tf.js';
import { misuse, oneOf, sizes } from '../options.js';
import { expectShape, floats } from '../tensors.js';

/** One number for every axis, or one for each. */
export type Sizes = number | readonly number[];

const PADDINGS = ['valid', 'same'] as const;

/**
 * Zeros around the input: a count, one for each axis, 'valid' (none) or 'same' (the output has the input's size;
 * stride 1 only).
 */
export type Padding = Sizes | (typeof PADDINGS)[number];

/** The filter's steps along height and width. */
export interface Steps {
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;
}

/** Zeros before and after, for height and width. */
export type Sides = readonly (readonly [before: number, after: number])[];

/** How far a filter with gaps reaches. */
export const reach = (size: number, dilation: number): number => (size - 1) * dilation + 1;

/** Padding spelled out for each axis. @throws MisconfigurationError for 'same' with a stride, as in torch */
export function paddingSides(
  name: string,
  padding: Padding,
  { stride, dilation, kernel }: Pick<Steps, 'stride' | 'dilation'> & { readonly kernel: readonly number[] },
): Sides {
  if (typeof padding !== 'string') {
    return sizes(name, 'padding', padding, kernel.length, 0).map((size) => [size, size]);
  }
  if (oneOf(name, 'padding', padding, PADDINGS) === 'valid') return kernel.map(() => [0, 0]);
  if (stride.some((step) => step !== 1)) {
    throw misuse(name, `\`padding\` is 'same', \`stride\` is [${stride}].`, {
      fix: 'Give the padding as a number, or use stride 1.',
    });
  }
  return kernel.map((size, axis) => {
    const total = reach(size, dilation[axis] ?? 1) - 1;
    const before = Math.floor(total / 2);
    return [before, total - before];
  });
}

/**
 * Runs a function of `[batch, channels, height, width]` on an input of one or two axes, with or without a batch.
 * @param axes how many axes lie behind the channels
 */
export function asImages(
  name: string,
  input: tf.Tensor,
  axes: 1 | 2,
  compute: (x: tf.Tensor4D) => tf.Tensor,
): tf.Tensor {
  const x = floats(name, 'input', input);
  const hasBatch = x.rank === axes + 2;
  if (!hasBatch && x.rank !== axes + 1) {
    const places = axes === 1 ? 'length' : 'height, width';
    throw misuse(name, `\`input\` has shape [${x.shape}].`, {
      allowed: `[batch, channels, ${places}], or without the batch`,
    });
  }
  const batched = hasBatch ? x : tf.expandDims(x, 0);
  const images = axes === 2 ? batched : tf.expandDims(batched, 2);
  const y = compute(images as tf.Tensor4D);
  const unpadded = axes === 2 ? y : tf.squeeze(y, [2]);
  return hasBatch ? unpadded : tf.squeeze(unpadded, [0]);
}

/** Sizes of the axes with a height of 1 put before the length of a sequence. */
export function overImages(values: readonly number[], height: number): readonly number[] {
  return values.length === 2 ? values : [height, ...values];
}

/** torch keeps channels second, tfjs last. */
export const channelsLast = (x: tf.Tensor): tf.Tensor4D => tf.transpose(x as tf.Tensor4D, [0, 2, 3, 1]);

/** The way back. */
export const channelsSecond = (x: tf.Tensor): tf.Tensor => tf.transpose(x, [0, 3, 1, 2]);

/** Adds one number to each of the last channels. */
export function addBias(name: string, x: tf.Tensor, bias: tf.Tensor | undefined): tf.Tensor {
  if (!bias) return x;
  const summand = floats(name, 'bias', bias);
  expectShape(name, 'bias', summand, [x.shape.at(-1) ?? 0]);
  return tf.add(x, summand);
}
