import { MisconfigurationError } from '../../errors/index.js';
import type * as tf from '../../tf.js';

/** Pixels as a PNG has them: rows from the top, a pixel's channels together. */
export interface Pixels {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly bytes: Uint8Array;
}

/** Images beside each other in a grid. */
const GRID_COLUMNS = 8;

/**
 * A tensor's pixels. Floats are from 0 to 1 and int32 from 0 to 255; what is beyond is cut.
 * @param format the meaning of the dimensions, such as 'CHW' or 'NHWC': H and W, C for 1 to 4 channels, N for several images, which
 *   stand in a grid of 8 columns
 */
export function toPixels(image: tf.Tensor, format: string): Pixels {
  const sizes = sizesOf(image, format);
  const { N: images, H: height, W: width, C: channels } = sizes;
  const columns = Math.min(images, GRID_COLUMNS);
  const rows = Math.ceil(images / columns);
  const bytes = new Uint8Array(rows * height * columns * width * channels);
  const values = image.dataSync();
  const scale = image.dtype === 'int32' ? 1 : 255;
  const [strideN, strideH, strideW, strideC] = stridesOf(image.shape, format);
  for (let index = 0; index < images; index++) {
    const top = Math.floor(index / columns) * height;
    const left = (index % columns) * width;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const from = index * strideN + y * strideH + x * strideW;
        const to = ((top + y) * columns * width + left + x) * channels;
        for (let channel = 0; channel < channels; channel++) {
          const value = (values[from + channel * strideC] as number) * scale;
          bytes[to + channel] = Math.min(Math.max(value, 0), 255); // whole numbers are cut off, not rounded, as in torch
        }
      }
    }
  }
  return { height: rows * height, width: columns * width, channels, bytes };
}

type Sizes = Record<'N' | 'H' | 'W' | 'C', number>;

function sizesOf({ shape }: tf.Tensor, format: string): Sizes {
  const sizes: Sizes = { N: 1, H: 0, W: 0, C: 1 };
  for (const [index, letter] of [...format].entries()) sizes[letter as keyof Sizes] = shape[index] ?? 0;
  const isFormat = /^(?!.*(.).*\1)[NHWC]{2,4}$/.test(format) && format.includes('H') && format.includes('W');
  if (isFormat && shape.length === format.length && sizes.C >= 1 && sizes.C <= 4 && shape.every((size) => size > 0)) {
    return sizes;
  }
  throw new MisconfigurationError({
    code: 'image-shape',
    found: `An image of shape [${shape}] was given as '${format}'.`,
    allowed: 'a dimension for each letter of H, W, C (1 to 4 channels) and N (several images)',
    fix: "Say what the dimensions mean: addImage(tag, image, step, { dataformats: 'HWC' }).",
  });
}

function stridesOf(shape: readonly number[], format: string): [number, number, number, number] {
  const strides: Sizes = { N: 0, H: 0, W: 0, C: 0 };
  let stride = 1;
  for (let index = format.length - 1; index >= 0; index--) {
    strides[format[index] as keyof Sizes] = stride;
    stride *= shape[index] as number;
  }
  return [strides.N, strides.H, strides.W, strides.C];
}
