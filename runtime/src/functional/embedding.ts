import * as tf from '../tf.js';
import { fused } from './gradients.js';
import { count, misuse, settle } from './options.js';
import { axisOf, expectRank, floats, integers, valuesAtHand } from './tensors.js';

/** Options of {@link embedding}. */
export interface EmbeddingOptions {
  /** The row that gets no gradient; may count from the end. */
  paddingIdx?: number;
}

/**
 * Rows of a table. Source: torch.nn.functional.embedding.
 * @param input indices of rows, int32 or float32, of any shape
 * @param weight `[rows, features]`
 * @returns the shape of the input, with the features behind it
 * @throws MisconfigurationError when an index is no row
 */
export function embedding(input: tf.Tensor, weight: tf.Tensor, options: EmbeddingOptions = {}): tf.Tensor {
  const { paddingIdx } = settle('embedding', options, { paddingIdx: undefined });
  return tf.tidy(() => {
    const [indices, table] = [integers('embedding', 'input', input), floats('embedding', 'weight', weight)];
    expectRank('embedding', 'weight', table, [2]);
    const [rows = 0, features = 0] = table.shape;
    expectIndices('embedding', indices, rows);
    const shape = [...indices.shape, features];
    const flat: tf.Tensor1D = tf.reshape(indices, [-1]);
    if (paddingIdx === undefined) return tf.reshape(tf.gather(table, flat), shape);
    const padding = axisOf('embedding', paddingIdx, rows, 'paddingIdx');
    return tf.reshape(gatherWithout(table, flat, padding), shape);
  });
}

/** Options of {@link oneHot}. */
export interface OneHotOptions {
  /** Default -1: one more than the largest index. */
  numClasses?: number;
}

/**
 * 1 at an index, 0 elsewhere, along a new last axis. Source: torch.nn.functional.one_hot; int32 as tfjs has no int64.
 * @param input indices, int32 or float32, of any shape
 */
export function oneHot(input: tf.Tensor, options: OneHotOptions = {}): tf.Tensor {
  const { numClasses } = settle('oneHot', options, { numClasses: -1 });
  return tf.tidy(() => {
    const indices = integers('oneHot', 'input', input);
    // Without a number of classes the output's shape hangs on the values: they must be read, wherever they are.
    const classes =
      numClasses === -1 ? 1 + Number(tf.max(indices).dataSync()[0]) : count('oneHot', 'numClasses', numClasses);
    expectIndices('oneHot', indices, classes);
    return tf.oneHot(indices, classes);
  });
}

/** @throws MisconfigurationError when an index is out of range; unchecked where reading would wait */
function expectIndices(name: string, indices: tf.Tensor, rows: number): void {
  const values = valuesAtHand(indices) ?? [];
  for (let place = 0; place < values.length; place++) {
    const index = values[place] as number;
    if (index >= 0 && index < rows) continue;
    throw misuse(name, `\`input\` has the index ${index} at place ${place}.`, { allowed: `0 to ${rows - 1}` });
  }
}

function gatherWithout(table: tf.Tensor, indices: tf.Tensor1D, padding: number): tf.Tensor {
  return fused([table], () => ({
    value: tf.gather(table, indices),
    saved: [indices],
    gradient: (dy, kept) => {
      const counts = tf.cast(tf.notEqual(kept, tf.scalar(padding, 'int32')), 'float32');
      return tf.unsortedSegmentSum(tf.mul(dy, tf.expandDims(counts, -1)), kept, table.shape[0] ?? 0);
    },
  }));
}
