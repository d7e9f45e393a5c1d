import type * as tf from '../../tf.js';
import { axesOf, insideRange } from './geometry.js';

/**
 * Calls `visit` for every meeting of a filter tap and an input pixel in a depthwise convolution, with the first
 * elements of: that tap's weights, that pixel's channels, and the output pixel's channels.
 */
export function forEachTapRun(
  info: tf.backend_util.Conv2DInfo,
  visit: (tapStart: number, pixelStart: number, outputStart: number) => void,
): void {
  const { batchSize, filterHeight, filterWidth, inChannels, outChannels, inHeight, inWidth, outHeight, outWidth } =
    info;
  const axes = axesOf(info);
  for (let image = 0; image < batchSize; image++) {
    for (let i = 0; i < filterHeight; i++) {
      const y = insideRange(i, axes.y);
      for (let row = y.from; row < y.to; row++) {
        const inRow = (image * inHeight + row * axes.y.stride + y.offset) * inWidth;
        const outRow = (image * outHeight + row) * outWidth;
        for (let j = 0; j < filterWidth; j++) {
          const x = insideRange(j, axes.x);
          const tapStart = (i * filterWidth + j) * outChannels;
          for (let column = x.from; column < x.to; column++) {
            const pixel = inRow + column * axes.x.stride + x.offset;
            visit(tapStart, pixel * inChannels, (outRow + column) * outChannels);
          }
        }
      }
    }
  }
}
