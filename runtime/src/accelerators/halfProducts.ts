import * as tf from '../tf.js';
import { type HalfType, roundTo } from './rounding.js';

/**
 * The kernels behind the operations that torch's autocast runs in 16 bits (matmul, linear, bmm, convolutions …), those of their
 * gradients included. Source: torch's autocast lists.
 */
const PRODUCTS = [
  'BatchMatMul',
  '_FusedMatMul',
  'Einsum',
  'Conv2D',
  'FusedConv2D',
  'Conv2DBackpropFilter',
  'Conv2DBackpropInput',
  'DepthwiseConv2dNative',
  'FusedDepthwiseConv2D',
  'DepthwiseConv2dNativeBackpropFilter',
  'DepthwiseConv2dNativeBackpropInput',
  'Conv3D',
  'Conv3DBackpropFilterV2',
  'Conv3DBackpropInputV2',
] as const;

type KernelFunc = tf.KernelConfig['kernelFunc'];

/** What a backend can do with memory; both of ours have it, and the wasm one a view besides. */
interface Memory {
  readSync(dataId: object): Float32Array;
  write(values: Float32Array, shape: number[], dtype: 'float32'): object;
  disposeData(dataId: object): unknown;
  typedArrayFromHeap?(tensor: tf.TensorInfo): Float32Array;
}

let active: HalfType | undefined;
const guards = new WeakSet<KernelFunc>();

/**
 * Until what it returns is disposed, inputs and outputs of products are rounded to 16 bits, as if the engine had the type: the values
 * are those, the arithmetic inside a product is float32's, as on hardware that adds up in float32. Slower than without.
 */
export function roundProducts(type: HalfType): Disposable {
  const before = active;
  active = type;
  guardKernels();
  return {
    [Symbol.dispose]: () => {
      active = before;
    },
  };
}

/** Puts the rounding around the kernels of the engine that runs. Off, it costs one comparison a call. */
function guardKernels(): void {
  const backendName = tf.getBackend();
  for (const kernelName of PRODUCTS) {
    const kernel = tf.getKernel(kernelName, backendName);
    if (!kernel || guards.has(kernel.kernelFunc)) continue;
    const kernelFunc = guarded(kernel.kernelFunc);
    guards.add(kernelFunc);
    tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel({ ...kernel, kernelFunc });
  }
}

function guarded(kernel: KernelFunc): KernelFunc {
  return (call) => {
    if (active === undefined) return kernel(call);
    const memory = call.backend as Memory;
    const copies: tf.TensorInfo[] = [];
    try {
      const inputs = mapInputs(call.inputs, (input) => {
        const copy = rounded(memory, input, active as HalfType);
        copies.push(copy);
        return copy;
      });
      const outputs = kernel({ ...call, inputs });
      for (const output of [outputs].flat()) roundInPlace(memory, output, active);
      return outputs;
    } finally {
      for (const { dataId } of copies) memory.disposeData(dataId);
    }
  };
}

/** Einsum's inputs are a list under numbers, and an input may be left out. */
function mapInputs(
  inputs: tf.NamedTensorInfoMap,
  round: (input: tf.TensorInfo) => tf.TensorInfo,
): tf.NamedTensorInfoMap {
  const mapped = Object.entries(inputs).map(([name, input]) => [
    name,
    input?.dtype === 'float32' ? round(input) : input,
  ]);
  return Array.isArray(inputs)
    ? (mapped.map(([, input]) => input) as unknown as tf.NamedTensorInfoMap) // as it came
    : Object.fromEntries(mapped);
}

function rounded(memory: Memory, { dataId, shape, dtype }: tf.TensorInfo, type: HalfType): tf.TensorInfo {
  const values = Float32Array.from(memory.readSync(dataId));
  roundTo(type, values);
  return { dataId: memory.write(values, shape, 'float32'), shape, dtype } as tf.TensorInfo; // dataIds are opaque
}

function roundInPlace(memory: Memory, tensor: tf.TensorInfo, type: HalfType): void {
  if (tensor.dtype !== 'float32') return;
  // tfjs's own backend keeps values in the array that it hands out.
  roundTo(type, memory.typedArrayFromHeap?.(tensor) ?? memory.readSync(tensor.dataId));
}
