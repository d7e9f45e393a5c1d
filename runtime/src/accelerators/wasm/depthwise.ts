import type * as tf from '../../tf.js';
import { axesOf, insideRange } from './geometry.js';

/** A filter tap and a row of output pixels beside each other, with the input pixels that it meets there. */
export interface TapRun {
  /** The tap's number. */
  readonly tap: number;
  /** The first number of the first pixel, and how far the next one is. */
  readonly pixel: number;
  readonly pixelStep: number;
  /** The first number of the first output pixel; the others follow. */
  readonly output: number;
  /** How many pixels there are. */
  readonly count: number;
}

/** Calls `visit` for every meeting of a filter tap and a row of a convolution's output; for speed it is the same object. */
export function forEachTapRun(info: tf.backend_util.Conv2DInfo, visit: (run: TapRun) => void): void {
  const { batchSize, filterHeight, filterWidth, inChannels, outChannels, inHeight, inWidth, outHeight, outWidth } =
    info;
  const axes = axesOf(info);
  const run = { tap: 0, pixel: 0, pixelStep: axes.x.stride * inChannels, output: 0, count: 0 };
  for (let image = 0; image < batchSize; image++) {
    for (let i = 0; i < filterHeight; i++) {
      const y = insideRange(i, axes.y);
      for (let row = y.from; row < y.to; row++) {
        const inRow = (image * inHeight + row * axes.y.stride + y.offset) * inWidth;
        const outRow = (image * outHeight + row) * outWidth;
        for (let j = 0; j < filterWidth; j++) {
          const x = insideRange(j, axes.x);
          run.tap = i * filterWidth + j;
          run.pixel = (inRow + x.from * axes.x.stride + x.offset) * inChannels;
          run.output = (outRow + x.from) * outChannels;
          run.count = x.to - x.from;
          visit(run);
        }
      }
    }
  }
}
