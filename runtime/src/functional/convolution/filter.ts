import * as tf from '../../tf.js';
import { misuse } from '../options.js';
import { axisMap, resample } from '../resample.js';
import { floats } from '../tensors.js';
import { reach } from './geometry.js';

/**
 * A filter with its gaps written out as zeros, for what tfjs does not have: gaps together with strides, and gaps in
 * transposed convolutions.
 */
export function withoutGaps(filter: tf.Tensor, dilation: readonly number[]): tf.Tensor {
  return dilation.reduce((wide, gap, index) => {
    const axis = filter.rank - dilation.length + index;
    const size = filter.shape[axis] as number;
    if (gap === 1 || size === 1) return wide;
    const spread = axisMap(reach(size, gap), size, (place) => (place % gap === 0 ? [[place / gap, 1]] : []));
    return resample(wide, axis, spread);
  }, filter);
}

/** A filter as `[a, b, height, width]`. @throws MisconfigurationError when it has another number of axes */
export function filterOf(name: string, weight: tf.Tensor, axes: 1 | 2): tf.Tensor4D {
  const filter = floats(name, 'weight', weight);
  if (filter.rank !== axes + 2) {
    const [channels, places] = [
      name.includes('Transpose') ? 'inputs, outputs / groups' : 'outputs, inputs / groups',
      axes === 1 ? 'length' : 'height, width',
    ];
    throw misuse(name, `\`weight\` has shape [${filter.shape}].`, { allowed: `[${channels}, ${places}]` });
  }
  return (axes === 2 ? filter : tf.expandDims(filter, 2)) as tf.Tensor4D;
}
