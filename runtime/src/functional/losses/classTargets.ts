import * as tf from '../../tf.js';
import { misuse } from '../options.js';
import { expectShape, floats, integers, valuesAtHand } from '../tensors.js';

/** Scores of classes as rows, `[places, classes]`. */
export interface ClassRows {
  readonly rows: tf.Tensor2D;
  /** The shape of the places: the input's without its axis of classes. */
  readonly places: number[];
}

/**
 * Turns `[classes]`, `[batch, classes]` or `[batch, classes, …]` into rows.
 * @throws MisconfigurationError for a scalar
 */
export function classRows(name: string, argument: string, x: tf.Tensor): ClassRows {
  if (x.rank === 0) {
    throw misuse(name, `\`${argument}\` is a scalar.`, {
      allowed: '[classes], [batch, classes] or [batch, classes, …]',
    });
  }
  const axis = Math.min(1, x.rank - 1);
  const places = x.shape.toSpliced(axis, 1);
  const classes = x.shape[axis] ?? 1;
  const others = x.shape.map((_, index) => index).toSpliced(axis, 1);
  const last = axis === x.rank - 1 ? x : tf.transpose(x, [...others, axis]);
  return { rows: tf.reshape(last, [-1, classes]), places };
}

/** Which class each place should be. */
export interface ClassTargets {
  /**
   * `[places, classes]`: the weight of its class (1 without weights) at the right class, 0 elsewhere and where it is
   * ignored.
   */
  readonly hot: tf.Tensor2D;
  /** `[places, 1]`: 1, and 0 where it is ignored. */
  readonly counts: tf.Tensor2D;
}

/** How targets are told. */
export interface ClassTargetSettings extends ClassRows {
  readonly weight: tf.Tensor | undefined;
  readonly ignoreIndex: number;
}

/**
 * Targets from indices of classes.
 * @throws MisconfigurationError when the shapes do not fit, or an index is no class
 */
export function classTargets(
  name: string,
  target: tf.Tensor,
  { rows, places, weight, ignoreIndex }: ClassTargetSettings,
): ClassTargets {
  const classes = rows.shape[1];
  const indices = integers(name, 'target', target);
  expectShape(name, 'target', indices, places);
  expectClasses(name, indices, classes, ignoreIndex);
  const flat = tf.reshape(indices, [-1]);
  const isCounted = tf.notEqual(flat, tf.scalar(ignoreIndex, 'int32'));
  const counted = tf.where(isCounted, flat, tf.fill(flat.shape, -1, 'int32')); // -1 is hot nowhere
  const hot = tf.oneHot(counted as tf.Tensor1D, classes, 1, 0, 'float32') as tf.Tensor2D;
  return {
    hot: weight ? tf.mul(hot, classWeights(name, weight, classes)) : hot,
    counts: tf.reshape(tf.cast(isCounted, 'float32'), [-1, 1]),
  };
}

/** One weight for each class. @throws MisconfigurationError when there are more or less */
export function classWeights(name: string, weight: tf.Tensor, classes: number): tf.Tensor {
  const weights = floats(name, 'weight', weight);
  expectShape(name, 'weight', weights, [classes]);
  return weights;
}

/**
 * Not checked where reading would wait for the device.
 * @throws MisconfigurationError when an index is neither a class nor the one to ignore
 */
export function expectClasses(name: string, indices: tf.Tensor, classes: number, ignoreIndex?: number): void {
  const values = valuesAtHand(indices) ?? [];
  for (let place = 0; place < values.length; place++) {
    const index = values[place] as number;
    if ((index >= 0 && index < classes) || index === ignoreIndex) continue;
    throw misuse(name, `\`target\` has the class ${index} at place ${place}.`, {
      allowed: `0 to ${classes - 1}${ignoreIndex === undefined ? '' : `, and ${ignoreIndex} to ignore a place`}`,
      fix: 'Check the number of outputs, and that classes count from 0.',
    });
  }
}
