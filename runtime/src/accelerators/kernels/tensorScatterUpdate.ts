import * as tf from '../../tf.js';
import { defineArrayKernel } from './arrayKernel.js';

/** `tf.tensorScatterUpdate`. Upstream's reference writes into its input. */
export const tensorScatterUpdate = defineArrayKernel<'tensor' | 'indices' | 'updates'>(
  tf.TensorScatterUpdate,
  ({ tensor: { shape, dtype }, indices, updates }) => ({
    outputs: [{ shape, dtype }],
    fill: (inputs, [out]) => {
      const values = out as Float32Array;
      values.set(inputs.tensor);
      const depth = indices.shape.at(-1) ?? 1;
      const size = tf.util.sizeFromShape(shape.slice(depth));
      const steps = tf.util.computeStrides([...shape.slice(0, depth), 1]);
      for (let row = 0; row * depth < inputs.indices.length; row++) {
        const place = Array.from(inputs.indices.subarray(row * depth, (row + 1) * depth));
        const isInside = place.every((index, axis) => index >= 0 && index < (shape[axis] as number));
        tf.util.assert(isInside, () => `tensorScatterUpdate: the index [${place}] is not inside of [${shape}].`);
        const to = place.reduce((sum, index, axis) => sum + index * (steps[axis] as number), 0) * size;
        const from = updates.shape.length === 0 ? 0 : row * size;
        for (let i = 0; i < size; i++)
          values[to + i] = inputs.updates[updates.shape.length === 0 ? 0 : from + i] as number;
      }
    },
  }),
);
