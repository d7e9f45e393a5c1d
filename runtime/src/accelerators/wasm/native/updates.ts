import type * as tf from '../../../tf.js';
import type { BackendWasm } from '../../../tfBackends.js';
import { holders, leaveHeld } from '../heldBlock.js';
import { nativeKernels } from './nativeKernels.js';

/** Adam's update; numbers are torch's (`runtime/kernels/adam.ts` has the formula). All tensors have the value's size. */
export interface AdamUpdate {
  readonly value: tf.Tensor;
  readonly gradient: tf.Tensor;
  readonly first: tf.Tensor;
  readonly second: tf.Tensor;
  /** The largest second moments so far (amsgrad). */
  readonly largest?: tf.Tensor | undefined;
  readonly decay: number;
  readonly keep: number;
  readonly betas: readonly [number, number];
  readonly rate: number;
  readonly correction: number;
  readonly eps: number;
}

/** SGD's update (`runtime/kernels/sgd.ts` has the formula). */
export interface SGDUpdate {
  readonly value: tf.Tensor;
  readonly gradient: tf.Tensor;
  readonly momentum?: tf.Tensor | undefined;
  readonly decay: number;
  readonly carry: number;
  readonly take: number;
  readonly look: number;
  readonly rate: number;
}

/** Operations for each element, about: a root and two divisions cost more than they count. */
const ADAM_OPERATIONS = 20;
const SGD_OPERATIONS = 4;
/** Elements; a part begins at a whole cache line. */
const UNIT = 16;

/** Updates where the tensors stand. Returns false, and changes nothing, when somebody else sees that memory too. */
export function adamOnHeap(backend: BackendWasm, update: AdamUpdate): boolean {
  const { value, gradient, first, second, largest, betas } = update;
  if (!areOurs(backend, largest ? [value, first, second, largest] : [value, first, second], gradient)) return false;
  const at = (tensor: tf.Tensor) => backend.dataIdMap.get(tensor.dataId).memoryOffset;
  const args = [
    ...[at(value), at(gradient), at(first), at(second), largest ? at(largest) : 0, 0, 0],
    ...[update.decay, update.keep, betas[0], 1 - betas[0], betas[1], 1 - betas[1]],
    ...[update.rate * update.correction, update.eps * update.correction],
  ];
  nativeKernels(backend).call('adam', args, {
    total: value.size,
    unit: UNIT,
    operations: value.size * ADAM_OPERATIONS,
  });
  forgetPacked(backend, value);
  return true;
}

/** Updates where the tensors stand. Returns false, and changes nothing, when somebody else sees that memory too. */
export function sgdOnHeap(backend: BackendWasm, update: SGDUpdate): boolean {
  const { value, gradient, momentum, look } = update;
  if (!areOurs(backend, momentum ? [value, momentum] : [value], gradient)) return false;
  const at = (tensor: tf.Tensor) => backend.dataIdMap.get(tensor.dataId).memoryOffset;
  const args = [
    ...[at(value), at(gradient), momentum ? at(momentum) : 0, 0, 0],
    ...[update.decay, update.carry, update.take, look === 0 ? 0 : 1, look, update.rate],
  ];
  nativeKernels(backend).call('sgd', args, { total: value.size, unit: UNIT, operations: value.size * SGD_OPERATIONS });
  forgetPacked(backend, value);
  return true;
}

/**
 * True when what will be written has the gradient's size and no clone, reshape or saved copy shares its memory. What is only held, for a
 * checkpoint that is being written, is left to it: the values are then the same as without.
 */
function areOurs(backend: BackendWasm, written: readonly tf.Tensor[], gradient: tf.Tensor): boolean {
  const are =
    gradient.dtype === 'float32' &&
    written.every(
      ({ dtype, size, dataId }) =>
        dtype === 'float32' && size === gradient.size && backend.refCount(dataId) - holders(dataId) <= 1,
    );
  if (are) for (const tensor of written) leaveHeld(backend, tensor);
  return are;
}

/**
 * XNNPACK keeps a filter in a packed form under the tensor's number, and would go on with the old weights. So the
 * memory gets a new number.
 */
function forgetPacked(backend: BackendWasm, { dataId, size }: tf.Tensor): void {
  const data = backend.dataIdMap.get(dataId);
  const numbers = backend as unknown as { dataIdNextNumber: number }; // private in tfjs's types; pinned to 4.22
  backend.wasm.tfjs.disposeData(data.id);
  data.id = numbers.dataIdNextNumber++;
  backend.wasm.tfjs.registerTensor(data.id, size, data.memoryOffset);
}
