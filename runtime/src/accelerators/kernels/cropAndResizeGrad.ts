import type * as tf from '../../tf.js';
import { defineArrayKernel } from './arrayKernel.js';

/** TensorFlow's names; tfjs has no such kernels. */
export const CROP_AND_RESIZE_GRAD_IMAGE = 'CropAndResizeGradImage';
export const CROP_AND_RESIZE_GRAD_BOXES = 'CropAndResizeGradBoxes';

type Input = 'dy' | 'image' | 'boxes' | 'boxInd';
type Attributes = Pick<tf.CropAndResizeAttrs, 'method'>;

/** One pixel of a crop: where it lies in the image, exactly and between which pixels. */
interface Sample {
  readonly at: number;
  readonly low: number;
  readonly high: number;
  /** The share of `high`. */
  readonly share: number;
}

/** The gradient for the images: each pixel of a crop goes back to the pixels it was taken from. */
export const cropAndResizeGradImage = defineArrayKernel<Input, Attributes>(
  CROP_AND_RESIZE_GRAD_IMAGE,
  ({ dy, image: { shape } }, { method }) => ({
    outputs: [{ shape }],
    fill: (arrays, [out]) => {
      const sums = out as Float32Array;
      const [, , width = 0, channels = 0] = shape;
      forEachSample(dy.shape, shape, arrays, method, (from, { image, y, x }) => {
        for (const [row, down] of partsOf(y)) {
          for (const [column, across] of partsOf(x)) {
            const to = ((image * (shape[1] as number) + row) * width + column) * channels;
            for (let c = 0; c < channels; c++) {
              sums[to + c] = (sums[to + c] as number) + (arrays.dy[from + c] as number) * down * across;
            }
          }
        }
      });
    },
  }),
);

/** The gradient for the boxes `[y1, x1, y2, x2]`, in parts of the image; none for the nearest pixel, which jumps. */
export const cropAndResizeGradBoxes = defineArrayKernel<Input, Attributes>(
  CROP_AND_RESIZE_GRAD_BOXES,
  ({ dy, image: { shape }, boxes }, { method }) => ({
    outputs: [{ shape: boxes.shape }],
    fill: (arrays, [out]) => {
      if (method === 'nearest') return;
      const sums = out as Float32Array;
      const [, height = 0, width = 0, channels = 0] = shape;
      const [, cropHeight = 0, cropWidth = 0] = dy.shape;
      forEachSample(dy.shape, shape, arrays, method, (from, { box, image, y, x, row, column }) => {
        let [slopeY, slopeX] = [0, 0];
        for (let c = 0; c < channels; c++) {
          const pixel = (i: number, j: number) =>
            arrays.image[((image * height + i) * width + j) * channels + c] as number;
          const [topLeft, topRight] = [pixel(y.low, x.low), pixel(y.low, x.high)];
          const [bottomLeft, bottomRight] = [pixel(y.high, x.low), pixel(y.high, x.high)];
          const gradient = arrays.dy[from + c] as number;
          slopeY += gradient * ((bottomLeft - topLeft) * (1 - x.share) + (bottomRight - topRight) * x.share);
          slopeX += gradient * ((topRight - topLeft) * (1 - y.share) + (bottomRight - bottomLeft) * y.share);
        }
        const [down, across] = [partOf(row, cropHeight), partOf(column, cropWidth)];
        add(sums, box * 4, slopeY * (height - 1) * (1 - down));
        add(sums, box * 4 + 1, slopeX * (width - 1) * (1 - across));
        add(sums, box * 4 + 2, slopeY * (height - 1) * down);
        add(sums, box * 4 + 3, slopeX * (width - 1) * across);
      });
    },
  }),
);

function add(sums: Float32Array, place: number, value: number): void {
  sums[place] = (sums[place] as number) + value;
}

/** How far along its box a pixel of a crop lies; a single one lies in the middle. */
function partOf(place: number, count: number): number {
  return count > 1 ? place / (count - 1) : 0.5;
}

function partsOf({ low, high, share }: Sample): readonly (readonly [number, number])[] {
  return low === high
    ? [[low, 1]]
    : [
        [low, 1 - share],
        [high, share],
      ];
}

interface Place {
  readonly box: number;
  readonly image: number;
  readonly row: number;
  readonly column: number;
  readonly y: Sample;
  readonly x: Sample;
}

/** Visits every pixel of every crop that lies inside its image; the others were filled with a constant. */
function forEachSample(
  [count = 0, cropHeight = 0, cropWidth = 0, channels = 0]: readonly number[],
  [batch = 0, height = 0, width = 0]: readonly number[],
  { boxes, boxInd }: Readonly<Record<Input, Float32Array>>,
  method: Attributes['method'],
  visit: (from: number, place: Place) => void,
): void {
  for (let box = 0; box < count; box++) {
    const image = boxInd[box] as number;
    if (image < 0 || image >= batch) continue;
    const [y1, x1, y2, x2] = boxes.subarray(box * 4, box * 4 + 4) as unknown as [number, number, number, number];
    for (let row = 0; row < cropHeight; row++) {
      const y = sample((y1 + (y2 - y1) * partOf(row, cropHeight)) * (height - 1), height, method);
      if (y === undefined) continue;
      for (let column = 0; column < cropWidth; column++) {
        const x = sample((x1 + (x2 - x1) * partOf(column, cropWidth)) * (width - 1), width, method);
        if (x === undefined) continue;
        const from = ((box * cropHeight + row) * cropWidth + column) * channels;
        visit(from, { box, image, row, column, y, x });
      }
    }
  }
}

function sample(at: number, size: number, method: Attributes['method']): Sample | undefined {
  if (!(at >= 0 && at <= size - 1)) return undefined;
  if (method === 'nearest') return { at, low: Math.round(at), high: Math.round(at), share: 0 };
  return { at, low: Math.floor(at), high: Math.ceil(at), share: at - Math.floor(at) };
}
