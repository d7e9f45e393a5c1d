import * as tf from '../../tf.js';
import { count, misuse, REQUIRED, settle } from '../options.js';
import { averagesOf, resample } from '../resample.js';
import { floats } from '../tensors.js';

/** Options of {@link localResponseNorm}. */
export interface LocalResponseNormOptions {
  /** How many neighbouring channels count. Required. */
  size: number;
  /** Default 1e-4. */
  alpha?: number;
  /** Default 0.75. */
  beta?: number;
  /** Default 1. */
  k?: number;
}

/**
 * x / (k + alpha · mean of the squares of neighbouring channels)^beta. Source: torch.nn.functional.local_response_norm;
 * Krizhevsky et al., 2012.
 * @param input `[batch, channels, …]` of at least 3 dimensions
 */
export function localResponseNorm(input: tf.Tensor, options: LocalResponseNormOptions): tf.Tensor {
  const { size, alpha, beta, k } = settle('localResponseNorm', options ?? {}, {
    size: REQUIRED,
    alpha: 1e-4,
    beta: 0.75,
    k: 1,
  });
  count('localResponseNorm', 'size', size);
  return tf.tidy(() => {
    const x = floats('localResponseNorm', 'input', input);
    const [, channels = 1] = x.shape;
    if (x.rank < 3) {
      throw misuse('localResponseNorm', `\`input\` has shape [${x.shape}].`, {
        allowed: '[batch, channels, places, …]',
      });
    }
    // Missing neighbours count as zeros: every window is divided by its full size.
    const before = Math.floor(size / 2);
    const windows = Array.from({ length: channels }, (_, channel) => {
      const [from, to] = [channel - before, channel - before + size];
      return { from: Math.max(0, from), to: Math.min(channels, to), divisor: size };
    });
    const means = resample(tf.square(x), 1, averagesOf(windows, channels));
    return tf.div(x, tf.pow(tf.add(tf.mul(means, alpha), k), beta));
  });
}
