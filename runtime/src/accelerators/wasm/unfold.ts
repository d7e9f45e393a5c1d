import type * as tf from '../../tf.js';
import { axesOf } from './geometry.js';

/**
 * How images are laid out so that a filter tap's inputs for *all* output pixels are one run of memory, which can be
 * copied at memory speed: by channels, inside their zero padding, and for a stride `s` split into `s` planes along
 * each axis (every s-th pixel), since a tap meets only one of those.
 * A run is `outHeight` whole plane rows. The few elements at the right of each row belong to no output pixel; what they
 * are multiplied with has zeros there.
 */
export interface UnfoldPlan {
  readonly info: tf.backend_util.Conv2DInfo;
  readonly planeHeight: number;
  readonly planeWidth: number;
  /** Elements of one image's planes. The reserve of one row is for runs that begin inside the last plane's row. */
  readonly planesSize: number;
  /** Elements of one run: output pixels of one image, rows widened to `planeWidth`. */
  readonly runSize: number;
  /** Weights of one output channel. */
  readonly weights: number;
  /** How many images to unfold at once. */
  readonly step: number;
}

/**
 * The unfolded images should stay in the second-level cache until they are multiplied, and be small beside the batch:
 * 2^18 floats are 1 MB.
 */
const UNFOLDED_FLOATS = 2 ** 18;

export function planUnfold(info: tf.backend_util.Conv2DInfo): UnfoldPlan {
  const { filterHeight, filterWidth, inChannels, outHeight, outWidth } = info;
  const { y, x } = axesOf(info);
  const planeHeight = outHeight + Math.floor(((filterHeight - 1) * y.dilation) / y.stride);
  const planeWidth = outWidth + Math.floor(((filterWidth - 1) * x.dilation) / x.stride);
  const runSize = outHeight * planeWidth;
  const weights = filterHeight * filterWidth * inChannels;
  const planesSize = (y.stride * x.stride * inChannels * planeHeight + 1) * planeWidth;
  const step = Math.min(info.batchSize, Math.max(1, Math.floor(UNFOLDED_FLOATS / Math.max(1, weights * runSize))));
  return { info, planeHeight, planeWidth, planesSize, runSize, weights, step };
}

/**
 * Copies one image into its planes. The borders are not touched: the caller zeroes `planes` once, before the first.
 */
export function fillPlanes(images: Float32Array, image: number, planes: Float32Array, plan: UnfoldPlan): void {
  const { inChannels, inHeight, inWidth } = plan.info;
  const { planeHeight, planeWidth } = plan;
  const { y, x } = axesOf(plan.info);
  const planeSize = planeHeight * planeWidth;
  for (let row = 0; row < inHeight; row++) {
    const paddedRow = row + y.padBefore;
    const planeRow = Math.floor(paddedRow / y.stride);
    if (planeRow >= planeHeight) break; // a stride may leave the last rows unused
    const source = (image * inHeight + row) * inWidth * inChannels;
    for (let phase = 0; phase < x.stride; phase++) {
      // The pixels of this phase: those with (column + padBefore) % stride = phase.
      const first = (((phase - x.padBefore) % x.stride) + x.stride) % x.stride;
      const planeColumn = (first + x.padBefore - phase) / x.stride;
      const count = Math.min(Math.ceil((inWidth - first) / x.stride), planeWidth - planeColumn);
      const planeIndex = ((paddedRow % y.stride) * x.stride + phase) * inChannels;
      for (let channel = 0; channel < inChannels; channel++) {
        let to = (planeIndex + channel) * planeSize + planeRow * planeWidth + planeColumn;
        let from = source + first * inChannels + channel;
        for (const stop = to + count; to < stop; to++) {
          planes[to] = images[from] as number;
          from += x.stride * inChannels;
        }
      }
    }
  }
}

/**
 * Fills one image's part of `columns`, which has one row for each weight `[filterHeight, filterWidth, inChannels]` and
 * in it one run for each of `count` images. All views are of the same heap.
 */
export function unfoldPlanes(
  planes: Float32Array,
  columns: Float32Array,
  place: { readonly image: number; readonly count: number },
  plan: UnfoldPlan,
): void {
  const { filterHeight, filterWidth, inChannels } = plan.info;
  const { planeHeight, planeWidth, runSize } = plan;
  const { y, x } = axesOf(plan.info);
  const heap = new Float32Array(columns.buffer); // one view for both, so that a copy needs no views of its own
  const planesStart = planes.byteOffset / Float32Array.BYTES_PER_ELEMENT;
  let to = columns.byteOffset / Float32Array.BYTES_PER_ELEMENT + place.image * runSize;
  for (let i = 0; i < filterHeight; i++) {
    const row = i * y.dilation;
    for (let j = 0; j < filterWidth; j++) {
      const column = j * x.dilation;
      const plane = ((row % y.stride) * x.stride + (column % x.stride)) * inChannels;
      const inPlane = Math.floor(row / y.stride) * planeWidth + Math.floor(column / x.stride);
      for (let channel = 0; channel < inChannels; channel++) {
        const from = planesStart + (plane + channel) * planeHeight * planeWidth + inPlane;
        heap.copyWithin(to, from, from + runSize);
        to += place.count * runSize;
      }
    }
  }
}
