import * as tf from '../../../tf.js';
import { bringHere, makeZeros } from '../heap.js';
import { defineKernel } from '../kernel.js';

/**
 * Adds up the rows of `x` that have the same segment number. Upstream has no such kernel; it is the gradient of
 * `gather`, and so of every embedding. Rows with a number outside of `0 … numSegments - 1` are left out.
 */
export const unsortedSegmentSum = defineKernel<
  { x: tf.TensorInfo; segmentIds: tf.TensorInfo },
  tf.UnsortedSegmentSumAttrs
>(tf.UnsortedSegmentSum, ({ inputs: { x, segmentIds }, attrs: { numSegments }, backend }) => {
  bringHere(backend, x, segmentIds);
  const out = makeZeros(backend, [numSegments, ...x.shape.slice(segmentIds.shape.length)], x.dtype);
  const ids = backend.typedArrayFromHeap(segmentIds);
  const values = backend.typedArrayFromHeap(x);
  const sums = backend.typedArrayFromHeap(out);
  const size = tf.util.sizeFromShape(x.shape.slice(segmentIds.shape.length));
  for (let row = 0; row < ids.length; row++) {
    const segment = ids[row] as number;
    if (segment < 0 || segment >= numSegments) continue;
    let to = segment * size;
    let from = row * size;
    for (const stop = from + size; from < stop; from++, to++) {
      sums[to] = (sums[to] as number) + (values[from] as number);
    }
  }
  return out;
});
