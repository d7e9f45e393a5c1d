import * as tf from '../../tf.js';
import { elementwise, fused } from '../gradients.js';
import { oneOf, settle } from '../options.js';
import { floats } from '../tensors.js';
import { smoothPlus, softplusOf } from './softplus.js';

/** 1 / (1 + exp(-x)). Source: torch.sigmoid. */
export function sigmoid(input: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.sigmoid(floats('sigmoid', 'input', input)));
}

/** The hyperbolic tangent. Source: torch.tanh. */
export function tanh(input: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.tanh(floats('tanh', 'input', input)));
}

/** log(sigmoid(x)), exact where sigmoid(x) is 0 in float32. Source: torch.nn.functional.logsigmoid. */
export function logsigmoid(input: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.neg(smoothPlus(tf.neg(floats('logsigmoid', 'input', input)))));
}

/** Options of {@link softplus}. */
export interface SoftplusOptions {
  /** Default 1; the larger, the nearer to relu. */
  beta?: number;
  /** x itself is taken where beta · x is above this; default 20. */
  threshold?: number;
}

/** From here on log(1 + exp(x)) is x in float32, so that no threshold above it makes a difference. */
const LINEAR_FROM = 17;

/** log(1 + exp(beta · x)) / beta. Source: torch.nn.functional.softplus. */
export function softplus(input: tf.Tensor, options: SoftplusOptions = {}): tf.Tensor {
  const { beta, threshold } = settle('softplus', options, { beta: 1, threshold: 20 });
  return tf.tidy(() => {
    const given = floats('softplus', 'input', input);
    const curve = (x: tf.Tensor) => tf.div(softplusOf(tf.mul(x, beta)), beta);
    const slope = (x: tf.Tensor) => tf.sigmoid(tf.mul(x, beta));
    if (threshold >= LINEAR_FROM) return elementwise(given, curve, slope);
    const isLinear = (x: tf.Tensor) => tf.greater(tf.mul(x, beta), threshold);
    return elementwise(
      given,
      (x) => tf.where(isLinear(x), x, curve(x)),
      (x) => tf.where(isLinear(x), tf.onesLike(x), slope(x)),
    );
  });
}

/** x / (1 + |x|). Source: torch.nn.functional.softsign. */
export function softsign(input: tf.Tensor): tf.Tensor {
  const divisor = (x: tf.Tensor) => tf.add(tf.abs(x), 1);
  return tf.tidy(() =>
    elementwise(
      floats('softsign', 'input', input),
      (x) => tf.div(x, divisor(x)),
      (x) => tf.reciprocal(tf.square(divisor(x))),
    ),
  );
}

/** x - tanh(x). Source: torch.nn.functional.tanhshrink. */
export function tanhshrink(input: tf.Tensor): tf.Tensor {
  return tf.tidy(() =>
    elementwise(
      floats('tanhshrink', 'input', input),
      (x) => tf.sub(x, tf.tanh(x)),
      (x) => tf.square(tf.tanh(x)),
    ),
  );
}

/** x · sigmoid(x), also called swish. Source: torch.nn.functional.silu. */
export function silu(input: tf.Tensor): tf.Tensor {
  return tf.tidy(() =>
    elementwise(
      floats('silu', 'input', input),
      (x) => tf.mul(x, tf.sigmoid(x)),
      (x) => {
        const y = tf.sigmoid(x);
        return tf.mul(y, tf.add(tf.mul(x, tf.sub(1, y)), 1));
      },
    ),
  );
}

/** x · tanh(softplus(x)). Source: torch.nn.functional.mish; Misra, 2019. */
export function mish(input: tf.Tensor): tf.Tensor {
  return tf.tidy(() =>
    elementwise(
      floats('mish', 'input', input),
      (x) => tf.mul(x, tanhOfSoftplus(x)),
      (x) => {
        const y = tanhOfSoftplus(x);
        return tf.add(y, tf.mul(tf.mul(x, tf.sigmoid(x)), tf.sub(1, tf.square(y))));
      },
    ),
  );
}

/**
 * With e = exp(x): e · (e + 2) / (e · (e + 2) + 2), which needs one slow function rather than three. It is 1 from x =
 * 10 on.
 */
function tanhOfSoftplus(x: tf.Tensor): tf.Tensor {
  const e = tf.exp(tf.clipByValue(x, Number.NEGATIVE_INFINITY, 20));
  const product = tf.mul(e, tf.add(e, 2));
  return tf.div(product, tf.add(product, 2));
}

const APPROXIMATIONS = ['none', 'tanh'] as const;

/** Options of {@link gelu}. */
export interface GeluOptions {
  /** 'none', the default, is exact; 'tanh' is the older approximation. */
  approximate?: (typeof APPROXIMATIONS)[number];
}

/** x · Φ(x), with Φ the normal distribution. Source: torch.nn.functional.gelu; Hendrycks and Gimpel, 2016. */
export function gelu(input: tf.Tensor, options: GeluOptions = {}): tf.Tensor {
  const { approximate } = settle('gelu', options, { approximate: 'none' });
  const { below, density } = oneOf('gelu', 'approximate', approximate, APPROXIMATIONS) === 'none' ? EXACT : BY_TANH;
  return tf.tidy(() => {
    const x = floats('gelu', 'input', input);
    return fused([x], () => {
      const share = below(x);
      return {
        value: tf.mul(x, share),
        saved: [x, share], // the share is the slowest part, and the gradient needs it too
        gradient: (dy, kept, keptShare) => tf.mul(dy, tf.add(keptShare, tf.mul(kept, density(kept, keptShare)))),
      };
    });
  });
}

const EXACT = {
  below: (x: tf.Tensor) => tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5),
  density: (x: tf.Tensor) => tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI)),
};

const CUBE = 0.044715;
const ROOT = Math.sqrt(2 / Math.PI);

// (1 + tanh(u)) / 2 is sigmoid(2u), which engines have fast.
const BY_TANH = {
  below: (x: tf.Tensor) => tf.sigmoid(tf.mul(tf.mul(x, tf.add(tf.mul(tf.square(x), CUBE), 1)), 2 * ROOT)),
  density: (x: tf.Tensor, below: tf.Tensor) => {
    const inner = tf.mul(tf.add(tf.mul(tf.square(x), 3 * CUBE), 1), 2 * ROOT);
    return tf.mul(tf.mul(below, tf.sub(1, below)), inner);
  },
};
