import * as tf from '../../tf.js';
import { clipWindow } from '../wasm/geometry.js';
import { defineArrayKernel } from './arrayKernel.js';
import { axesOf3D, poolGeometry3D } from './geometry3D.js';

type PoolAttributes = Pick<tf.MaxPool3DAttrs, 'filterSize' | 'strides' | 'pad' | 'dimRoundingMode'>;
type Info = tf.backend_util.Conv3DInfo;

/** The largest numbers of boxes. Upstream's wasm kernel starts at the smallest *positive* float. */
export const maxPool3D = defineArrayKernel<'x', PoolAttributes>(tf.MaxPool3D, ({ x: { shape } }, attrs) => {
  const info = poolGeometry3D(shape, attrs);
  return {
    outputs: [{ shape: info.outShape }],
    fill: ({ x }, [out]) => {
      const maxima = out as Float32Array;
      maxima.fill(Number.NEGATIVE_INFINITY);
      forEachBox(info, (to, pixels) => {
        for (const pixel of pixels) {
          for (let c = 0; c < info.inChannels; c++) {
            const value = x[pixel + c] as number;
            // What is not a number stays, as in torch.
            if (value > (maxima[to + c] as number) || Number.isNaN(value)) maxima[to + c] = value;
          }
        }
      });
    },
  };
});

/** The gradient of the largest numbers: of equal ones in a box the first gets it, as for images. */
export const maxPool3DGrad = defineArrayKernel<'dy' | 'input' | 'output', PoolAttributes>(
  tf.MaxPool3DGrad,
  ({ input: { shape } }, attrs) => {
    const info = poolGeometry3D(shape, attrs);
    return {
      outputs: [{ shape }],
      fill: ({ dy, input, output }, [out]) => {
        const sums = out as Float32Array;
        forEachBox(info, (from, pixels) => {
          for (let c = 0; c < info.inChannels; c++) {
            const first = pixels.find((pixel) => input[pixel + c] === output[from + c]);
            if (first !== undefined) sums[first + c] = (sums[first + c] as number) + (dy[from + c] as number);
          }
        });
      },
    };
  },
);

/** The averages of the pixels that boxes have inside the image. */
export const avgPool3D = defineArrayKernel<'x', PoolAttributes>(tf.AvgPool3D, ({ x: { shape } }, attrs) => {
  const info = poolGeometry3D(shape, attrs);
  return {
    outputs: [{ shape: info.outShape }],
    fill: ({ x }, [out]) => {
      const sums = out as Float32Array;
      forEachBox(info, (to, pixels) => {
        for (const pixel of pixels) {
          for (let c = 0; c < info.inChannels; c++) sums[to + c] = (sums[to + c] as number) + (x[pixel + c] as number);
        }
        for (let c = 0; c < info.inChannels; c++) sums[to + c] = (sums[to + c] as number) / pixels.length;
      });
    },
  };
});

/** The gradient of the averages: shared by the pixels that a box has, as forward. Upstream divides by the whole box. */
export const avgPool3DGrad = defineArrayKernel<'dy' | 'input', PoolAttributes>(
  tf.AvgPool3DGrad,
  ({ input: { shape } }, attrs) => {
    const info = poolGeometry3D(shape, attrs);
    return {
      outputs: [{ shape }],
      fill: ({ dy }, [out]) => {
        const sums = out as Float32Array;
        forEachBox(info, (from, pixels) => {
          for (const pixel of pixels) {
            for (let c = 0; c < info.inChannels; c++) {
              sums[pixel + c] = (sums[pixel + c] as number) + (dy[from + c] as number) / pixels.length;
            }
          }
        });
      },
    };
  },
);

/** Visits each box: the first number of its result, and the first numbers of the pixels inside the image that it has. */
function forEachBox(info: Info, visit: (result: number, pixels: readonly number[]) => void): void {
  const { batchSize, inChannels, inDepth, inHeight, inWidth } = info;
  const { z, y, x } = axesOf3D(info);
  let result = 0;
  for (let image = 0; image < batchSize; image++) {
    for (let i = 0; i < z.outSize; i++) {
      const depth = clipWindow(i, info.filterDepth, z);
      for (let j = 0; j < y.outSize; j++) {
        const height = clipWindow(j, info.filterHeight, y);
        for (let k = 0; k < x.outSize; k++, result += inChannels) {
          const width = clipWindow(k, info.filterWidth, x);
          const pixels: number[] = [];
          for (let d = depth.start; d < depth.start + depth.size; d++) {
            for (let h = height.start; h < height.start + height.size; h++) {
              const row = ((image * inDepth + d) * inHeight + h) * inWidth;
              for (let w = width.start; w < width.start + width.size; w++) pixels.push((row + w) * inChannels);
            }
          }
          visit(result, pixels);
        }
      }
    }
  }
}
