import * as tf from '../../../tf.js';
import type { BackendWasm } from '../../../tfBackends.js';
import { defineKernel, type KernelCall, type WasmKernel } from '../kernel.js';

/** The part of tfjs's cpu backend that we use; the package does not publish its class. */
interface ReferenceBackend {
  readSync(dataId: tf.DataId): tf.BackendValues;
  makeTensorInfo(shape: number[], dtype: tf.DataType, values: tf.BackendValues): tf.TensorInfo;
  disposeData(dataId: tf.DataId): boolean;
}

/** Inputs of any kernel; some take lists, and some can be left out. */
export type AnyInputs = Readonly<Record<string, tf.TensorInfo | tf.TensorInfo[] | undefined>>;

/** Draws on a canvas, which Node does not have. */
const NOT_HERE: readonly string[] = [tf.Draw];

/**
 * Kernels that tfjs's reference has and its wasm backend lacks, run there on copies: Fourier transforms, ragged tensors,
 * regular expressions. They are slow, and rare in training; what training needs has a kernel of its own.
 */
export function missingKernels(ours: readonly WasmKernel[]): WasmKernel[] {
  return tf
    .getKernelsForBackend('cpu')
    .map(({ kernelName }) => kernelName)
    .filter((name) => !NOT_HERE.includes(name) && !ours.some((kernel) => kernel.name === name))
    .filter((name) => tf.getKernel(name, 'wasm') === undefined)
    .map((name) => defineKernel<AnyInputs, object>(name, (call) => runOnReference(name, call)));
}

/** Runs a kernel of tfjs's reference on copies; the result is a tensor of the wasm engine. */
export function runOnReference(
  name: string,
  { inputs, attrs, backend }: KernelCall<AnyInputs, object | undefined>,
): tf.TensorInfo | tf.TensorInfo[] {
  const reference = tf.findBackend('cpu') as unknown as ReferenceBackend; // by its name
  const here: tf.TensorInfo[] = [];
  const copy = (x: tf.TensorInfo): tf.TensorInfo => {
    const made = copyTo(reference, x, backend.readSync(x.dataId));
    here.push(made);
    return made;
  };
  try {
    const one = (x: AnyInputs[string]) => (Array.isArray(x) ? x.map(copy) : x && copy(x));
    // Inputs that are a list stay one. tfjs's type does not know that some kernels take lists as single inputs too.
    const copies = Array.isArray(inputs)
      ? inputs.map(one)
      : Object.fromEntries(Object.entries(inputs).map(([key, x]) => [key, one(x)]));
    const { kernelFunc } = tf.getKernel(name, 'cpu');
    const made = kernelFunc({
      inputs: copies as tf.NamedTensorInfoMap,
      attrs: attrs as tf.NamedAttrMap,
      backend: reference,
    });
    const all = Array.isArray(made) ? made : [made];
    here.push(...all);
    const results = all.map((x) => copyBack(backend, x, reference.readSync(x.dataId)));
    return Array.isArray(made) ? results : (results[0] as tf.TensorInfo);
  } finally {
    for (const { dataId } of here) reference.disposeData(dataId);
  }
}

function copyTo(reference: ReferenceBackend, { shape, dtype }: tf.TensorInfo, values: tf.BackendValues): tf.TensorInfo {
  if (dtype !== 'complex64') return reference.makeTensorInfo(shape, dtype, values);
  const { real, imag } = tf.backend_util.splitRealAndImagArrays(values as Float32Array);
  const parts = {
    real: reference.makeTensorInfo(shape, 'float32', real),
    imag: reference.makeTensorInfo(shape, 'float32', imag),
  };
  try {
    return tf
      .getKernel(tf.Complex, 'cpu')
      .kernelFunc({ inputs: parts, attrs: {}, backend: reference }) as tf.TensorInfo;
  } finally {
    for (const { dataId } of Object.values(parts)) reference.disposeData(dataId);
  }
}

function copyBack(backend: BackendWasm, { shape, dtype }: tf.TensorInfo, values: tf.BackendValues): tf.TensorInfo {
  return { dataId: backend.write(values, shape, dtype), shape, dtype };
}
