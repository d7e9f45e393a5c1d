import * as tf from '../../../tf.js';
import { defineKernel } from '../kernel.js';

/**
 * `tf.clone`. Upstream copies the memory; the engine counts who shares a tensor's data, so that nothing needs to be
 * copied, as on tfjs's other backends.
 */
export const identity = defineKernel<{ x: tf.TensorInfo }, object>(tf.Identity, ({ inputs: { x }, backend }) => {
  backend.incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
});
