import * as tf from '../../tf.js';
import { avgPoolGrad } from './avgPoolGrad.js';
import { batchMatMulOnArrays } from './batchMatMul.js';
import { batchNormTraining, batchNormTrainingGrad } from './batchNormTraining.js';
import { conv2DBackpropFilterOnArrays, conv2DBackpropInputOnArrays } from './conv2DBackprop.js';
import { conv3D, conv3DBackpropFilter, conv3DBackpropInput, stackDepth, unstackDepth } from './conv3D.js';
import { cropAndResizeGradBoxes, cropAndResizeGradImage } from './cropAndResizeGrad.js';
import { depthwiseConv2DBackpropFilter, depthwiseConv2DBackpropInput } from './depthwiseConv2DBackprop.js';
import { dilation2D, dilation2DBackpropFilter, dilation2DBackpropInput } from './dilation2D.js';
import { einsum } from './einsum.js';
import { isPaddedByReference } from './geometry3D.js';
import { maxPoolGrad } from './maxPoolGrad.js';
import { maxPoolWithArgmax } from './maxPoolWithArgmax.js';
import { avgPool3D, avgPool3DGrad, maxPool3D, maxPool3DGrad } from './pool3D.js';
import { prelu } from './prelu.js';
import { reluGrad } from './reluGrad.js';
import { resizeBilinearGrad, resizeNearestNeighborGrad } from './resizeGrad.js';
import { type SharedCall, type SharedKernel, type StockKernel, unlessReference } from './sharedKernel.js';
import { reverse, stridedSlice, stridedSliceGrad } from './stridedSlice.js';
import { tensorScatterUpdate } from './tensorScatterUpdate.js';
import { unsortedSegmentSum } from './unsortedSegmentSum.js';

export type { SharedKernel } from './sharedKernel.js';

/** What is written once for both engines: neither of tfjs's own kernels is right, or there is none. */
const FOR_BOTH: readonly SharedKernel[] = [
  unlessReference(avgPool3D, isPaddedByReference),
  avgPool3DGrad,
  avgPoolGrad,
  batchNormTraining,
  batchNormTrainingGrad,
  unlessReference(conv3D, isPaddedByReference),
  conv3DBackpropFilter,
  conv3DBackpropInput,
  cropAndResizeGradBoxes,
  cropAndResizeGradImage,
  depthwiseConv2DBackpropFilter,
  einsum,
  unlessReference(maxPool3D, isPaddedByReference),
  maxPool3DGrad,
  maxPoolGrad,
  resizeBilinearGrad,
  resizeNearestNeighborGrad,
  stackDepth,
  stridedSlice,
  stridedSliceGrad,
  unsortedSegmentSum,
  unstackDepth,
];

/** What goes to the wasm engine: tfjs's reference is right here, and what these are compared with. */
export const KERNELS_FOR_WASM: readonly SharedKernel[] = [
  ...FOR_BOTH,
  dilation2D,
  dilation2DBackpropFilter,
  dilation2DBackpropInput,
  maxPoolWithArgmax,
  prelu,
  reverse,
];

/** What goes to the cpu engine: the wasm engine has faster ones of its own, or tfjs's are right there. */
const KERNELS_FOR_REFERENCE: readonly SharedKernel[] = [
  ...FOR_BOTH,
  batchMatMulOnArrays,
  depthwiseConv2DBackpropInput,
  reluGrad,
  tensorScatterUpdate,
  keepForChannelsFirst(conv2DBackpropFilterOnArrays),
  keepForChannelsFirst(conv2DBackpropInputOnArrays),
];

/** Channels first stays with tfjs's own kernel, which knows no dilations. */
function keepForChannelsFirst({ name, run }: SharedKernel): SharedKernel {
  return {
    name,
    run: (call, stock) => {
      const { dataFormat, dilations } = call.attrs as tf.Conv2DAttrs; // both kernels have these
      const isPlain = dilations === undefined || tf.util.sizeFromShape([dilations].flat()) === 1;
      return dataFormat === 'NCHW' && isPlain && stock !== undefined ? stock(call) : run(call, stock);
    },
  };
}

let registered = false;

/** Puts our kernels for the cpu engine into tfjs's registry. Doing it twice is harmless. */
export function registerReferenceKernels(): void {
  if (registered) return;
  registered = true;
  for (const { name, run } of KERNELS_FOR_REFERENCE) {
    const stock: tf.KernelConfig | undefined = tf.getKernel(name, 'cpu'); // tfjs's type hides that it may be missing
    if (stock !== undefined) tf.unregisterKernel(name, 'cpu');
    // tfjs types what it passes to a kernel as `{}`; `SharedCall` says what it is.
    const stockKernel = stock?.kernelFunc as StockKernel;
    tf.registerKernel({
      ...stock,
      kernelName: name,
      backendName: 'cpu',
      kernelFunc: (call) => run({ ...call, engine: 'cpu' } as SharedCall, stockKernel),
    });
  }
}
