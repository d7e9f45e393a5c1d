import * as tf from '../../tf.js';
import { defineGradient } from './gradient.js';

/**
 * Gradients of convolutions. They hand every attribute on, `dilations` and `dimRoundingMode` too, which those of tfjs-core
 * refuse or forget; our kernels for both directions know them.
 */
const conv2d = defineGradient<'x' | 'filter', tf.Conv2DAttrs>(
  tf.Conv2D,
  { inputs: ['x', 'filter'] },
  ({ dy, inputs: { x, filter }, attrs }) => ({
    x: () => run(tf.Conv2DBackpropInput, { dy, filter }, { ...attrs, inputShape: x.shape }),
    filter: () => run(tf.Conv2DBackpropFilter, { x, dy }, { ...attrs, filterShape: filter.shape }),
  }),
);

/** A transposed convolution is another one's gradient; its own is that convolution. */
const conv2dTranspose = defineGradient<'dy' | 'filter', tf.Conv2DBackpropInputAttrs>(
  tf.Conv2DBackpropInput,
  { inputs: ['dy', 'filter'] },
  ({ dy: flowsBack, inputs: { dy, filter }, attrs }) => ({
    dy: () => run(tf.Conv2D, { x: flowsBack, filter }, { dilations: 1, ...attrs }),
    filter: () => run(tf.Conv2DBackpropFilter, { x: flowsBack, dy }, { ...attrs, filterShape: filter.shape }),
  }),
);

const depthwise = defineGradient<'x' | 'filter', tf.DepthwiseConv2dNativeAttrs>(
  tf.DepthwiseConv2dNative,
  { inputs: ['x', 'filter'] },
  ({ dy, inputs: { x, filter }, attrs }) => ({
    x: () => run(tf.DepthwiseConv2dNativeBackpropInput, { dy, filter }, { ...attrs, inputShape: x.shape }),
    filter: () => run(tf.DepthwiseConv2dNativeBackpropFilter, { x, dy }, { ...attrs, filterShape: filter.shape }),
  }),
);

const conv3d = defineGradient<'x' | 'filter', tf.Conv3DAttrs>(
  tf.Conv3D,
  { inputs: ['x', 'filter'] },
  ({ dy, inputs: { x, filter }, attrs }) => ({
    x: () => run(tf.Conv3DBackpropInputV2, { dy, filter }, { ...attrs, inputShape: x.shape }),
    filter: () => run(tf.Conv3DBackpropFilterV2, { x, dy }, { ...attrs, filterShape: filter.shape }),
  }),
);

const conv3dTranspose = defineGradient<'dy' | 'filter', tf.Conv3DBackpropInputV2Attrs>(
  tf.Conv3DBackpropInputV2,
  { inputs: ['dy', 'filter'] },
  ({ dy: flowsBack, inputs: { dy, filter }, attrs }) => ({
    dy: () => run(tf.Conv3D, { x: flowsBack, filter }, { dilations: 1, dataFormat: 'NDHWC', ...attrs }),
    filter: () => run(tf.Conv3DBackpropFilterV2, { x: flowsBack, dy }, { ...attrs, filterShape: filter.shape }),
  }),
);

/** Calls a kernel with one output through the engine. */
function run(name: string, inputs: tf.NamedTensorMap, attrs: object): tf.Tensor {
  return tf.engine().runKernel(name, inputs, attrs as tf.NamedAttrMap); // tfjs types attributes as what a graph file can hold
}

/** Gradients of all convolutions. */
export const convolutionGradients: readonly tf.GradConfig[] = [
  conv2d,
  conv2dTranspose,
  depthwise,
  conv3d,
  conv3dTranspose,
];
