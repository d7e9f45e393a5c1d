import * as tf from '../../tf.js';
import { elementwise } from '../gradients.js';
import { misuse, settle } from '../options.js';
import { uniformNoise } from '../random.js';
import { floats, perChannel } from '../tensors.js';

/**
 * x where it is positive, else x · weight. Source: torch.nn.functional.prelu; He et al., 2015.
 * @param weight one slope, or one for each channel (axis 1)
 */
export function prelu(input: tf.Tensor, weight: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const x = floats('prelu', 'input', input);
    const slope = floats('prelu', 'weight', weight);
    const channels = x.rank > 1 ? (x.shape[1] ?? 1) : 1;
    if (slope.size !== 1 && slope.size !== channels) {
      throw misuse('prelu', `\`weight\` has ${slope.size} entries, \`input\` has shape [${x.shape}].`, {
        allowed: channels > 1 ? `1 or ${channels}, the number of channels (axis 1)` : '1',
      });
    }
    const factor = slope.size === 1 ? tf.reshape(slope, []) : perChannel(tf.reshape(slope, [-1]), x.rank);
    // Not tf.prelu: on wasm it repeats the slopes along the wrong axis.
    return tf.add(tf.relu(x), tf.mul(negativePart(x), factor));
  });
}

/** min(x, 0), to which the slope at 0 belongs. */
function negativePart(input: tf.Tensor): tf.Tensor {
  return elementwise(
    input,
    (x) => tf.neg(tf.relu(tf.neg(x))),
    (x) => tf.sub(1, tf.step(x)),
  );
}

/** Options of {@link rrelu}. */
export interface RreluOptions {
  /** Default 1/8. */
  lower?: number;
  /** Default 1/3. */
  upper?: number;
  /** Draw a slope for each value; default false, which takes the middle of both. */
  training?: boolean;
}

/**
 * x where it is positive, else x times a random slope from the seeded generator. Source: torch.nn.functional.rrelu; Xu
 * et al., 2015.
 */
export function rrelu(input: tf.Tensor, options: RreluOptions = {}): tf.Tensor {
  const { lower, upper, training } = settle('rrelu', options, { lower: 1 / 8, upper: 1 / 3, training: false });
  if (lower > upper) throw misuse('rrelu', `\`lower\` is ${lower}, above \`upper\`, ${upper}.`);
  return tf.tidy(() => {
    const x = floats('rrelu', 'input', input);
    if (!training) return tf.leakyRelu(x, (lower + upper) / 2);
    const slopes = uniformNoise(x.shape, (share) => lower + (upper - lower) * share);
    return tf.mul(x, tf.where(tf.greater(x, 0), tf.onesLike(x), slopes));
  });
}
