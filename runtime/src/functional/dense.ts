import * as tf from '../tf.js';
import { misuse, settle } from './options.js';
import { expectShape, floats } from './tensors.js';

/** Options of {@link linear} and {@link bilinear}. */
export interface LinearOptions {
  /** A summand for each output. */
  bias?: tf.Tensor;
}

/**
 * x · weightᵀ + bias. Source: torch.nn.functional.linear.
 * @param input `[…, inputs]`
 * @param weight `[outputs, inputs]`, or `[inputs]` for one output without an axis
 */
export function linear(input: tf.Tensor, weight: tf.Tensor, options: LinearOptions = {}): tf.Tensor {
  const { bias } = settle('linear', options, { bias: undefined });
  return tf.tidy(() => {
    const [x, w] = [floats('linear', 'input', input), floats('linear', 'weight', weight)];
    const inputs = w.shape.at(-1) ?? 0;
    if (w.rank < 1 || w.rank > 2 || x.rank < 1 || x.shape.at(-1) !== inputs) {
      throw misuse('linear', `\`input\` has shape [${x.shape}], \`weight\` [${w.shape}].`, {
        allowed: '[…, inputs] and [outputs, inputs]',
      });
    }
    const outputs = w.shape.slice(0, -1);
    const rows: tf.Tensor2D = tf.reshape(x, [-1, inputs]);
    const product = tf.matMul(rows, tf.reshape(w, [-1, inputs]) as tf.Tensor2D, false, true);
    return withBias('linear', tf.reshape(product, [...x.shape.slice(0, -1), ...outputs]), bias, outputs);
  });
}

/**
 * x1ᵀ · weight · x2 + bias for each output. Source: torch.nn.functional.bilinear.
 * @param input1 `[…, inputs1]`
 * @param input2 `[…, inputs2]`
 * @param weight `[outputs, inputs1, inputs2]`
 */
export function bilinear(
  input1: tf.Tensor,
  input2: tf.Tensor,
  weight: tf.Tensor,
  options: LinearOptions = {},
): tf.Tensor {
  const { bias } = settle('bilinear', options, { bias: undefined });
  return tf.tidy(() => {
    const [a, b] = [floats('bilinear', 'input1', input1), floats('bilinear', 'input2', input2)];
    const w = floats('bilinear', 'weight', weight);
    const [outputs = 0, first = 0, second = 0] = w.shape;
    const places = a.shape.slice(0, -1);
    if (w.rank !== 3 || a.shape.at(-1) !== first) {
      throw misuse('bilinear', `\`input1\` has shape [${a.shape}], \`weight\` [${w.shape}].`, {
        allowed: '[…, inputs1] and [outputs, inputs1, inputs2]',
      });
    }
    expectShape('bilinear', 'input2', b, [...places, second]);
    const byFirst = tf.reshape(tf.transpose(w, [1, 0, 2]), [first, outputs * second]);
    const half = tf.reshape(tf.matMul(tf.reshape(a, [-1, first]), byFirst), [-1, outputs, second]);
    const products = tf.sum(tf.mul(half, tf.reshape(b, [-1, 1, second])), -1);
    return withBias('bilinear', tf.reshape(products, [...places, outputs]), bias, [outputs]);
  });
}

function withBias(name: string, x: tf.Tensor, bias: tf.Tensor | undefined, shape: readonly number[]): tf.Tensor {
  if (!bias) return x;
  const summand = floats(name, 'bias', bias);
  expectShape(name, 'bias', summand, shape);
  return tf.add(x, summand);
}
