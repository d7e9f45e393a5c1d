import type * as tf from '../../tf.js';
import { axesOf, insideRange } from './geometry.js';

/**
 * Adds `columns`, which has one row for each output pixel and in it one number for each weight
 * `[filterHeight, filterWidth, inChannels]`, to the pixels of `images` that those weights meet, for `count` images
 * from `first` on.
 */
export function foldAdd(
  columns: Float32Array,
  images: Float32Array,
  first: number,
  count: number,
  info: tf.backend_util.Conv2DInfo,
): void {
  const { filterHeight, filterWidth, inChannels, inHeight, inWidth, outHeight, outWidth } = info;
  const axes = axesOf(info);
  const weights = filterHeight * filterWidth * inChannels;
  for (let image = 0; image < count; image++) {
    for (let i = 0; i < filterHeight; i++) {
      const y = insideRange(i, axes.y);
      for (let row = y.from; row < y.to; row++) {
        const inRow = ((first + image) * inHeight + row * axes.y.stride + y.offset) * inWidth;
        for (let j = 0; j < filterWidth; j++) {
          const x = insideRange(j, axes.x);
          for (let column = x.from; column < x.to; column++) {
            let from = ((image * outHeight + row) * outWidth + column) * weights + (i * filterWidth + j) * inChannels;
            let to = (inRow + column * axes.x.stride + x.offset) * inChannels;
            for (const stop = to + inChannels; to < stop; to++) {
              images[to] = (images[to] as number) + (columns[from++] as number);
            }
          }
        }
      }
    }
  }
}
