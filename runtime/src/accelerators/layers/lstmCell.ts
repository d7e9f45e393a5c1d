import * as tf from '../../tf.js';
import { LSTM_STEP, LSTM_STEP_GRAD, type LSTMStepAttrs } from '../wasm/kernels/lstmStep.js';

/** What we use of tfjs's LSTM cell. Pinned to tfjs-layers 4.22 (`layers/recurrent.ts`). */
interface LSTMCell {
  readonly units: number;
  readonly useBias: boolean;
  readonly dropout: number;
  readonly recurrentDropout: number;
  readonly activation: { getClassName(): string };
  readonly recurrentActivation: { getClassName(): string };
  readonly kernel: tf.LayerVariable;
  readonly recurrentKernel: tf.LayerVariable;
  readonly bias: tf.LayerVariable | null;
  call(inputs: tf.Tensor[], options: object): tf.Tensor[];
}

/** The kernels take four units at a time. */
const UNITS_AT_ONCE = 4;
const GATES: Readonly<Record<string, LSTMStepAttrs>> = { hardSigmoid: { hard: true }, sigmoid: { hard: false } };

let installed = false;

/**
 * Lets tfjs's LSTM layers compute what lies behind a cell's two products as one operation, on an engine that has the
 * kernel, for cells as nearly all are: tanh, sigmoid or hard sigmoid, no dropout. All others stay as they are.
 */
export function speedUpLSTM(): void {
  if (installed) return;
  installed = true;
  registerGradient();
  const prototype = Object.getPrototypeOf(tf.layers.lstmCell({ units: UNITS_AT_ONCE })) as LSTMCell;
  const composed = prototype.call;
  prototype.call = function (this: LSTMCell, inputs, options) {
    const gates = gatesOf(this);
    const [x, h, c] = inputs as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
    return gates && inputs.length === 3 ? step(this, x, h, c, gates) : composed.call(this, inputs, options);
  };
}

function gatesOf(cell: LSTMCell): LSTMStepAttrs | undefined {
  const isUsual =
    cell.activation.getClassName() === 'tanh' &&
    cell.units % UNITS_AT_ONCE === 0 &&
    !(cell.dropout > 0) &&
    !(cell.recurrentDropout > 0);
  return isUsual && tf.getBackend() === 'wasm' ? GATES[cell.recurrentActivation.getClassName()] : undefined;
}

/** The outputs of a cell, as tfjs's has them: `h`, and the states `h` and `c`. */
function step(cell: LSTMCell, x: tf.Tensor2D, h: tf.Tensor2D, c: tf.Tensor2D, gates: LSTMStepAttrs): tf.Tensor[] {
  return tf.tidy(() => {
    const bias = cell.useBias && cell.bias ? { bias: cell.bias.read() } : {};
    const fromInput = tf.fused.matMul({ a: x, b: cell.kernel.read() as tf.Tensor2D, ...bias });
    const z = tf.add(fromInput, tf.matMul(h, cell.recurrentKernel.read() as tf.Tensor2D));
    const [next, nextC] = tf.engine().runKernel(LSTM_STEP, { z, c }, gates) as tf.Tensor[] as [tf.Tensor, tf.Tensor];
    return [next, next, nextC];
  });
}

function registerGradient(): void {
  tf.registerGradient({
    kernelName: LSTM_STEP,
    inputsToSave: ['z', 'c'],
    gradFunc: (dys, saved, attrs) => {
      const [dh, dc] = dys as tf.Tensor[] as [tf.Tensor, tf.Tensor]; // of the kernel's two outputs
      const [z, c] = saved as [tf.Tensor, tf.Tensor];
      const [dz, dBefore] = tf.engine().runKernel(LSTM_STEP_GRAD, { z, c, dh, dc }, attrs) as tf.Tensor[] as [
        tf.Tensor,
        tf.Tensor,
      ];
      return { z: () => dz, c: () => dBefore };
    },
  });
}
