import * as tf from '../../tf.js';

/**
 * The gradient of the absolute value: its sign, and 0 at 0 as in torch. tfjs-core takes -1 there.
 */
export const absGradient: tf.GradConfig = {
  kernelName: 'Abs',
  inputsToSave: ['x'],
  gradFunc: (dy, saved) => {
    const [x] = saved as [tf.Tensor]; // as inputsToSave says
    return { x: () => tf.mul(dy as tf.Tensor, tf.sign(tf.cast(x, 'float32'))) };
  },
};
