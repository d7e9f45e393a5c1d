import * as tf from '../../tf.js';
import { fused } from '../gradients.js';
import { misuse, positive, REQUIRED, settle } from '../options.js';
import { gumbelNoise } from '../random.js';
import { alongLast, axisOf, floats } from '../tensors.js';

/** Options of {@link softmax}, {@link logSoftmax} and {@link softmin}. */
export interface SoftmaxOptions {
  /** The axis whose values add up to 1; may count from the end. Required. */
  dim: number;
}

/** exp(x) / sum(exp(x)) along an axis. Source: torch.nn.functional.softmax. */
export function softmax(input: tf.Tensor, options: SoftmaxOptions): tf.Tensor {
  return along('softmax', input, options, (x) => tf.softmax(x));
}

/** log(softmax(x)), without its loss of precision. Source: torch.nn.functional.log_softmax. */
export function logSoftmax(input: tf.Tensor, options: SoftmaxOptions): tf.Tensor {
  return along('logSoftmax', input, options, (x) => tf.logSoftmax(x));
}

/** softmax(-x). Source: torch.nn.functional.softmin. */
export function softmin(input: tf.Tensor, options: SoftmaxOptions): tf.Tensor {
  return along('softmin', input, options, (x) => tf.softmax(tf.neg(x)));
}

/** Options of {@link gumbelSoftmax}. */
export interface GumbelSoftmaxOptions {
  /** Temperature, above 0; default 1. */
  tau?: number;
  /** One-hot samples, with the gradient of the soft ones; default false. */
  hard?: boolean;
  /** Default -1. */
  dim?: number;
}

/**
 * Samples from the categorical distribution of some logits, so that gradients pass. Draws from the seeded generator.
 * Source: torch.nn.functional.gumbel_softmax; Jang, Gu and Poole, 2017.
 */
export function gumbelSoftmax(logits: tf.Tensor, options: GumbelSoftmaxOptions = {}): tf.Tensor {
  const { tau, hard, dim } = settle('gumbelSoftmax', options, { tau: 1, hard: false, dim: -1 });
  positive('gumbelSoftmax', 'tau', tau);
  return along('gumbelSoftmax', logits, { dim }, (x) => {
    const soft = tf.softmax(tf.div(tf.add(x, gumbelNoise(x.shape)), tau));
    return hard ? straightThrough(soft) : soft;
  });
}

/** Options of {@link glu}. */
export interface GluOptions {
  /** The axis to halve; its size must be even. Default -1. */
  dim?: number;
}

/**
 * The first half of an axis times the sigmoid of its second half. Source: torch.nn.functional.glu; Dauphin et al.,
 * 2017.
 */
export function glu(input: tf.Tensor, options: GluOptions = {}): tf.Tensor {
  const { dim } = settle('glu', options, { dim: -1 });
  return tf.tidy(() => {
    const x = floats('glu', 'input', input);
    const axis = axisOf('glu', dim, x.rank);
    const length = x.shape[axis] ?? 1;
    if (length % 2 !== 0) {
      throw misuse('glu', `Axis ${axis} of [${x.shape}] cannot be halved.`, { allowed: 'an even size' });
    }
    const [values, gates] = tf.split(x, 2, axis) as [tf.Tensor, tf.Tensor];
    return tf.mul(values, tf.sigmoid(gates));
  });
}

function along(
  name: string,
  input: tf.Tensor,
  options: SoftmaxOptions,
  compute: (x: tf.Tensor) => tf.Tensor,
): tf.Tensor {
  const { dim } = settle(name, options ?? {}, { dim: REQUIRED });
  return tf.tidy(() => {
    const x = floats(name, 'input', input);
    const axis = axisOf(name, dim, x.rank);
    // Of a single value, as of a list of one.
    return x.rank === 0 ? tf.reshape(compute(tf.reshape(x, [1])), []) : alongLast(x, axis, compute);
  });
}

/** One-hot at the largest value of the last axis; backwards as if nothing was done. */
function straightThrough(soft: tf.Tensor): tf.Tensor {
  return fused([soft], () => ({
    value: tf.oneHot(tf.cast(tf.argMax(soft, -1), 'int32'), soft.shape.at(-1) ?? 1, 1, 0, 'float32'),
    saved: [],
    gradient: (dy) => tf.clone(dy),
  }));
}
