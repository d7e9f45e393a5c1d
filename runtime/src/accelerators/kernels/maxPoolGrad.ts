import * as tf from '../../tf.js';
import { axesOf, clipWindow, poolGeometry } from '../wasm/geometry.js';
import { defineArrayKernel } from './arrayKernel.js';

/**
 * The gradient of a max pooling. Upstream's wasm kernel starts its search at the smallest *positive* float, so a window
 * without positive values loses its gradient or gives it to a wrong pixel. Here it goes to the first pixel that equals the
 * pooled value: of equal values the first one, as in torch and in tfjs's reference.
 */
export const maxPoolGrad = defineArrayKernel<'dy' | 'input' | 'output', tf.MaxPoolGradAttrs>(
  tf.MaxPoolGrad,
  ({ input: { shape } }, attrs) => {
    const info = poolGeometry(shape, attrs);
    return {
      outputs: [{ shape }],
      fill: ({ dy, input, output }, [sums]) =>
        addToMaxima({ values: input, maxima: output, gradients: dy, sums: sums as Float32Array }, info),
    };
  },
);

interface Views {
  readonly values: Float32Array;
  readonly maxima: Float32Array;
  readonly gradients: Float32Array;
  readonly sums: Float32Array;
}

function addToMaxima({ values, maxima, gradients, sums }: Views, info: tf.backend_util.Conv2DInfo): void {
  const { batchSize, inChannels, inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth } = info;
  const axes = axesOf(info);
  const rowSize = inWidth * inChannels;
  // Where a window's pixels lie, from its first one; the same table serves all windows that do not reach over a border.
  const offsets = new Int32Array(filterHeight * filterWidth);
  let tableFor = { height: 0, width: 0 };
  let from = 0;
  for (let image = 0; image < batchSize; image++) {
    for (let row = 0; row < outHeight; row++) {
      const y = clipWindow(row, filterHeight, axes.y);
      for (let column = 0; column < outWidth; column++) {
        const x = clipWindow(column, filterWidth, axes.x);
        if (y.size !== tableFor.height || x.size !== tableFor.width) {
          tableFor = { height: y.size, width: x.size };
          fillOffsets(offsets, tableFor, rowSize, inChannels);
        }
        const pixels = y.size * x.size;
        let first = (image * inHeight + y.start) * rowSize + x.start * inChannels;
        for (const stop = from + inChannels; from < stop; from++, first++) {
          const max = maxima[from] as number;
          for (let i = 0; i < pixels; i++) {
            const at = first + (offsets[i] as number);
            if (values[at] === max) {
              sums[at] = (sums[at] as number) + (gradients[from] as number);
              break;
            }
          }
        }
      }
    }
  }
}

function fillOffsets(
  offsets: Int32Array,
  { height, width }: { height: number; width: number },
  rowSize: number,
  inChannels: number,
): void {
  for (let i = 0; i < height * width; i++) offsets[i] = Math.floor(i / width) * rowSize + (i % width) * inChannels;
}
