import * as tf from '../../tf.js';
import type { BackendWasm } from '../../tfBackends.js';
import { bringHere, makeZeros } from '../wasm/heap.js';
import type { KernelResult, SharedCall, SharedKernel } from './sharedKernel.js';

/** What a kernel will make, and how. Outputs come zeroed, and are `float32` unless it says otherwise. */
export interface ArrayPlan<Input extends string> {
  readonly outputs: readonly { readonly shape: number[]; readonly dtype?: tf.DataType }[];
  /** Integers and truth values come as typed arrays of their own, which are read and written in the same way. */
  readonly fill: (inputs: Readonly<Record<Input, Float32Array>>, outputs: readonly Float32Array[]) => void;
}

/**
 * Describes a kernel that works on plain arrays: those of the cpu engine's tensors, or views of the wasm engine's heap. Shapes
 * are worked out first, so that nothing is allocated (and no view moves) while numbers are computed.
 */
export function defineArrayKernel<Input extends string, Attributes = object>(
  name: string,
  plan: (inputs: Readonly<Record<Input, tf.TensorInfo>>, attrs: Attributes) => ArrayPlan<Input>,
): SharedKernel {
  return {
    name,
    run: (call) => {
      // The engine calls each kernel by its name, with the inputs and attributes of that name.
      const made = plan(call.inputs as Record<Input, tf.TensorInfo>, call.attrs as Attributes);
      return call.engine === 'wasm' ? onHeap(call, made) : onArrays(call, made);
    },
  };
}

function onHeap({ inputs, backend: active }: SharedCall, { outputs, fill }: ArrayPlan<string>): KernelResult {
  const backend = active as BackendWasm; // by the engine's name
  bringHere(backend, ...Object.values(inputs));
  const made = outputs.map(({ shape, dtype }) => makeZeros(backend, shape, dtype));
  const view = (tensor: tf.TensorInfo) => backend.typedArrayFromHeap(tensor) as Float32Array; // see `ArrayPlan`
  try {
    fill(mapValues(inputs, view), made.map(view));
  } catch (error) {
    for (const { dataId } of made) backend.disposeData(dataId);
    throw error;
  }
  return oneOrAll(made);
}

/** The part of tfjs's cpu backend that we use; the package does not publish its class. */
interface ReferenceBackend {
  readSync(dataId: tf.DataId): Float32Array;
  makeTensorInfo(shape: number[], dtype: tf.DataType, values: Float32Array): tf.TensorInfo;
}

function onArrays({ inputs, backend: active }: SharedCall, { outputs, fill }: ArrayPlan<string>): KernelResult {
  const backend = active as unknown as ReferenceBackend; // by the engine's name
  const arrays = outputs.map(({ shape, dtype = 'float32' }) => {
    const size = tf.util.sizeFromShape(shape);
    return tf.util.getTypedArrayFromDType(dtype as 'float32', size) as Float32Array; // see `ArrayPlan`
  });
  fill(
    mapValues(inputs, ({ dataId }) => backend.readSync(dataId)),
    arrays,
  );
  return oneOrAll(
    outputs.map(({ shape, dtype = 'float32' }, i) => backend.makeTensorInfo(shape, dtype, arrays[i] as Float32Array)),
  );
}

function mapValues<From, To>(values: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]));
}

function oneOrAll(made: tf.TensorInfo[]): KernelResult {
  return made.length === 1 ? (made[0] as tf.TensorInfo) : made;
}
