import * as tf from '../../tf.js';
import { elementwise } from '../gradients.js';

/** log(1 + exp(x)) to full precision, also where exp(x) overflows or 1 + exp(x) is 1. Without a gradient of its own. */
export function softplusOf(x: tf.Tensor): tf.Tensor {
  return tf.add(tf.relu(x), tf.log1p(tf.exp(tf.neg(tf.abs(x)))));
}

/** log(1 + exp(x)) as one node on the tape. */
export function smoothPlus(x: tf.Tensor): tf.Tensor {
  return elementwise(x, softplusOf, tf.sigmoid);
}
