import * as tf from '../tf.js';
import { misuse, settle, within } from './options.js';
import { dropMask } from './random.js';
import { floats } from './tensors.js';

/** Options of {@link dropout}, {@link dropout1d}, {@link dropout2d} and {@link dropout3d}. */
export interface DropoutOptions {
  /** The share that becomes 0, from 0 to 1; default 0.5. */
  p?: number;
  /** False hands the input through; default true. */
  training?: boolean;
}

/** Options of {@link alphaDropout} and {@link featureAlphaDropout}. */
export interface AlphaDropoutOptions {
  /** The share that is dropped, from 0 to 1; default 0.5. */
  p?: number;
  /** False, the default as in torch, hands the input through. */
  training?: boolean;
}

/**
 * Sets random values to 0 and divides the others by 1 - p. Draws from the seeded generator.
 * Source: torch.nn.functional.dropout; Srivastava et al., 2014. The random numbers are not torch's.
 */
export function dropout(input: tf.Tensor, options: DropoutOptions = {}): tf.Tensor {
  return drop('dropout', input, options, ({ shape }) => shape);
}

/**
 * {@link dropout} of whole channels of `[batch, channels, length]`, or of rows of `[channels, length]`. Source:
 * torch.nn.functional.dropout1d.
 */
export function dropout1d(input: tf.Tensor, options: DropoutOptions = {}): tf.Tensor {
  return drop('dropout1d', input, options, channelsOf('dropout1d', [2, 3], 2));
}

/**
 * {@link dropout} of whole channels of `[batch, channels, …]`. Source: torch.nn.functional.dropout2d; Tompson et al.,
 * 2015.
 */
export function dropout2d(input: tf.Tensor, options: DropoutOptions = {}): tf.Tensor {
  return drop('dropout2d', input, options, channelsOf('dropout2d', [3, 4]));
}

/**
 * {@link dropout} of whole channels of `[batch, channels, depth, height, width]`, or without the batch. Source:
 * torch.nn.functional.dropout3d.
 */
export function dropout3d(input: tf.Tensor, options: DropoutOptions = {}): tf.Tensor {
  return drop('dropout3d', input, options, channelsOf('dropout3d', [4, 5], 4));
}

/**
 * Dropout that keeps mean and variance of values that are standardized, for networks of {@link selu}.
 * Source: torch.nn.functional.alpha_dropout; Klambauer et al., 2017.
 */
export function alphaDropout(input: tf.Tensor, options: AlphaDropoutOptions = {}): tf.Tensor {
  return dropAlpha('alphaDropout', input, options, ({ shape }) => shape);
}

/**
 * {@link alphaDropout} of whole channels of `[batch, channels, …]`. Source: torch.nn.functional.feature_alpha_dropout.
 */
export function featureAlphaDropout(input: tf.Tensor, options: AlphaDropoutOptions = {}): tf.Tensor {
  return dropAlpha('featureAlphaDropout', input, options, channelsOf('featureAlphaDropout', [2, 3, 4, 5]));
}

/** The shape of the random choices, which are repeated over the input. */
type ChoiceShape = (x: tf.Tensor) => readonly number[];

/**
 * One choice for each channel.
 * @param unbatched the number of dimensions at which there is no batch before the channels
 */
function channelsOf(name: string, ranks: readonly number[], unbatched?: number): ChoiceShape {
  return (x) => {
    if (!ranks.includes(x.rank)) {
      throw misuse(name, `\`input\` has shape [${x.shape}].`, { allowed: `${ranks.join(' or ')} dimensions` });
    }
    const kept = x.rank === unbatched ? 1 : 2;
    return x.shape.map((size, axis) => (axis < kept ? size : 1));
  };
}

function drop(name: string, input: tf.Tensor, options: DropoutOptions, choices: ChoiceShape): tf.Tensor {
  const { p, training } = settle(name, options, { p: 0.5, training: true });
  within(name, 'p', p, 0, 1);
  return tf.tidy(() => {
    const x = floats(name, 'input', input);
    const shape = choices(x);
    if (!training || p === 0) return tf.clone(x);
    return tf.mul(x, dropMask(shape, p, p === 1 ? 0 : 1 / (1 - p)));
  });
}

// What selu tends to far below 0: minus its scale times its alpha.
const SELU_FLOOR = -1.7580993408473766;

function dropAlpha(name: string, input: tf.Tensor, options: AlphaDropoutOptions, choices: ChoiceShape): tf.Tensor {
  const { p, training } = settle(name, options, { p: 0.5, training: false });
  within(name, 'p', p, 0, 1);
  return tf.tidy(() => {
    const x = floats(name, 'input', input);
    const shape = choices(x);
    if (!training || p === 0) return tf.clone(x);
    if (p === 1) return tf.mul(x, 0);
    const scale = 1 / Math.sqrt((SELU_FLOOR ** 2 * p + 1) * (1 - p));
    const kept = dropMask(shape, p, 1);
    const floor = tf.mul(tf.sub(1, kept), SELU_FLOOR);
    const shift = -SELU_FLOOR * p * scale;
    return tf.add(tf.mul(tf.add(tf.mul(x, kept), floor), scale), shift);
  });
}
