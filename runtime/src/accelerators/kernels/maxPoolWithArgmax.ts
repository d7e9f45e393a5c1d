import * as tf from '../../tf.js';
import { axesOf, clipWindow, poolGeometry } from '../wasm/geometry.js';
import { defineArrayKernel } from './arrayKernel.js';

/**
 * The largest numbers of windows and where they stand: the place inside of an image `[height, width, channels]`, or of the
 * whole batch. Upstream's wasm kernel starts at the smallest *positive* float.
 */
export const maxPoolWithArgmax = defineArrayKernel<'x', tf.MaxPoolWithArgmaxAttrs>(
  tf.MaxPoolWithArgmax,
  ({ x: { shape, dtype } }, attrs) => {
    const info = poolGeometry(shape, { ...attrs, dimRoundingMode: undefined } as unknown as tf.MaxPoolAttrs);
    const { batchSize, inChannels, inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth, outShape } = info;
    const axes = axesOf(info);
    const imageSize = inHeight * inWidth * inChannels;
    return {
      outputs: [
        { shape: outShape, dtype },
        { shape: outShape, dtype: 'int32' },
      ],
      fill: ({ x: values }, [maxima, places]) => {
        let to = 0;
        for (let image = 0; image < batchSize; image++) {
          const first = attrs.includeBatchInIndex ? image * imageSize : 0;
          for (let row = 0; row < outHeight; row++) {
            const y = clipWindow(row, filterHeight, axes.y);
            for (let column = 0; column < outWidth; column++) {
              const x = clipWindow(column, filterWidth, axes.x);
              for (let channel = 0; channel < inChannels; channel++, to++) {
                let [most, best] = [Number.NEGATIVE_INFINITY, -1];
                for (let i = y.start; i < y.start + y.size; i++) {
                  for (let j = x.start; j < x.start + x.size; j++) {
                    const place = (i * inWidth + j) * inChannels + channel;
                    const value = values[image * imageSize + place] as number;
                    if (value > most || best < 0) [most, best] = [value, place];
                  }
                }
                (maxima as Float32Array)[to] = most;
                (places as Float32Array)[to] = first + best; // integers: see `ArrayPlan`
              }
            }
          }
        }
      },
    };
  },
);
