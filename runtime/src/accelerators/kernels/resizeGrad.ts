import * as tf from '../../tf.js';
import { defineArrayKernel } from './arrayKernel.js';

/** For each place along an axis of the larger or smaller image: the two places of the original that it mixes. */
interface Mix {
  readonly low: Int32Array;
  readonly high: Int32Array;
  /** The share of `high`; the rest is of `low`. */
  readonly share: Float32Array;
}

interface ResizeAttributes {
  readonly alignCorners: boolean;
  readonly halfPixelCenters?: boolean;
}

/**
 * The gradient of a bilinear resize. Upstream's reference swaps height and width of its result, and no backend of it knows
 * half-pixel centres.
 */
export const resizeBilinearGrad = resizeGrad(tf.ResizeBilinearGrad, (place, size, { halfPixelCenters }, ratio) => {
  const at = halfPixelCenters ? (place + 0.5) * ratio - 0.5 : place * ratio;
  const low = Math.max(0, Math.floor(at));
  return { low, high: Math.min(size - 1, Math.ceil(at)), share: at - low };
});

/** The gradient of a resize by the nearest pixel. Upstream's reference hangs for ever on one pixel with aligned corners. */
export const resizeNearestNeighborGrad = resizeGrad(
  tf.ResizeNearestNeighborGrad,
  (place, size, { alignCorners, halfPixelCenters }, ratio) => {
    const at = halfPixelCenters ? (place + 0.5) * ratio : place * ratio;
    const nearest = Math.max(0, Math.min(size - 1, alignCorners ? Math.round(at) : Math.floor(at)));
    return { low: nearest, high: nearest, share: 0 };
  },
);

function resizeGrad(
  name: string,
  mixAt: (
    place: number,
    size: number,
    attrs: ResizeAttributes,
    ratio: number,
  ) => { readonly low: number; readonly high: number; readonly share: number },
) {
  const mixOf = (size: number, newSize: number, attrs: ResizeAttributes): Mix => {
    const isAligned = attrs.alignCorners && newSize > 1;
    const ratio = isAligned ? (size - 1) / (newSize - 1) : size / newSize;
    const mix = { low: new Int32Array(newSize), high: new Int32Array(newSize), share: new Float32Array(newSize) };
    for (let place = 0; place < newSize; place++) {
      const { low, high, share } = mixAt(place, size, attrs, ratio);
      mix.low[place] = low;
      mix.high[place] = high;
      mix.share[place] = share;
    }
    return mix;
  };
  return defineArrayKernel<'dy' | 'images', ResizeAttributes>(name, ({ dy, images }, attrs) => {
    const [, newHeight = 0, newWidth = 0] = dy.shape;
    const [batch = 0, height = 0, width = 0, channels = 0] = images.shape;
    const [rows, columns] = [mixOf(height, newHeight, attrs), mixOf(width, newWidth, attrs)];
    return {
      outputs: [{ shape: images.shape }],
      fill: (inputs, [sums]) =>
        addBack(inputs.dy, sums as Float32Array, { rows, columns }, { batch, height, width, channels }),
    };
  });
}

/** Adds each new pixel's gradient to the four pixels that it was mixed from. */
function addBack(
  gradients: Float32Array,
  sums: Float32Array,
  { rows, columns }: { readonly rows: Mix; readonly columns: Mix },
  { batch, height, width, channels }: Readonly<Record<'batch' | 'height' | 'width' | 'channels', number>>,
): void {
  const rowSize = width * channels;
  const newRowSize = columns.low.length * channels;
  for (let image = 0; image < batch; image++) {
    for (let i = 0; i < rows.low.length; i++) {
      const from = (image * rows.low.length + i) * newRowSize;
      const down = rows.share[i] as number;
      const first = image * height;
      addRow(gradients, from, sums, (first + (rows.low[i] as number)) * rowSize, 1 - down, columns, channels);
      if (down === 0) continue;
      addRow(gradients, from, sums, (first + (rows.high[i] as number)) * rowSize, down, columns, channels);
    }
  }
}

function addRow(
  gradients: Float32Array,
  from: number,
  sums: Float32Array,
  row: number,
  part: number,
  { low, high, share }: Mix,
  channels: number,
): void {
  let gradient = from;
  for (let j = 0; j < low.length; j++) {
    const across = share[j] as number;
    const [left, right] = [row + (low[j] as number) * channels, row + (high[j] as number) * channels];
    for (let c = 0; c < channels; c++, gradient++) {
      const value = (gradients[gradient] as number) * part;
      sums[left + c] = (sums[left + c] as number) + value * (1 - across);
      if (across !== 0) sums[right + c] = (sums[right + c] as number) + value * across;
    }
  }
}
