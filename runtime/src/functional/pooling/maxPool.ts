import * as tf from '../../tf.js';
import { asImages, channelsLast, channelsSecond, type Sizes } from '../convolution/geometry.js';
import { fused } from '../gradients.js';
import { misuse, REQUIRED, settle } from '../options.js';
import { type OutputSize, outputSizes } from './outputSize.js';
import { type AxisWindows, adaptiveParts, type WindowOptions, windowsOf } from './windows.js';

/** Options of {@link maxPool1d} and {@link maxPool2d}. */
export interface MaxPoolOptions extends WindowOptions {
  /** The distance of the window's places; default 1. */
  dilation?: Sizes;
}

/** Options of {@link adaptiveMaxPool1d} and {@link adaptiveMaxPool2d}. */
export interface AdaptivePoolOptions {
  /** The sizes of the output; null keeps the input's. Required. */
  outputSize: OutputSize;
}

/**
 * The largest value of each window. Source: torch.nn.functional.max_pool1d.
 * @param input `[batch, channels, length]`, or without the batch
 */
export function maxPool1d(input: tf.Tensor, options: MaxPoolOptions): tf.Tensor {
  return maxPool('maxPool1d', 1, input, options);
}

/**
 * The largest value of each window. Source: torch.nn.functional.max_pool2d.
 * @param input `[batch, channels, height, width]`, or without the batch
 */
export function maxPool2d(input: tf.Tensor, options: MaxPoolOptions): tf.Tensor {
  return maxPool('maxPool2d', 2, input, options);
}

/** The largest value of each of so many parts of the length. Source: torch.nn.functional.adaptive_max_pool1d. */
export function adaptiveMaxPool1d(input: tf.Tensor, options: AdaptivePoolOptions): tf.Tensor {
  return adaptiveMaxPool('adaptiveMaxPool1d', 1, input, options);
}

/** The largest value of each of so many parts of the image. Source: torch.nn.functional.adaptive_max_pool2d. */
export function adaptiveMaxPool2d(input: tf.Tensor, options: AdaptivePoolOptions): tf.Tensor {
  return adaptiveMaxPool('adaptiveMaxPool2d', 2, input, options);
}

const DEFAULTS = {
  kernelSize: REQUIRED,
  stride: undefined,
  padding: undefined,
  ceilMode: false,
  dilation: undefined,
} as const;

function maxPool(name: string, axes: 1 | 2, input: tf.Tensor, options: MaxPoolOptions): tf.Tensor {
  const settled = settle(name, options ?? {}, DEFAULTS);
  return tf.tidy(() =>
    asImages(name, input, axes, (x) => {
      const windows = windowsOf(name, x.shape.slice(2), axes, settled);
      return windows.some(({ dilation }) => dilation > 1)
        ? maxOfPlaces(
            x,
            windows.map((axis) => tapsOf(name, axis)),
          )
        : slidingMax(x, windows);
    }),
  );
}

function adaptiveMaxPool(name: string, axes: 1 | 2, input: tf.Tensor, options: AdaptivePoolOptions): tf.Tensor {
  const { outputSize } = settle(name, options ?? {}, { outputSize: REQUIRED });
  return tf.tidy(() =>
    asImages(name, input, axes, (x) => {
      const wanted = outputSizes(name, outputSize, x.shape.slice(2), axes);
      const parts = wanted.map((size, axis) => adaptiveParts(x.shape[axis + 2] as number, size));
      return maxOfPlaces(
        x,
        parts.map((axis) => axis.map(({ from, to }) => Array.from({ length: to - from }, (_, tap) => from + tap))),
      );
    }),
  );
}

function slidingMax(x: tf.Tensor4D, windows: readonly AxisWindows[]): tf.Tensor {
  const [height, width] = windows.map(({ padding, beyond }): [number, number] => [padding, Math.max(0, beyond)]) as [
    [number, number],
    [number, number],
  ];
  const pair = (of: (axis: AxisWindows) => number) => windows.map(of) as [number, number];
  const pad: tf.backend_util.ExplicitPadding = [[0, 0], height, width, [0, 0]];
  const kernel = pair((axis) => axis.kernel);
  return channelsSecond(
    tf.maxPool(
      channelsLast(x),
      kernel,
      pair((axis) => axis.stride),
      pad,
    ),
  );
}

/** The places inside the input that each window along an axis looks at. */
function tapsOf(name: string, { inSize, outSize, kernel, stride, padding, dilation }: AxisWindows): number[][] {
  return Array.from({ length: outSize }, (_, position) => {
    const first = position * stride - padding;
    const taps = Array.from({ length: kernel }, (_, tap) => first + tap * dilation);
    const inside = taps.filter((place) => place >= 0 && place < inSize);
    if (inside.length > 0) return inside;
    throw misuse(name, `Window ${position} lies outside of the input.`, { fix: 'Use less padding or dilation.' });
  });
}

/** The largest value of any places: for each position along height and along width a list of them. */
function maxOfPlaces(x: tf.Tensor4D, [rows = [], columns = []]: readonly (readonly number[])[][]): tf.Tensor {
  const [batch, channels, height, width] = x.shape;
  const lists = rows.flatMap((down) =>
    columns.map((across) => down.flatMap((row) => across.map((column) => row * width + column))),
  );
  const longest = Math.max(...lists.map((list) => list.length));
  // Shorter windows look at their first place again, which changes nothing.
  const places = lists.flatMap((list) => Array.from({ length: longest }, (_, at) => list[at] ?? (list[0] as number)));
  const flat = tf.reshape(x, [batch * channels, height * width]);
  const seen = tf.gather(flat, tf.tensor1d(places, 'int32'), 1);
  const largest = firstLargest(tf.reshape(seen, [batch * channels * lists.length, longest]));
  return tf.reshape(largest, [batch, channels, rows.length, columns.length]);
}

/** The largest value of each row; the gradient goes to the first of equal ones, as in torch's poolings. */
function firstLargest(x: tf.Tensor2D): tf.Tensor {
  return fused([x], () => ({
    value: tf.max(x, 1),
    saved: [x],
    gradient: (dy, kept) => {
      const places = tf.cast(tf.argMax(kept, 1), 'int32') as tf.Tensor1D;
      return tf.mul(tf.expandDims(dy, 1), tf.oneHot(places, kept.shape[1], 1, 0, 'float32'));
    },
  }));
}
