import * as tf from '../../tf.js';
import { defineArrayKernel } from './arrayKernel.js';

/**
 * Adds up the rows of `x` that have the same segment number. It is the gradient of `gather`, and so of every embedding.
 * Upstream's wasm backend has no such kernel; its reference goes through all rows once for each segment, and makes floats of
 * integers. Rows with a number outside of `0 … numSegments - 1` are left out.
 */
export const unsortedSegmentSum = defineArrayKernel<'x' | 'segmentIds', tf.UnsortedSegmentSumAttrs>(
  tf.UnsortedSegmentSum,
  ({ x, segmentIds }, { numSegments }) => {
    const inner = x.shape.slice(segmentIds.shape.length);
    const size = tf.util.sizeFromShape(inner);
    return {
      outputs: [{ shape: [numSegments, ...inner], dtype: x.dtype }],
      fill: ({ x: values, segmentIds: ids }, [out]) => {
        const sums = out as Float32Array;
        for (let row = 0; row < ids.length; row++) {
          const segment = ids[row] as number;
          if (segment < 0 || segment >= numSegments) continue;
          let to = segment * size;
          let from = row * size;
          for (const stop = from + size; from < stop; from++, to++) {
            sums[to] = (sums[to] as number) + (values[from] as number);
          }
        }
      },
    };
  },
);
