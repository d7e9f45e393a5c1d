import * as tf from '../../../tf.js';
import type { Numbers } from '../../kernels/runs.js';
import { bringHere } from '../heap.js';
import { defineKernel } from '../kernel.js';

/** Rows shorter than this are copied number by number. */
const LONG_ROW = 16;

/**
 * `tf.gather`, row by row. Upstream's works out the coordinates of every number, at thirty times the cost, and is wrong for
 * several batches with axes between them and the one that is gathered.
 */
export const gatherV2 = defineKernel<{ x: tf.TensorInfo; indices: tf.TensorInfo }, tf.GatherV2Attrs>(
  tf.GatherV2,
  ({ inputs: { x, indices }, attrs, backend }) => {
    bringHere(backend, x, indices);
    const axis = tf.util.parseAxisParam(attrs.axis, x.shape)[0] as number;
    const { batchSize, outerSize, dimSize, sliceSize, outputShape } =
      tf.backend_util.segment_util.collectGatherOpShapeInfo(
        x as tf.Tensor, // of which only the shape is read
        indices as tf.Tensor,
        axis,
        attrs.batchDims ?? 0,
      );
    const places = backend.typedArrayFromHeap(indices);
    for (const place of places) {
      tf.util.assert(
        place >= 0 && place < dimSize,
        () => `gather: the index ${place} is not in 0 … ${dimSize - 1}, the places along axis ${axis}.`,
      );
    }
    const out = backend.makeOutput(outputShape, x.dtype);
    const [from, to] = [x, out].map((tensor) => backend.typedArrayFromHeap(tensor)) as [Numbers, Numbers];
    const at = backend.typedArrayFromHeap(indices); // the heap may have moved
    const count = at.length / Math.max(1, batchSize);
    let row = 0;
    for (let batch = 0; batch < batchSize; batch++) {
      for (let outer = 0; outer < outerSize; outer++) {
        const first = (batch * outerSize + outer) * dimSize;
        for (let i = 0; i < count; i++, row++) {
          copyRow(from, (first + (at[batch * count + i] as number)) * sliceSize, to, row * sliceSize, sliceSize);
        }
      }
    }
    return out;
  },
);

function copyRow(from: Numbers, start: number, to: Numbers, place: number, size: number): void {
  if (size >= LONG_ROW) to.set(from.subarray(start, start + size), place);
  else for (let i = 0; i < size; i++) to[place + i] = from[start + i] as number;
}
