import { tf } from 'lightning-tfjs';
import { toNumbers, toWord } from '../names.js';
import type { TensorJson } from '../scenario.js';

/** A tensor from its JSON. The caller disposes it. */
export function toTensor({ shape, dtype, values }: TensorJson): tf.Tensor {
  return tf.tensor(values.map(toNumbers) as number[], [...shape], dtype);
}

/** The values of a tensor, flattened, as the files write them. */
export function valuesOf(tensor: tf.Tensor): unknown[] {
  const values: unknown[] = [...tensor.dataSync()];
  return values.map((value) => (tensor.dtype === 'bool' ? value !== 0 : toWord(Number(value))));
}

/** A tensor as the files write it. */
export function toJson(tensor: tf.Tensor): TensorJson {
  const dtype = tensor.dtype as TensorJson['dtype']; // the operations of the format make no others
  return { shape: tensor.shape, dtype, values: valuesOf(tensor) as TensorJson['values'] };
}
