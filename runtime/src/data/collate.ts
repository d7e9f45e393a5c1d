import type * as tf from '../tf.js';
import { collateSamples } from './collateSamples.js';
import type { NumericArray } from './columns.js';
import { unpack } from './packed.js';

type Leaf = number | boolean;
type NestedLeaves = Leaf | readonly NestedLeaves[];

/** The batch that {@link defaultCollate} makes of samples of a type. */
export type Collated<Sample> = unknown extends Sample
  ? unknown
  : Sample extends readonly Leaf[]
    ? tf.Tensor
    : CollatedField<Sample, false>;

/** Inside a sample, nested arrays of numbers are one tensor; as a whole sample, an array of arrays is a tuple of fields. */
type CollatedField<Field, IsInside extends boolean> = Field extends tf.Tensor | Leaf | NumericArray
  ? tf.Tensor
  : Field extends string
    ? string[]
    : [IsInside, Field] extends [true, NestedLeaves]
      ? tf.Tensor
      : Field extends object
        ? { -readonly [K in keyof Field]: CollatedField<Field[K], true> }
        : never;

/**
 * Makes one batch of many samples, which all have the same structure. Follows torch's `default_collate`.
 *
 * | sample | batch |
 * |---|---|
 * | number | float32 `[batch]` |
 * | boolean | bool `[batch]` |
 * | typed array | float32 or int32 `[batch, n]` |
 * | array of numbers, also nested inside a field | float32 `[batch, …]` |
 * | tensor | the same dtype, `[batch, …]` |
 * | string | array of strings |
 * | other array: a tuple of fields | array with a batch for each field |
 * | object | object with a batch for each field |
 *
 * Unlike torch, a sample that is an array of plain numbers is a vector, not a tuple of scalars. Samples are borrowed; the
 * caller owns the batch's tensors.
 * @throws MisconfigurationError when samples differ in structure or hold what no tensor can
 */
export function defaultCollate<Sample>(samples: readonly Sample[]): Collated<Sample>;
export function defaultCollate(samples: readonly unknown[]): unknown {
  return unpack(collateSamples(samples, 'stack'));
}
