import * as tf from '../../tf.js';
import type { Axis } from '../wasm/geometry.js';
import type { SharedCall } from './sharedKernel.js';

/** The attributes that decide where a box lies; convolutions and poolings have these. */
export interface BoxAttributes {
  readonly strides: [number, number, number] | number;
  readonly pad: 'valid' | 'same' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly dilations?: [number, number, number] | number | null;
}

type Five = [number, number, number, number, number];

/** Sizes, strides and padding of a convolution over `[batch, depth, height, width, channels]`. */
export function convGeometry3D(
  inputShape: readonly number[],
  filterShape: readonly number[],
  { strides, pad, dimRoundingMode, dilations }: BoxAttributes,
): tf.backend_util.Conv3DInfo {
  return padded(
    tf.backend_util.computeConv3DInfo(
      inputShape as Five, // core has checked the ranks
      filterShape as Five,
      strides,
      dilations ?? 1,
      pad,
      false,
      'channelsLast',
      dimRoundingMode,
    ),
  );
}

/** Sizes, strides and padding of a pooling over `[batch, depth, height, width, channels]`. */
export function poolGeometry3D(
  inputShape: readonly number[],
  { filterSize, strides, pad, dimRoundingMode }: BoxAttributes & { readonly filterSize: BoxAttributes['strides'] },
): tf.backend_util.Conv3DInfo {
  return padded(tf.backend_util.computePool3DInfo(inputShape as Five, filterSize, strides, 1, pad, dimRoundingMode));
}

/**
 * tfjs pads by less than nothing for 'same' with a stride longer than the filter: its boxes then do not begin at the image's
 * border, as they do in two dimensions and in TensorFlow.
 */
function padded(info: tf.backend_util.Conv3DInfo): tf.backend_util.Conv3DInfo {
  const padInfo = { ...info.padInfo };
  for (const side of ['front', 'back', 'top', 'bottom', 'left', 'right'] as const) {
    padInfo[side] = Math.max(0, padInfo[side]);
  }
  return { ...info, padInfo };
}

/** Whether a call's boxes begin at the border also where tfjs works it out. */
export function isPaddedByReference({ attrs, inputs }: SharedCall): boolean {
  const { pad, strides, filterSize } = attrs as BoxAttributes & { readonly filterSize?: BoxAttributes['strides'] };
  const filter = filterSize ?? inputs.filter?.shape.slice(0, 3) ?? 1;
  const at = (sizes: BoxAttributes['strides'] | number[], axis: number) =>
    (typeof sizes === 'number' ? sizes : sizes[axis]) as number; // three of them
  return pad !== 'same' || [0, 1, 2].every((axis) => at(strides, axis) <= at(filter, axis));
}

/** The three spatial axes. */
export function axesOf3D(info: tf.backend_util.Conv3DInfo): { readonly z: Axis; readonly y: Axis; readonly x: Axis } {
  return {
    z: {
      stride: info.strideDepth,
      dilation: info.dilationDepth,
      padBefore: info.padInfo.front,
      inSize: info.inDepth,
      outSize: info.outDepth,
    },
    y: {
      stride: info.strideHeight,
      dilation: info.dilationHeight,
      padBefore: info.padInfo.top,
      inSize: info.inHeight,
      outSize: info.outHeight,
    },
    x: {
      stride: info.strideWidth,
      dilation: info.dilationWidth,
      padBefore: info.padInfo.left,
      inSize: info.inWidth,
      outSize: info.outWidth,
    },
  };
}
