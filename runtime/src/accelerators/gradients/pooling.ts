import * as tf from '../../tf.js';
import { defineGradient } from './gradient.js';

/**
 * Gradients of poolings. They hand every attribute on; those of tfjs-core forget `dimRoundingMode`, and so fail where the
 * output's size is rounded up.
 */
const maxima = [
  [tf.MaxPool, tf.MaxPoolGrad],
  [tf.MaxPool3D, tf.MaxPool3DGrad],
].map(([kernelName = '', gradient = '']) =>
  defineGradient<'x'>(
    kernelName,
    { inputs: ['x'], outputs: [true] },
    ({ dy, inputs: { x: input }, outputs: [output], attrs }) => ({
      x: () => run(gradient, { dy, input, output: output as tf.Tensor }, attrs),
    }),
  ),
);

const averages = [
  [tf.AvgPool, tf.AvgPoolGrad],
  [tf.AvgPool3D, tf.AvgPool3DGrad],
].map(([kernelName = '', gradient = '']) =>
  defineGradient<'x'>(kernelName, { inputs: ['x'] }, ({ dy, inputs: { x: input }, attrs }) => ({
    x: () => run(gradient, { dy, input }, attrs),
  })),
);

/** Each maximum's gradient goes to the place that the pooling names. tfjs-core has none. */
const maxPoolWithArgmax = defineGradient<'x', tf.MaxPoolWithArgmaxAttrs>(
  tf.MaxPoolWithArgmax,
  { inputs: ['x'], outputs: [false, true] },
  ({ dy, inputs: { x }, outputs: [places], attrs: { includeBatchInIndex } }) => ({
    x: () => {
      const batches = x.shape[0] as number;
      const rows = tf.reshape(places as tf.Tensor, [batches, -1]);
      const size = tf.scalar(x.size / batches, 'int32');
      const starts = tf.mul(tf.reshape(tf.range(0, batches, 1, 'int32'), [batches, 1]), size);
      const all = includeBatchInIndex ? rows : tf.add(rows, starts);
      const flat = tf.cast(tf.reshape(all, [-1]), 'int32') as tf.Tensor1D;
      return tf.reshape(tf.unsortedSegmentSum(tf.reshape(dy, [-1]), flat, x.size), x.shape);
    },
  }),
);

function run(name: string, inputs: tf.NamedTensorMap, attrs: object): tf.Tensor {
  return tf.engine().runKernel(name, inputs, attrs as tf.NamedAttrMap); // tfjs types attributes as what a graph file can hold
}

/** Gradients of all poolings. */
export const poolingGradients: readonly tf.GradConfig[] = [...maxima, ...averages, maxPoolWithArgmax];
