import * as tf from '../../../tf.js';
import { bringHere, makeZeros } from '../heap.js';
import { defineKernel } from '../kernel.js';

/**
 * Rows of `offValue` with `onValue` at each index; an index outside of `0 … depth - 1` gives a row without one. Upstream
 * writes integers whatever the dtype is, so that `float32` comes out as numbers next to zero.
 */
export const oneHot = defineKernel<{ indices: tf.TensorInfo }, tf.OneHotAttrs>(
  tf.OneHot,
  ({ inputs: { indices }, attrs: { depth, onValue, offValue, dtype }, backend }) => {
    bringHere(backend, indices);
    const out = makeZeros(backend, [...indices.shape, depth], dtype);
    const places = backend.typedArrayFromHeap(indices);
    const values = backend.typedArrayFromHeap(out);
    if (offValue !== 0) values.fill(offValue);
    for (let row = 0; row < places.length; row++) {
      const place = places[row] as number;
      if (place >= 0 && place < depth) values[row * depth + place] = onValue;
    }
    return out;
  },
);
