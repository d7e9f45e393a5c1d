import * as tf from '../../tf.js';
import { keepWhere } from './broadcasting.js';
import { defineGradient } from './gradient.js';

/**
 * The rows that were gathered go back to where they came from, rows that were gathered twice are added. All batches are
 * summed at once: the places of batch `i` begin at `i · size`. tfjs-core fails from two batch axes on.
 */
const gather = defineGradient<'x' | 'indices', tf.GatherV2Attrs>(
  tf.GatherV2,
  { inputs: ['x', 'indices'] },
  ({ dy, inputs: { x, indices }, attrs }) => ({
    x: () => {
      const axis = tf.util.parseAxisParam(attrs.axis, x.shape)[0] as number;
      const batchDims = attrs.batchDims ?? 0;
      const size = x.shape[axis] as number;
      const batches = tf.util.sizeFromShape(x.shape.slice(0, batchDims));
      const outer = tf.util.sizeFromShape(x.shape.slice(batchDims, axis));
      const inner = tf.util.sizeFromShape(x.shape.slice(axis + 1));
      const count = indices.size / batches;
      const rows = outerLast(tf.reshape(dy, [batches, outer, count, inner]));
      const places = batches === 1 ? indices : tf.add(tf.reshape(indices, [batches, count]), starts(batches, size));
      const sums = tf.unsortedSegmentSum(
        tf.reshape(rows, [batches * count, outer * inner]),
        tf.cast(tf.reshape(places, [-1]), 'int32') as tf.Tensor1D,
        batches * size,
      );
      return tf.reshape(outerFirst(tf.reshape(sums, [batches, size, outer, inner])), x.shape);
    },
    indices: () => tf.zeros(indices.shape),
  }),
);

/** The first place of each batch, as a column. */
function starts(batches: number, size: number): tf.Tensor {
  return tf.mul(tf.reshape(tf.range(0, batches, 1, 'int32'), [batches, 1]), tf.scalar(size, 'int32'));
}

/** `[batches, outer, count, inner]` with the two in the middle swapped; nothing is moved where there is but one. */
function outerLast(x: tf.Tensor): tf.Tensor {
  return x.shape[1] === 1 ? x : tf.transpose(x, [0, 2, 1, 3]);
}

/** The same the other way round. */
function outerFirst(x: tf.Tensor): tf.Tensor {
  return x.shape[2] === 1 ? x : tf.transpose(x, [0, 2, 1, 3]);
}

const gatherND = defineGradient<'params' | 'indices'>(
  tf.GatherNd,
  { inputs: ['params', 'indices'] },
  ({ dy, inputs: { params, indices } }) => ({
    params: () => {
      const depth = indices.shape.at(-1) as number;
      const rows = tf.reshape(indices, [-1, depth]) as tf.Tensor2D;
      const values = tf.reshape(dy, [rows.shape[0], ...params.shape.slice(depth)]);
      return tf.scatterND(rows, values, params.shape);
    },
    indices: () => tf.zeros(indices.shape),
  }),
);

const scatterND = defineGradient<'indices'>(tf.ScatterNd, { inputs: ['indices'] }, ({ dy, inputs: { indices } }) => ({
  updates: () => tf.gatherND(dy, indices),
  indices: () => tf.zeros(indices.shape),
}));

const tensorScatterUpdate = defineGradient<'indices' | 'updates'>(
  tf.TensorScatterUpdate,
  { inputs: ['indices', 'updates'] },
  ({ dy, inputs: { indices, updates } }) => ({
    tensor: () => tf.tensorScatterUpdate(dy, indices as tf.Tensor2D, tf.zerosLike(updates)),
    updates: () => tf.gatherND(dy, indices),
    indices: () => tf.zeros(indices.shape),
  }),
);

/** Places that no value was put to show the default value, once each. */
const sparseToDense = defineGradient<'sparseIndices' | 'sparseValues'>(
  tf.SparseToDense,
  { inputs: ['sparseIndices', 'sparseValues'] },
  ({ dy, inputs: { sparseIndices, sparseValues } }) => {
    const places = () =>
      dy.rank === 1 ? tf.reshape(sparseIndices, [-1, 1]) : tf.reshape(sparseIndices, [-1, dy.rank]);
    const picked = () => tf.gatherND(dy, places());
    return {
      sparseValues: () => (sparseValues.rank === 0 ? tf.sum(picked()) : tf.reshape(picked(), sparseValues.shape)),
      defaultValue: () => tf.sub(tf.sum(dy), tf.sum(picked())),
      sparseIndices: () => tf.zeros(sparseIndices.shape),
    };
  },
);

/** Rows of segments that do not exist had no influence. tfjs-core throws for numbers that are too large. */
const unsortedSegmentSum = defineGradient<'segmentIds', tf.UnsortedSegmentSumAttrs>(
  tf.UnsortedSegmentSum,
  { inputs: ['segmentIds'] },
  ({ dy, inputs: { segmentIds }, attrs: { numSegments } }) => ({
    x: () => {
      const last = tf.scalar(numSegments - 1, 'int32');
      const exists = tf.logicalAnd(tf.greaterEqual(segmentIds, tf.scalar(0, 'int32')), tf.lessEqual(segmentIds, last));
      const places = tf.cast(tf.minimum(tf.maximum(segmentIds, tf.scalar(0, 'int32')), last), 'int32');
      const rows = tf.gather(dy, places);
      const column = [...segmentIds.shape, ...Array.from({ length: rows.rank - segmentIds.rank }, () => 1)];
      return keepWhere(tf.reshape(exists, column), rows);
    },
  }),
);

const [sparseSegmentSum, sparseSegmentMean] = [
  [tf.SparseSegmentSum, false] as const,
  [tf.SparseSegmentMean, true] as const,
].map(([kernelName, isMean]) =>
  defineGradient<'data' | 'indices' | 'segmentIds'>(
    kernelName,
    { inputs: ['data', 'indices', 'segmentIds'] },
    ({ dy, inputs: { data, indices, segmentIds } }) => ({
      data: () => {
        const ids = segmentIds as tf.Tensor1D;
        const sizes = () => tf.unsortedSegmentSum(tf.onesLike(tf.cast(ids, 'float32')), ids, dy.shape[0] as number);
        const column = [-1, ...Array.from({ length: dy.rank - 1 }, () => 1)];
        const shares = isMean ? tf.divNoNan(dy, tf.reshape(sizes(), column)) : dy;
        return tf.unsortedSegmentSum(tf.gather(shares, ids), indices as tf.Tensor1D, data.shape[0] as number);
      },
    }),
  ),
) as [tf.GradConfig, tf.GradConfig];

/** Each weight was added to the count of its number; numbers that are too large were not counted. */
function weightsOfCounts(dy: tf.Tensor, x: tf.Tensor, size: number, batchDims: number): tf.Tensor {
  const last = tf.scalar(size - 1, 'int32');
  return keepWhere(tf.lessEqual(x, last), tf.gather(dy, tf.cast(tf.minimum(x, last), 'int32'), batchDims, batchDims));
}

const bincount = defineGradient<'x', tf.BincountAttrs>(
  tf.Bincount,
  { inputs: ['x'] },
  ({ dy, inputs: { x }, attrs: { size } }) => ({ weights: () => weightsOfCounts(dy, x, size, 0) }),
);

const denseBincount = defineGradient<'x' | 'weights', tf.DenseBincountAttrs>(
  tf.DenseBincount,
  { inputs: ['x', 'weights'] },
  ({ dy, inputs: { x, weights }, attrs: { size, binaryOutput } }) => ({
    weights: () => (binaryOutput ? tf.zeros(weights.shape) : weightsOfCounts(dy, x, size, x.rank - 1)),
  }),
);

/** Gradients of what picks numbers by an index, or puts them there. */
export const indexingGradients: readonly tf.GradConfig[] = [
  gather,
  gatherND,
  scatterND,
  tensorScatterUpdate,
  sparseToDense,
  unsortedSegmentSum,
  sparseSegmentSum,
  sparseSegmentMean,
  bincount,
  denseBincount,
];
