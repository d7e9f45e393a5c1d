import * as tf from '../tf.js';
import { misuse } from './options.js';

/** A tensor as float32. @throws MisconfigurationError when it is no tensor */
export function floats(name: string, argument: string, value: tf.Tensor): tf.Tensor {
  expectTensor(name, argument, value);
  return value.dtype === 'float32' ? value : tf.cast(value, 'float32');
}

/**
 * A tensor of integers as int32; float32 that hold integers are fine.
 * @throws MisconfigurationError when it is no tensor
 */
export function integers(name: string, argument: string, value: tf.Tensor): tf.Tensor {
  expectTensor(name, argument, value);
  return value.dtype === 'int32' ? value : tf.cast(value, 'int32');
}

/** @throws MisconfigurationError when a value is no tensor */
export function expectTensor(name: string, argument: string, value: tf.Tensor): void {
  if (value instanceof tf.Tensor) return;
  throw misuse(name, `\`${argument}\` is no tensor.`, { fix: 'Make one of it with tf.tensor(…).' });
}

/**
 * An axis that may count from the end, as one that counts from the start.
 * @throws MisconfigurationError when there is no such axis
 */
export function axisOf(name: string, dim: number, rank: number, option = 'dim'): number {
  const bound = Math.max(rank, 1); // torch lets a scalar be taken as a list of one
  if (Number.isInteger(dim) && dim >= -bound && dim < bound) return dim < 0 ? dim + bound : dim;
  throw misuse(name, `\`${option}\` is ${dim}, and the tensor has ${rank} dimensions.`, {
    allowed: `an integer from ${-bound} to ${bound - 1}`,
  });
}

/** @throws MisconfigurationError unless the tensor has this shape */
export function expectShape(name: string, argument: string, tensor: tf.Tensor, shape: readonly number[]): void {
  if (tensor.rank === shape.length && tensor.shape.every((size, axis) => size === shape[axis])) return;
  throw misuse(name, `\`${argument}\` has shape [${tensor.shape}].`, { allowed: `[${shape}]` });
}

/** @throws MisconfigurationError unless the tensor has one of these numbers of dimensions */
export function expectRank(name: string, argument: string, tensor: tf.Tensor, ranks: readonly number[]): void {
  if (ranks.includes(tensor.rank)) return;
  throw misuse(name, `\`${argument}\` has shape [${tensor.shape}].`, {
    allowed: `a tensor of ${ranks.join(' or ')} dimensions`,
  });
}

/** @throws MisconfigurationError unless one of two tensors can be repeated to fit the other */
export function expectBroadcast(name: string, a: [string, tf.Tensor], b: [string, tf.Tensor]): void {
  const [left, right] = [a[1].shape, b[1].shape];
  const fits = (at: number) => {
    const [x, y] = [left.at(-1 - at) ?? 1, right.at(-1 - at) ?? 1];
    return x === y || x === 1 || y === 1;
  };
  if ([...Array(Math.min(left.length, right.length)).keys()].every(fits)) return;
  throw misuse(name, `\`${a[0]}\` has shape [${left}], \`${b[0]}\` [${right}].`, {
    fix: 'Give both the same shape; a size of 1 is repeated.',
  });
}

/**
 * The values of a tensor where reading them costs nothing: on engines that compute in the process's own memory.
 * Elsewhere undefined, since reading would wait for the device.
 */
export function valuesAtHand(tensor: tf.Tensor): ArrayLike<number> | undefined {
  return tf.getBackend() === 'wasm' || tf.getBackend() === 'cpu' ? tensor.dataSync() : undefined;
}

/** Applies a function of the last axis to another one. */
export function alongLast(x: tf.Tensor, axis: number, compute: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  if (axis >= x.rank - 1) return compute(x);
  // Swapping two axes is undone by swapping them again.
  const swap = x.shape.map((_, index) => (index === axis ? x.rank - 1 : index === x.rank - 1 ? axis : index));
  return tf.transpose(compute(tf.transpose(x, swap)), swap);
}

/** A vector with one entry for each channel, shaped so that it repeats over `[batch, channels, …]`. */
export function perChannel(vector: tf.Tensor, rank: number): tf.Tensor {
  return rank === 2 ? vector : tf.reshape(vector, [1, -1, ...Array<number>(Math.max(0, rank - 2)).fill(1)]);
}
