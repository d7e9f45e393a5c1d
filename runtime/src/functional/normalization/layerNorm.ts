import * as tf from '../../tf.js';
import { count, misuse, REQUIRED, settle } from '../options.js';
import { floats } from '../tensors.js';
import { averageOfRows, scaled, scaleToUnit, standardize } from './standardize.js';

/** Options of {@link layerNorm}. */
export interface LayerNormOptions {
  /** The sizes of the last axes, which are normalized together. Required. */
  normalizedShape: number | readonly number[];
  /** A factor for each value, of shape `normalizedShape`. */
  weight?: tf.Tensor;
  /** A summand for each value, of shape `normalizedShape`. */
  bias?: tf.Tensor;
  /** Added to the variance; default 1e-5. */
  eps?: number;
}

/** Normalizes the last axes to mean 0 and variance 1. Source: torch.nn.functional.layer_norm; Ba et al., 2016. */
export function layerNorm(input: tf.Tensor, options: LayerNormOptions): tf.Tensor {
  const { normalizedShape, weight, bias, eps } = settle('layerNorm', options ?? {}, {
    normalizedShape: REQUIRED,
    weight: undefined,
    bias: undefined,
    eps: 1e-5,
  });
  return tf.tidy(() => {
    const x = floats('layerNorm', 'input', input);
    const { shape, rows } = lastAxes('layerNorm', x, normalizedShape);
    const y = tf.reshape(standardize(rows, averageOfRows, eps), x.shape);
    return scaled('layerNorm', y, { weight, bias }, { shape, axis: x.rank - shape.length });
  });
}

/** Options of {@link rmsNorm}. */
export interface RmsNormOptions {
  /** The sizes of the last axes, which are normalized together. Required. */
  normalizedShape: number | readonly number[];
  /** A factor for each value, of shape `normalizedShape`. */
  weight?: tf.Tensor;
  /** Added to the mean square; default: float32's epsilon, 2^-23. */
  eps?: number;
}

/** Divides the last axes by their root mean square. Source: torch.nn.functional.rms_norm; Zhang and Sennrich, 2019. */
export function rmsNorm(input: tf.Tensor, options: RmsNormOptions): tf.Tensor {
  const { normalizedShape, weight, eps } = settle('rmsNorm', options ?? {}, {
    normalizedShape: REQUIRED,
    weight: undefined,
    eps: 2 ** -23,
  });
  return tf.tidy(() => {
    const x = floats('rmsNorm', 'input', input);
    const { shape, rows } = lastAxes('rmsNorm', x, normalizedShape);
    const y = tf.reshape(scaleToUnit(rows, averageOfRows, eps), x.shape);
    return scaled('rmsNorm', y, { weight }, { shape, axis: x.rank - shape.length });
  });
}

/** Options of {@link groupNorm}. */
export interface GroupNormOptions {
  /** Into how many groups the channels are parted. Required. */
  numGroups: number;
  /** A factor for each channel. */
  weight?: tf.Tensor;
  /** A summand for each channel. */
  bias?: tf.Tensor;
  /** Added to the variance; default 1e-5. */
  eps?: number;
}

/**
 * Normalizes each sample's groups of channels. Source: torch.nn.functional.group_norm; Wu and He, 2018.
 * @param input `[batch, channels, …]`
 */
export function groupNorm(input: tf.Tensor, options: GroupNormOptions): tf.Tensor {
  const { numGroups, weight, bias, eps } = settle('groupNorm', options ?? {}, {
    numGroups: REQUIRED,
    weight: undefined,
    bias: undefined,
    eps: 1e-5,
  });
  return tf.tidy(() => {
    const x = floats('groupNorm', 'input', input);
    const [batch = 1, channels = 0] = x.shape;
    count('groupNorm', 'numGroups', numGroups);
    if (x.rank < 2 || channels % numGroups !== 0) {
      throw misuse('groupNorm', `\`input\` has shape [${x.shape}], \`numGroups\` is ${numGroups}.`, {
        allowed: '[batch, channels, …] with channels that are a multiple of the groups',
      });
    }
    const groups = tf.reshape(x, [batch * numGroups, -1]);
    const y = tf.reshape(standardize(groups, averageOfRows, eps), x.shape);
    return scaled('groupNorm', y, { weight, bias }, { shape: [channels], axis: 1 });
  });
}

function lastAxes(
  name: string,
  x: tf.Tensor,
  normalizedShape: number | readonly number[],
): { readonly shape: readonly number[]; readonly rows: tf.Tensor } {
  const shape = typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape;
  const last = x.shape.slice(x.rank - shape.length);
  if (shape.length === 0 || shape.length > x.rank || shape.some((size, axis) => size !== last[axis])) {
    throw misuse(name, `\`normalizedShape\` is [${shape}], \`input\` has shape [${x.shape}].`, {
      allowed: 'the sizes of the last axes of the input',
    });
  }
  return { shape, rows: tf.reshape(x, [-1, tf.util.sizeFromShape([...shape])]) };
}
