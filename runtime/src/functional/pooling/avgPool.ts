import * as tf from '../../tf.js';
import { asImages, channelsLast, channelsSecond } from '../convolution/geometry.js';
import { count, REQUIRED, settle } from '../options.js';
import { averagesOf, resample } from '../resample.js';
import type { AdaptivePoolOptions } from './maxPool.js';
import { outputSizes } from './outputSize.js';
import { type AxisWindows, adaptiveParts, type WindowOptions, windowsOf } from './windows.js';

/** Options of {@link avgPool1d}. */
export interface AvgPool1dOptions extends WindowOptions {
  /** Whether the padding's zeros count; default true. */
  countIncludePad?: boolean;
}

/** Options of {@link avgPool2d}. */
export interface AvgPool2dOptions extends AvgPool1dOptions {
  /** What to divide each window's sum by; default: its size. */
  divisorOverride?: number;
}

const DEFAULTS = {
  kernelSize: REQUIRED,
  stride: undefined,
  padding: undefined,
  ceilMode: false,
  countIncludePad: true,
} as const;

/**
 * The mean of each window. Source: torch.nn.functional.avg_pool1d.
 * @param input `[batch, channels, length]`, or without the batch
 */
export function avgPool1d(input: tf.Tensor, options: AvgPool1dOptions): tf.Tensor {
  return avgPool('avgPool1d', 1, input, { ...settle('avgPool1d', options ?? {}, DEFAULTS) });
}

/**
 * The mean of each window. Source: torch.nn.functional.avg_pool2d.
 * @param input `[batch, channels, height, width]`, or without the batch
 */
export function avgPool2d(input: tf.Tensor, options: AvgPool2dOptions): tf.Tensor {
  const settled = settle('avgPool2d', options ?? {}, { ...DEFAULTS, divisorOverride: undefined });
  if (settled.divisorOverride !== undefined) count('avgPool2d', 'divisorOverride', settled.divisorOverride);
  return avgPool('avgPool2d', 2, input, { ...settled });
}

/** The mean of each of so many parts of the length. Source: torch.nn.functional.adaptive_avg_pool1d. */
export function adaptiveAvgPool1d(input: tf.Tensor, options: AdaptivePoolOptions): tf.Tensor {
  return adaptiveAvgPool('adaptiveAvgPool1d', 1, input, options);
}

/** The mean of each of so many parts of the image. Source: torch.nn.functional.adaptive_avg_pool2d. */
export function adaptiveAvgPool2d(input: tf.Tensor, options: AdaptivePoolOptions): tf.Tensor {
  return adaptiveAvgPool('adaptiveAvgPool2d', 2, input, options);
}

function avgPool(name: string, axes: 1 | 2, input: tf.Tensor, options: AvgPool2dOptions): tf.Tensor {
  const { countIncludePad, divisorOverride } = options;
  return tf.tidy(() =>
    asImages(name, input, axes, (x) => {
      const windows = windowsOf(name, x.shape.slice(2), axes, options);
      // tfjs leaves padding out of its averages, so only windows that lie inside are left to it.
      const isInside = windows.every(({ padding, beyond }) => padding === 0 && beyond <= 0);
      if (isInside && divisorOverride === undefined) return slidingMean(x, windows);
      const means = windows.reduce<tf.Tensor>((values, axis, index) => {
        const parts = partsOf(axis, countIncludePad ?? true);
        const divided = divisorOverride === undefined ? parts : parts.map((part) => ({ ...part, divisor: 1 }));
        return resample(values, index + 2, averagesOf(divided, axis.inSize));
      }, x);
      return divisorOverride === undefined ? means : tf.div(means, divisorOverride);
    }),
  );
}

function slidingMean(x: tf.Tensor4D, windows: readonly AxisWindows[]): tf.Tensor {
  const pair = (of: (axis: AxisWindows) => number) => windows.map(of) as [number, number];
  const images = channelsLast(x);
  return channelsSecond(
    tf.avgPool(
      images,
      pair((axis) => axis.kernel),
      pair((axis) => axis.stride),
      'valid',
    ),
  );
}

/** A mean over a window is one over its rows and one over its columns, so that each axis has its own divisor. */
function partsOf({ inSize, outSize, kernel, stride, padding }: AxisWindows, countsPadding: boolean) {
  return Array.from({ length: outSize }, (_, position) => {
    const start = position * stride - padding;
    const end = Math.min(start + kernel, inSize + padding); // beyond the padding nothing counts, in ceil mode
    const [from, to] = [Math.max(0, start), Math.min(inSize, end)];
    return { from, to, divisor: countsPadding ? end - start : to - from };
  });
}

function adaptiveAvgPool(name: string, axes: 1 | 2, input: tf.Tensor, options: AdaptivePoolOptions): tf.Tensor {
  const { outputSize } = settle(name, options ?? {}, { outputSize: REQUIRED });
  return tf.tidy(() =>
    asImages(name, input, axes, (x) =>
      outputSizes(name, outputSize, x.shape.slice(2), axes).reduce<tf.Tensor>((values, size, index) => {
        const inSize = x.shape[index + 2] as number;
        const parts = adaptiveParts(inSize, size).map(({ from, to }) => ({ from, to, divisor: to - from }));
        return resample(values, index + 2, averagesOf(parts, inSize));
      }, x),
    ),
  );
}
