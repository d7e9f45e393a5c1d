import * as tf from '../../../tf.js';
import type { TestRandom } from '../random.js';
import { type OpTable, uniform } from './opCase.js';

/** Index tensors are made when the operation runs, so that each engine has its own. */
function indexList(random: TestRandom, shape: number[], size: number): () => tf.Tensor {
  const values = Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.integer(0, size - 1));
  return () => tf.tensor(values, shape, 'int32');
}

/** Rows of indices into a tensor's first `depth` axes. */
function places(random: TestRandom, outer: number[], shape: readonly number[]): () => tf.Tensor {
  const count = tf.util.sizeFromShape(outer);
  const values = Array.from({ length: count }, () => shape.map((size) => random.integer(0, size - 1))).flat();
  return () => tf.tensor(values, [...outer, shape.length], 'int32');
}

/** Different places, for operations that overwrite. */
function differentPlaces(random: TestRandom, count: number, shape: readonly number[]): () => tf.Tensor {
  const strides = tf.util.computeStrides([...shape]);
  const chosen = random.order(tf.util.sizeFromShape([...shape])).slice(0, count);
  const values = chosen.flatMap((flat) => tf.util.indexToLoc(flat, shape.length, strides));
  return () => tf.tensor(values, [count, shape.length], 'int32');
}

/** Operations that pick numbers by an index, or put them there. */
export const INDEXING_OPS: OpTable = {
  gather: (random) => {
    const shape = random.shape(1, 5, 4);
    const axis = random.integer(0, shape.length - 1);
    const at = indexList(random, random.shape(0, 2, 4), shape[axis] as number);
    const signed = random.next() < 0.3 ? axis - shape.length : axis;
    return { inputs: [uniform(random, shape)], run: (x) => tf.gather(x, at(), signed) };
  },
  'gather of batches': (random) => {
    const batch = random.shape(1, 2, 3);
    const inner = random.shape(1, 3, 4);
    const axis = random.integer(0, inner.length - 1);
    const at = indexList(random, [...batch, ...random.shape(1, 2, 3)], inner[axis] as number);
    return {
      inputs: [uniform(random, [...batch, ...inner])],
      run: (x) => tf.gather(x, at(), batch.length + axis, batch.length),
    };
  },
  gatherND: (random) => {
    const shape = random.shape(1, 4, 4);
    const depth = random.integer(1, shape.length);
    const at = places(random, random.shape(1, 2, 4), shape.slice(0, depth));
    return { inputs: [uniform(random, shape)], run: (x) => tf.gatherND(x, at()) };
  },
  scatterND: (random) => {
    const shape = random.shape(1, 4, 4);
    const depth = random.integer(1, shape.length);
    const outer = random.shape(1, 1, 4);
    const at = places(random, outer, shape.slice(0, depth));
    return {
      inputs: [uniform(random, [...outer, ...shape.slice(depth)])],
      run: (x) => tf.scatterND(at() as tf.Tensor2D, x, shape),
    };
  },
  tensorScatterUpdate: (random) => {
    const shape = random.shape(1, 3, 4);
    const depth = random.integer(1, shape.length);
    const count = random.integer(1, tf.util.sizeFromShape(shape.slice(0, depth)));
    const at = differentPlaces(random, count, shape.slice(0, depth));
    return {
      inputs: [uniform(random, shape), uniform(random, [count, ...shape.slice(depth)])],
      run: (x, updates) => tf.tensorScatterUpdate(x, at() as tf.Tensor2D, updates),
    };
  },
  sparseToDense: (random) => {
    const shape = random.shape(1, 3, 4);
    const count = random.integer(1, tf.util.sizeFromShape(shape));
    const at = differentPlaces(random, count, shape);
    return {
      inputs: [uniform(random, [count]), uniform(random, [])],
      run: (x, rest: tf.Scalar) => tf.sparseToDense(at(), x, shape, rest),
    };
  },
  unsortedSegmentSum: (random) => {
    const shape = random.shape(1, 4, 5);
    const values = Array.from({ length: shape[0] as number }, () => random.integer(-1, 3));
    return {
      inputs: [uniform(random, shape)],
      run: (x) => tf.unsortedSegmentSum(x, tf.tensor1d(values, 'int32'), 3),
    };
  },
  sparseSegmentSum: (random) => {
    const shape = random.shape(1, 3, 4);
    const at = indexList(random, [5], shape[0] as number);
    return {
      inputs: [uniform(random, shape)],
      run: (x) => tf.sparse.sparseSegmentSum(x, at() as tf.Tensor1D, tf.tensor1d([0, 0, 1, 2, 2], 'int32')),
    };
  },
  sparseSegmentMean: (random) => {
    const shape = random.shape(1, 3, 4);
    const at = indexList(random, [5], shape[0] as number);
    return {
      inputs: [uniform(random, shape)],
      run: (x) => tf.sparse.sparseSegmentMean(x, at() as tf.Tensor1D, tf.tensor1d([0, 0, 1, 2, 2], 'int32')),
    };
  },
  bincount: (random) => {
    const at = indexList(random, [5], 4);
    return { inputs: [uniform(random, [5])], run: (x: tf.Tensor1D) => tf.bincount(at() as tf.Tensor1D, x, 4) };
  },
  denseBincount: (random) => {
    const at = indexList(random, [2, 5], 4);
    return {
      inputs: [uniform(random, [2, 5])],
      run: (x: tf.Tensor2D) => tf.denseBincount(at() as tf.Tensor2D, x, 4),
    };
  },
};
