import type * as tf from '../../tf.js';
import { checkGradientShape, convGeometry } from '../wasm/geometry.js';
import { defineArrayKernel } from './arrayKernel.js';
import type { SharedKernel } from './sharedKernel.js';

/** Adds to `sums` what the gradients of a convolution's outputs make of the values of its input, or of its filter. */
type AddGradients = (
  values: Float32Array,
  gradients: Float32Array,
  sums: Float32Array,
  info: tf.backend_util.Conv2DInfo,
) => void;

type Kind = 'full' | 'depthwise';
type Window = Parameters<typeof convGeometry>[2];

/** The gradient of a convolution with respect to its filter. */
export function defineFilterGradient(kernelName: string, kind: Kind, add: AddGradients): SharedKernel {
  return defineArrayKernel<'x' | 'dy', Window & { readonly filterShape: number[] }>(kernelName, ({ x, dy }, attrs) => {
    const info = convGeometry(x.shape, attrs.filterShape, attrs, kind);
    checkGradientShape(dy, info);
    return {
      outputs: [{ shape: attrs.filterShape }],
      fill: (inputs, [sums]) => add(inputs.x, inputs.dy, sums as Float32Array, info), // there is one output
    };
  });
}

/** The gradient of a convolution with respect to its input. */
export function defineInputGradient(kernelName: string, kind: Kind, add: AddGradients): SharedKernel {
  return defineArrayKernel<'dy' | 'filter', Window & { readonly inputShape: number[] }>(
    kernelName,
    ({ dy, filter }, attrs) => {
      const info = convGeometry(attrs.inputShape, filter.shape, attrs, kind);
      checkGradientShape(dy, info);
      return {
        outputs: [{ shape: attrs.inputShape }],
        fill: (inputs, [sums]) => add(inputs.filter, inputs.dy, sums as Float32Array, info), // there is one output
      };
    },
  );
}
