import type * as tf from '../../../tf.js';
import { bringHere } from '../heap.js';
import { defineKernel } from '../kernel.js';
import { nativeKernels } from '../native/nativeKernels.js';

/** What an LSTM cell does between its matrix products and its output; not one of tfjs's own kernels. */
export const LSTM_STEP = 'LSTMStep';
/** Its gradient. */
export const LSTM_STEP_GRAD = 'LSTMStepGrad';

/** How the gates open. */
export interface LSTMStepAttrs extends tf.NamedAttrMap {
  readonly hard: boolean;
}

/** Inputs of the step: `z` `[batch, 4 units]` in the order input, forget, candidate, output; `c` `[batch, units]`. */
export interface LSTMStepInputs {
  readonly z: tf.TensorInfo;
  readonly c: tf.TensorInfo;
}

interface LSTMStepGradInputs extends LSTMStepInputs {
  readonly dh: tf.TensorInfo;
  readonly dc: tf.TensorInfo;
}

/** Operations for one unit of one sample, about. */
const OPERATIONS = 150;

/** The next `h` and `c`. In tfjs's layers they are some forty operations, and more than a hundred on the way back. */
export const lstmStep = defineKernel<LSTMStepInputs, LSTMStepAttrs>(
  LSTM_STEP,
  ({ inputs: { z, c }, attrs: { hard }, backend }) => {
    bringHere(backend, z, c);
    const [batch, units] = c.shape as [number, number];
    const [h, next] = [backend.makeOutput(c.shape, 'float32'), backend.makeOutput(c.shape, 'float32')];
    const at = (tensor: tf.TensorInfo) => backend.dataIdMap.get(tensor.dataId).memoryOffset;
    const args = [at(z), at(c), at(h), at(next), 0, 0, units, hard ? 1 : 0];
    nativeKernels(backend).call('lstm', args, { total: batch, unit: 1, operations: batch * units * OPERATIONS });
    return [h, next];
  },
);

/** The gradients of `z` and `c`. */
export const lstmStepGrad = defineKernel<LSTMStepGradInputs, LSTMStepAttrs>(
  LSTM_STEP_GRAD,
  ({ inputs: { z, c, dh, dc }, attrs: { hard }, backend }) => {
    bringHere(backend, z, c, dh, dc);
    const [batch, units] = c.shape as [number, number];
    const [dz, dBefore] = [backend.makeOutput(z.shape, 'float32'), backend.makeOutput(c.shape, 'float32')];
    const at = (tensor: tf.TensorInfo) => backend.dataIdMap.get(tensor.dataId).memoryOffset;
    const args = [at(z), at(c), at(dh), at(dc), at(dz), at(dBefore), 0, 0, units, hard ? 1 : 0];
    nativeKernels(backend).call('lstmGrad', args, { total: batch, unit: 1, operations: batch * units * OPERATIONS });
    return [dz, dBefore];
  },
);
