import * as tf from '../../tf.js';
import { defineGradient } from './gradient.js';

/** The gradient of the k largest values, which tfjs-core lacks: each goes back to where its value came from. */
export const topKGradient = defineGradient<'x'>(
  tf.TopK,
  { inputs: ['x'], outputs: [false, true] },
  ({ dy, inputs: { x }, outputs: [indices] }) => ({
    x: () => {
      const length = x.shape.at(-1) ?? 1;
      const rows = x.size / length;
      const k = dy.size / rows;
      // Each place counted over all rows, so that one sum by segments puts everything there.
      const starts = tf.mul(tf.range(0, rows, 1, 'int32'), tf.scalar(length, 'int32'));
      const places = tf.add(tf.reshape(indices as tf.Tensor, [rows, k]), tf.expandDims(starts, 1));
      const sums = tf.unsortedSegmentSum(tf.reshape(dy, [-1]), tf.cast(tf.reshape(places, [-1]), 'int32'), x.size);
      return tf.reshape(sums, x.shape);
    },
  }),
);
