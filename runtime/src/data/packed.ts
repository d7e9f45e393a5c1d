import * as tf from '../tf.js';
import type { ColumnDtype, ColumnValues } from './columns.js';

/** A tensor as plain values. */
export interface PackedTensor {
  readonly kind: 'tensor';
  /** Row-major. */
  readonly data: ColumnValues;
  readonly shape: readonly number[];
  readonly dtype: ColumnDtype;
}

/**
 * A batch, or a list of samples, before its tensors are made. All but `stack` can be sent to another thread.
 * A `plain` value is what it is.
 */
export type Packed =
  | PackedTensor
  | { readonly kind: 'stack'; readonly tensors: readonly tf.Tensor[] }
  | { readonly kind: 'plain'; readonly value: unknown }
  | { readonly kind: 'list'; readonly parts: readonly Packed[] }
  | { readonly kind: 'record'; readonly keys: readonly string[]; readonly parts: readonly Packed[] };

/** A tensor over `values`, which it takes: the caller no longer changes them. The caller owns the tensor. */
export function tensorOf(values: ColumnValues, shape: readonly number[], dtype: ColumnDtype): tf.Tensor {
  return tf.tensor(values, [...shape], dtype);
}

/** Makes the tensors, which the caller owns; none is left when it fails. */
export function unpack(packed: Packed): unknown {
  let value: unknown;
  // The tidy frees what was made before a failure; it does not look into the value beyond its tensors.
  tf.tidy(() => {
    value = unpackPart(packed);
    return value as tf.TensorContainer;
  });
  return value;
}

function unpackPart(packed: Packed): unknown {
  switch (packed.kind) {
    case 'tensor':
      return tensorOf(packed.data, packed.shape, packed.dtype);
    case 'stack':
      return tf.stack([...packed.tensors]);
    case 'plain':
      return packed.value;
    case 'list':
      return packed.parts.map(unpackPart);
    case 'record':
      return Object.fromEntries(packed.keys.map((key, i) => [key, unpackPart(packed.parts[i]!)]));
  }
}
