import * as tf from '../../../tf.js';
import { type OpTable, uniform } from './opCase.js';

/** Complex numbers, seen by their parts, and what is made of them. */
export const SIGNAL_OPS: OpTable = {
  'complex, real and imag': (random) => {
    const shape = random.shape(0, 3);
    return {
      inputs: [uniform(random, shape), uniform(random, shape)],
      run: (x, y) => {
        const z = tf.complex(x, y);
        return tf.mul(tf.real(z), tf.add(tf.imag(z), 2));
      },
    };
  },
  'abs of complex numbers': (random) => {
    const shape = random.shape(0, 3);
    return {
      inputs: [uniform(random, shape, 0.2, 1), uniform(random, shape)],
      run: (x, y) => tf.abs(tf.complex(x, y)),
    };
  },
  'spectral.fft': (random) => {
    const shape = random.shape(1, 3, 6);
    return {
      inputs: [uniform(random, shape), uniform(random, shape)],
      run: (x, y) => {
        const z = tf.spectral.fft(tf.complex(x, y));
        return [tf.real(z), tf.imag(z)];
      },
    };
  },
  'spectral.ifft': (random) => {
    const shape = random.shape(1, 3, 6);
    return {
      inputs: [uniform(random, shape), uniform(random, shape)],
      run: (x, y) => {
        const z = tf.spectral.ifft(tf.complex(x, y));
        return [tf.real(z), tf.imag(z)];
      },
    };
  },
  'spectral.rfft': (random) => ({
    inputs: [uniform(random, [random.integer(1, 2), random.integer(2, 7)])],
    run: (x) => {
      const z = tf.spectral.rfft(x);
      return [tf.real(z), tf.imag(z)];
    },
  }),
  'spectral.irfft': (random) => {
    const shape = [2, random.integer(2, 5)];
    return {
      inputs: [uniform(random, shape), uniform(random, shape)],
      run: (x, y) => tf.spectral.irfft(tf.complex(x, y)),
    };
  },
};
