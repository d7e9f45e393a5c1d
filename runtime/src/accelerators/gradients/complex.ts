import * as tf from '../../tf.js';
import { defineGradient } from './gradient.js';

/**
 * Gradients of complex numbers: the gradient of `x + iy` is `∂L/∂x + i·∂L/∂y`, as in torch. tfjs-core has none.
 * Complex tensors themselves can be added, taken apart and transformed; other operations on them have no right gradient.
 */
const parts = [
  defineGradient(tf.Complex, {}, ({ dy }) => ({ real: () => tf.real(dy), imag: () => tf.imag(dy) })),
  defineGradient(tf.Real, {}, ({ dy }) => ({ input: () => tf.complex(dy, tf.zerosLike(dy)) })),
  defineGradient(tf.Imag, {}, ({ dy }) => ({ input: () => tf.complex(tf.zerosLike(dy), dy) })),
];

/** The direction of the number; 0 at 0. */
const complexAbs = defineGradient<'x'>(tf.ComplexAbs, { inputs: ['x'] }, ({ dy, inputs: { x } }) => ({
  x: () => {
    const share = tf.divNoNan(dy, tf.abs(x));
    return tf.complex(tf.mul(tf.real(x), share), tf.mul(tf.imag(x), share));
  },
}));

/** The transform back, which has a factor of the other kind. */
const transforms = [
  defineGradient(tf.FFT, {}, ({ dy }) => ({ input: () => scale(tf.spectral.ifft(dy), dy.shape.at(-1) ?? 1) })),
  defineGradient(tf.IFFT, {}, ({ dy }) => ({ input: () => scale(tf.spectral.fft(dy), 1 / (dy.shape.at(-1) ?? 1)) })),
];

function scale(x: tf.Tensor, factor: number): tf.Tensor {
  return tf.complex(tf.mul(tf.real(x), factor), tf.mul(tf.imag(x), factor));
}

/** Gradients of complex numbers and of Fourier transforms. */
export const complexGradients: readonly tf.GradConfig[] = [...parts, complexAbs, ...transforms];
