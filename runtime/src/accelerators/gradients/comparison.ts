import * as tf from '../../tf.js';
import { defineGradient } from './gradient.js';

/**
 * Zero gradients for comparisons and other kernels whose result is a truth value.
 * Upstream has none, so that `tf.where(x.greater(0), x, y)` throws as soon as `x` is watched. They are constant almost
 * everywhere; torch answers the same by not tracking them at all.
 */
export const comparisonGradients: readonly tf.GradConfig[] = [
  ...[tf.Equal, tf.NotEqual, tf.Greater, tf.GreaterEqual, tf.Less, tf.LessEqual, tf.LogicalAnd, tf.LogicalOr].map(
    (kernelName) => zeroGradient(kernelName, ['a', 'b']),
  ),
  ...[tf.LogicalNot, tf.IsNan, tf.IsInf, tf.IsFinite, tf.All, tf.Any].map((kernelName) =>
    zeroGradient(kernelName, ['x']),
  ),
];

function zeroGradient(kernelName: string, names: readonly string[]): tf.GradConfig {
  // The inputs are kept for their shapes.
  return defineGradient<string>(kernelName, { inputs: names }, ({ inputs }) =>
    Object.fromEntries(names.map((name) => [name, () => tf.zeros((inputs[name] as tf.Tensor).shape)])),
  );
}
