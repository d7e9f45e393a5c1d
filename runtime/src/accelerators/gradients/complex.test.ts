import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '../../tf.js';
import { expectClose, startEngines } from '../testing/differential.js';
import { TestRandom } from '../testing/random.js';

beforeAll(startEngines);

/**
 * tfjs's own `tf.grads` refuses complex gradients on their way, so the registered functions are called one by one here, from
 * the last operation to the first.
 */
function backwards(dy: tf.Tensor, ...steps: readonly [kernel: string, saved: tf.Tensor[], input: string][]): tf.Tensor {
  let gradient = dy;
  for (const [kernel, saved, input] of steps) {
    const gradients = tf.getGradient(kernel).gradFunc(gradient, saved, {});
    gradient = (gradients[input] as () => tf.Tensor)();
  }
  return gradient;
}

/** A weighted sum's slope along each number, by central differences. */
function slopes(f: (x: tf.Tensor) => tf.Tensor, x: Float32Array, weights: Float32Array): number[] {
  const at = (values: Float32Array) => {
    const out = tf.tidy(() => Float32Array.from(f(tf.tensor1d(values)).dataSync()));
    return out.reduce((sum, value, i) => sum + value * (weights[i] as number), 0);
  };
  const step = 1e-2;
  return Array.from(x, (value, i) => (at(x.with(i, value + step)) - at(x.with(i, value - step))) / (2 * step));
}

describe.each(['cpu', 'wasm'] as const)('gradients of complex numbers on %s', (engine) => {
  const random = new TestRandom(3);
  const [x, y, weights] = [random.floats([6], 2), random.floats([6]), random.floats([6])];
  const z = (real: tf.Tensor) => tf.complex(real, tf.tensor1d(y));

  it.each<[string, (real: tf.Tensor) => tf.Tensor, (dy: tf.Tensor) => tf.Tensor]>([
    [
      'the real part of a transform',
      (real) => tf.real(tf.spectral.fft(z(real))),
      (dy) => backwards(dy, [tf.Real, [], 'input'], [tf.FFT, [], 'input'], [tf.Complex, [], 'real']),
    ],
    [
      'the imaginary part of a transform',
      (real) => tf.imag(tf.spectral.fft(z(real))),
      (dy) => backwards(dy, [tf.Imag, [], 'input'], [tf.FFT, [], 'input'], [tf.Complex, [], 'real']),
    ],
    [
      'a transform back, with respect to the imaginary part',
      (imaginary) => tf.real(tf.spectral.ifft(tf.complex(tf.tensor1d(y), imaginary))),
      (dy) => backwards(dy, [tf.Real, [], 'input'], [tf.IFFT, [], 'input'], [tf.Complex, [], 'imag']),
    ],
    [
      'the length of a number',
      (real) => tf.abs(z(real)),
      (dy) => backwards(dy, [tf.ComplexAbs, [z(tf.tensor1d(x))], 'x'], [tf.Complex, [], 'real']),
    ],
  ])('%s', async (_name, f, derive) => {
    await tf.setBackend(engine);
    const found = tf.tidy(() => Array.from(derive(tf.tensor1d(weights)).dataSync()));
    expectClose(found, slopes(f, x, weights), 5e-3);
  });
});

it('adds and multiplies complex numbers on both engines', async () => {
  for (const engine of ['cpu', 'wasm']) {
    await tf.setBackend(engine);
    const found = tf.tidy(() => {
      const [a, b] = [tf.complex([1, 2], [3, 4]), tf.complex([0, 1], [1, 1])];
      return [tf.add(a, b), tf.mul(a, b), tf.concat([a, b]), tf.reshape(a, [2, 1])].map((c) =>
        Array.from(c.dataSync()),
      );
    });
    expect(found).toEqual([
      [1, 4, 3, 5],
      [-3, 1, -2, 6],
      [1, 3, 2, 4, 0, 1, 1, 1],
      [1, 3, 2, 4],
    ]);
  }
});
