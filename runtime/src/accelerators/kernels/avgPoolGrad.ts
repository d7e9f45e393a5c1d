import * as tf from '../../tf.js';
import { axesOf, clipWindow, poolGeometry } from '../wasm/geometry.js';
import { defineArrayKernel } from './arrayKernel.js';

/**
 * The gradient of an average pooling. Forward, a window that reaches over the border averages over the pixels it has;
 * upstream's gradient (on every backend) divides by the whole window all the same, and is too small there.
 */
export const avgPoolGrad = defineArrayKernel<'dy' | 'input', tf.AvgPoolGradAttrs>(
  tf.AvgPoolGrad,
  ({ input: { shape } }, attrs) => {
    const info = poolGeometry(shape, attrs);
    return { outputs: [{ shape }], fill: ({ dy }, [sums]) => spread(dy, sums as Float32Array, info) };
  },
);
function spread(gradients: Float32Array, sums: Float32Array, info: tf.backend_util.Conv2DInfo): void {
  const { batchSize, inChannels, inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth } = info;
  const axes = axesOf(info);
  let from = 0;
  for (let image = 0; image < batchSize; image++) {
    for (let row = 0; row < outHeight; row++) {
      const y = clipWindow(row, filterHeight, axes.y);
      for (let column = 0; column < outWidth; column++, from += inChannels) {
        const x = clipWindow(column, filterWidth, axes.x);
        const share = 1 / (y.size * x.size); // not used when the window has no pixels
        for (let i = 0; i < y.size; i++) {
          let to = ((image * inHeight + y.start + i) * inWidth + x.start) * inChannels;
          for (let j = 0; j < x.size; j++) {
            for (let channel = 0; channel < inChannels; channel++, to++) {
              sums[to] = (sums[to] as number) + (gradients[from + channel] as number) * share;
            }
          }
        }
      }
    }
  }
}
