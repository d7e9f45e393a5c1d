import * as tf from '../../tf.js';
import { adamInPlace } from '../index.js';
import type { TestRandom } from './random.js';

/** Some numbers after one step of Adam in place. */
export function updateInPlace(random: TestRandom, size: number): Float32Array {
  const [values, gradients] = [random.floats([size]), random.floats([size])];
  return tf.tidy(() => {
    const value = tf.tensor1d(values);
    adamInPlace({
      value,
      gradient: tf.tensor1d(gradients),
      first: tf.zeros([size]),
      second: tf.zeros([size]),
      decay: 0,
      keep: 1,
      betas: [0.9, 0.999],
      rate: 1e-2,
      correction: 0.5,
      eps: 1e-8,
    });
    return value.dataSync<'float32'>();
  });
}
