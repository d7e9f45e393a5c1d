import * as tf from '../../tf.js';

/** The gradient of the k largest values, which tfjs-core lacks: each goes back to where its value came from. */
export const topKGradient: tf.GradConfig = {
  kernelName: 'TopK',
  inputsToSave: ['x'],
  outputsToSave: [false, true],
  gradFunc: (dys, saved) => {
    const [x, indices] = saved as [tf.Tensor, tf.Tensor]; // as inputsToSave and outputsToSave say
    const [dy] = dys as tf.Tensor[];
    const length = x.shape.at(-1) ?? 1;
    const places = () => tf.oneHot(tf.cast(indices, 'int32'), length, 1, 0, 'float32');
    return { x: () => tf.sum(tf.mul(places(), tf.expandDims(dy as tf.Tensor, -1)), -2) };
  },
};
