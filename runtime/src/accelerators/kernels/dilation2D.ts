import * as tf from '../../tf.js';
import { defineArrayKernel } from './arrayKernel.js';

/** The largest sum of pixel and filter in each window. Upstream's wasm kernels start at the smallest *positive* float. */
export const dilation2D = defineArrayKernel<'x' | 'filter', tf.Dilation2DAttrs>(
  tf.Dilation2D,
  ({ x, filter }, attrs) => {
    const info = geometry(x.shape, filter.shape, attrs);
    return {
      outputs: [{ shape: info.outShape }],
      fill: (inputs, [out]) => {
        forEachMaximum(info, inputs.x, inputs.filter, (to, pixel, weight) => {
          const sum = (inputs.x[pixel] as number) + (inputs.filter[weight] as number);
          (out as Float32Array)[to] = sum;
        });
      },
    };
  },
);

/** The gradient for the image: of equal sums in a window the first one's pixel gets it. */
export const dilation2DBackpropInput = defineArrayKernel<'x' | 'filter' | 'dy', tf.Dilation2DAttrs>(
  tf.Dilation2DBackpropInput,
  ({ x, filter }, attrs) => {
    const info = geometry(x.shape, filter.shape, attrs);
    return {
      outputs: [{ shape: x.shape }],
      fill: (inputs, [out]) =>
        forEachMaximum(info, inputs.x, inputs.filter, (from, pixel) =>
          add(out as Float32Array, pixel, inputs.dy[from] as number),
        ),
    };
  },
);

/** The gradient for the filter. */
export const dilation2DBackpropFilter = defineArrayKernel<'x' | 'filter' | 'dy', tf.Dilation2DAttrs>(
  tf.Dilation2DBackpropFilter,
  ({ x, filter }, attrs) => {
    const info = geometry(x.shape, filter.shape, attrs);
    return {
      outputs: [{ shape: filter.shape }],
      fill: (inputs, [out]) =>
        forEachMaximum(info, inputs.x, inputs.filter, (from, _pixel, weight) =>
          add(out as Float32Array, weight, inputs.dy[from] as number),
        ),
    };
  },
);

function add(sums: Float32Array, place: number, value: number): void {
  sums[place] = (sums[place] as number) + value;
}

function geometry(x: number[], filter: number[], attrs: tf.Dilation2DAttrs): tf.backend_util.Conv2DInfo {
  return tf.backend_util.computeDilation2DInfo(
    x as [number, number, number, number], // core has checked the ranks
    filter as [number, number, number],
    attrs.strides,
    attrs.pad,
    'NHWC',
    attrs.dilations,
  );
}

/** Visits each number of the result with the pixel and the weight that it came from. */
function forEachMaximum(
  info: tf.backend_util.Conv2DInfo,
  pixels: Float32Array,
  weights: Float32Array,
  visit: (result: number, pixel: number, weight: number) => void,
): void {
  const { batchSize, outHeight, outWidth, inHeight, inWidth, inChannels, filterHeight, filterWidth, padInfo } = info;
  const { strideHeight, strideWidth, dilationHeight, dilationWidth } = info;
  let result = 0;
  for (let image = 0; image < batchSize; image++) {
    for (let row = 0; row < outHeight; row++) {
      for (let column = 0; column < outWidth; column++) {
        for (let channel = 0; channel < inChannels; channel++, result++) {
          let [most, bestPixel, bestWeight] = [Number.NEGATIVE_INFINITY, -1, -1];
          for (let i = 0; i < filterHeight; i++) {
            const y = row * strideHeight - padInfo.top + i * dilationHeight;
            if (y < 0 || y >= inHeight) continue;
            for (let j = 0; j < filterWidth; j++) {
              const x = column * strideWidth - padInfo.left + j * dilationWidth;
              if (x < 0 || x >= inWidth) continue;
              const pixel = ((image * inHeight + y) * inWidth + x) * inChannels + channel;
              const weight = (i * filterWidth + j) * inChannels + channel;
              const sum = (pixels[pixel] as number) + (weights[weight] as number);
              if (sum > most || bestPixel < 0) [most, bestPixel, bestWeight] = [sum, pixel, weight];
            }
          }
          if (bestPixel >= 0) visit(result, bestPixel, bestWeight);
        }
      }
    }
  }
}
