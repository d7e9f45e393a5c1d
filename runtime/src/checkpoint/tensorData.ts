import { HeldTensor } from './heldTensor.js';

/** Element types that a checkpoint holds. */
export const TENSOR_DTYPES = ['float32', 'int32', 'bool'] as const;
export type TensorDtype = (typeof TENSOR_DTYPES)[number];

/** A tensor's values on the host, independent of any engine. */
export interface TensorData {
  readonly dtype: TensorDtype;
  readonly shape: readonly number[];
  /** Row-major: a Float32Array for float32, an Int32Array for int32, a Uint8Array of 0 and 1 for bool. */
  readonly data: Float32Array | Int32Array | Uint8Array;
}

/** Whether a value is a {@link TensorData}, as opposed to an object that happens to have a shape. */
export function isTensorData(value: unknown): value is TensorData {
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof HeldTensor) return true; // whose data would be copied
  const { dtype, shape, data }: { [K in keyof TensorData]?: unknown } = value;
  if (!TENSOR_DTYPES.some((known) => known === dtype) || !Array.isArray(shape)) return false;
  return data instanceof Float32Array || data instanceof Int32Array || data instanceof Uint8Array;
}
