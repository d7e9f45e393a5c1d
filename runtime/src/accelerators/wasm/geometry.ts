import * as tf from '../../tf.js';
import { EngineError } from '../engineError.js';

/** The attributes that decide where a window lies; every convolution kernel has these. */
export interface WindowAttributes {
  readonly strides: [number, number] | number;
  readonly pad: tf.Conv2DAttrs['pad'];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly dilations?: [number, number] | number | null;
}

/** Padding by axis and side, `[before, after]`, in the form that tfjs takes. */
export type SidePadding = [[number, number], [number, number], [number, number], [number, number]];

/**
 * Padding as one number, spelled out. With a number, tfjs-core takes the *height* of filter and stride for both axes,
 * so a filter or stride that is not square gets the wrong output size; XNNPACK then writes past the output's end.
 */
export function sidesOf(pad: WindowAttributes['pad']): WindowAttributes['pad'] {
  if (typeof pad !== 'number') return pad;
  return [
    [0, 0],
    [pad, pad],
    [pad, pad],
    [0, 0],
  ];
}

/**
 * The padding with which XNNPACK, which always rounds down, comes to the output size in `info`. Only rounding up needs
 * more than `info` has; that goes to the bottom and right.
 */
export function exactPadding(info: tf.backend_util.Conv2DInfo): SidePadding {
  const { top, bottom, left, right } = info.padInfo;
  const neededHeight = (info.outHeight - 1) * info.strideHeight + info.effectiveFilterHeight;
  const neededWidth = (info.outWidth - 1) * info.strideWidth + info.effectiveFilterWidth;
  return [
    [0, 0],
    [top, Math.max(bottom, neededHeight - info.inHeight - top)],
    [left, Math.max(right, neededWidth - info.inWidth - left)],
    [0, 0],
  ];
}

/**
 * Sizes, strides and padding of a 2-D convolution over `[batch, height, width, channels]`.
 * Throws `EngineError` for channels first, which our kernels do not know.
 */
export function convGeometry(
  inputShape: number[],
  filterShape: number[],
  attrs: WindowAttributes,
  kind: 'full' | 'depthwise',
): tf.backend_util.Conv2DInfo {
  const { strides, pad, dimRoundingMode, dataFormat = 'NHWC', dilations } = attrs;
  if (dataFormat !== 'NHWC') {
    throw new EngineError({
      code: 'kernel-not-supported',
      found: `A convolution got dataFormat '${dataFormat}'.`,
      allowed: "'NHWC' (tf.layers: 'channelsLast')",
      fix: 'Transpose images to [batch, height, width, channels].',
    });
  }
  return fitting(
    tf.backend_util.computeConv2DInfo(
      inputShape as [number, number, number, number], // core has checked the rank
      filterShape as [number, number, number, number],
      strides,
      dilations ?? 1,
      sidesOf(pad),
      dimRoundingMode,
      kind === 'depthwise',
    ),
  );
}

/** Sizes, strides and padding of a 2-D pooling over `[batch, height, width, channels]`. */
export function poolGeometry(inputShape: number[], attrs: tf.MaxPoolAttrs): tf.backend_util.Conv2DInfo {
  const { filterSize, strides, pad, dimRoundingMode } = attrs;
  const shape = inputShape as [number, number, number, number]; // core has checked the rank
  return fitting(tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, sidesOf(pad), dimRoundingMode));
}

/** tfjs goes on with sizes below zero. */
function fitting(info: tf.backend_util.Conv2DInfo): tf.backend_util.Conv2DInfo {
  const { outHeight, outWidth, inHeight, inWidth, effectiveFilterHeight, effectiveFilterWidth } = info;
  tf.util.assert(
    outHeight >= 0 && outWidth >= 0,
    () =>
      `A window of ${effectiveFilterHeight}×${effectiveFilterWidth} does not fit on an image of ${inHeight}×${inWidth}` +
      ' with this padding.',
  );
  return info;
}

/** Expects a gradient to have the shape of what it is the gradient of: kernels would read past its end. */
export function checkGradientShape({ shape }: tf.TensorInfo, { outShape }: { readonly outShape: number[] }): void {
  tf.util.assert(
    tf.util.arraysEqual(shape, outShape),
    () => `The output of this convolution has shape [${outShape}], but its gradient [${shape}].`,
  );
}

/**
 * The window positions along one axis at which tap `tap` falls inside the input: `from ≤ position < to`, where the
 * input index is `position * stride + offset`.
 */
export function insideRange(
  tap: number,
  { stride, dilation, padBefore, inSize, outSize }: Axis,
): { from: number; to: number; offset: number } {
  const offset = tap * dilation - padBefore;
  const from = Math.min(outSize, Math.max(0, Math.ceil(-offset / stride)));
  const to = Math.max(from, Math.min(outSize, Math.ceil((inSize - offset) / stride)));
  return { from, to, offset };
}

/** The part of the window at `position` that lies inside the input. */
export function clipWindow(
  position: number,
  length: number,
  { stride, padBefore, inSize }: Axis,
): { start: number; size: number } {
  const first = position * stride - padBefore;
  const start = Math.max(0, first);
  return { start, size: Math.max(0, Math.min(inSize, first + length) - start) };
}

/** One spatial axis of a convolution. */
export interface Axis {
  readonly stride: number;
  readonly dilation: number;
  readonly padBefore: number;
  readonly inSize: number;
  readonly outSize: number;
}

/** The vertical and the horizontal axis. */
export function axesOf(info: tf.backend_util.Conv2DInfo): { y: Axis; x: Axis } {
  return {
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
