import * as tf from '../../../tf.js';
import { bringHere, floats, makeZeros } from '../heap.js';
import { defineKernel, type WasmKernel } from '../kernel.js';

const complex = defineKernel<{ real: tf.TensorInfo; imag: tf.TensorInfo }, object>(
  tf.Complex,
  ({ inputs: { real, imag }, backend }) => {
    bringHere(backend, real, imag);
    const out = makeZeros(backend, real.shape, 'complex64');
    const [x, y, pairs] = [floats(backend, real), floats(backend, imag), floats(backend, out)];
    for (let i = 0; i < x.length; i++) {
      pairs[2 * i] = x[i] as number;
      pairs[2 * i + 1] = y[i] as number;
    }
    return out;
  },
);

/** One number from each pair. */
function partOf(name: string, input: string, part: (real: number, imaginary: number) => number): WasmKernel {
  return defineKernel<Readonly<Record<string, tf.TensorInfo>>, object>(name, ({ inputs, backend }) => {
    const x = inputs[input] as tf.TensorInfo; // the kernel's one input
    bringHere(backend, x);
    const out = makeZeros(backend, x.shape);
    const [pairs, values] = [floats(backend, x), floats(backend, out)];
    for (let i = 0; i < values.length; i++) values[i] = part(pairs[2 * i] as number, pairs[2 * i + 1] as number);
    return out;
  });
}

/** Makes complex numbers, and takes them apart. Upstream has none of these; the tensors are pairs of floats on the heap. */
export const complexKernels: readonly WasmKernel[] = [
  complex,
  partOf(tf.Real, 'input', (real) => real),
  partOf(tf.Imag, 'input', (_real, imaginary) => imaginary),
  partOf(tf.ComplexAbs, 'x', Math.hypot),
];
