import * as tf from '../../../tf.js';
import { convGeometry, exactPadding, poolGeometry, type WindowAttributes } from '../geometry.js';
import { defineKernel, requireStock, type WasmKernel } from '../kernel.js';

/**
 * Forward convolutions and poolings. Upstream they are fast, and right only when XNNPACK comes to the same output size
 * as tfjs. It does not, or refuses without an error, for
 * - padding as one number, with a filter or stride that is not square: memory behind the output is overwritten;
 * - `dimRoundingMode` 'ceil' or 'round': parts of the output are whatever the memory held before;
 * - convolution with pad 'same' and a stride longer than the filter: all zeros;
 * - an image of which nothing is left: memory outside of the heap is read.
 * With exact padding for each side it computes all of these.
 */
export const windowKernels: readonly WasmKernel[] = [
  convolution(tf.Conv2D, 'full'),
  convolution(tf.FusedConv2D, 'full'),
  convolution(tf.DepthwiseConv2dNative, 'depthwise'),
  convolution(tf.FusedDepthwiseConv2D, 'depthwise'),
  pooling(tf.MaxPool),
  pooling(tf.AvgPool),
];

interface ConvInputs {
  readonly x: tf.TensorInfo;
  readonly filter: tf.TensorInfo;
}

function convolution(name: string, kind: 'full' | 'depthwise'): WasmKernel {
  return defineKernel<ConvInputs, WindowAttributes>(name, (call, stock) => {
    const { attrs, inputs, backend } = call;
    const info = convGeometry(inputs.x.shape, inputs.filter.shape, attrs, kind);
    if (tf.util.sizeFromShape(info.outShape) === 0) return backend.makeOutput(info.outShape, 'float32');
    const strideIsLonger = attrs.pad === 'same' && hasLongerStride(attrs.strides, inputs.filter.shape);
    if (!strideIsLonger && isClear(attrs)) return requireStock(name, stock)(call);
    const pad = exactPadding(info);
    return requireStock(name, stock)({ ...call, attrs: { ...attrs, pad, dimRoundingMode: undefined } });
  });
}

function pooling(name: string): WasmKernel {
  return defineKernel<{ x: tf.TensorInfo }, tf.MaxPoolAttrs>(name, (call, stock) => {
    const { attrs, inputs, backend } = call;
    const info = poolGeometry(inputs.x.shape, attrs);
    if (tf.util.sizeFromShape(info.outShape) === 0) return backend.makeOutput(info.outShape, 'float32');
    if (isClear(attrs)) return requireStock(name, stock)(call);
    const pad = exactPadding(info);
    return requireStock(name, stock)({ ...call, attrs: { ...attrs, pad, dimRoundingMode: undefined } });
  });
}

/** Whether tfjs and XNNPACK understand the same by this padding. */
function isClear({ pad, dimRoundingMode }: Pick<WindowAttributes, 'pad' | 'dimRoundingMode'>): boolean {
  return typeof pad !== 'number' && (dimRoundingMode === undefined || dimRoundingMode === null);
}

function hasLongerStride(strides: WindowAttributes['strides'], [height = 0, width = 0]: number[]): boolean {
  const [strideY, strideX] = typeof strides === 'number' ? [strides, strides] : strides;
  return strideY > height || strideX > width;
}
