import { functional, tf } from 'lightning-tfjs';
import type { LayerSpec, Weights } from './layers.js';

/** The state of one layer after each time step, `[batch, units]`. */
type Step = (input: tf.Tensor, state: tf.Tensor[], weights: Weights) => tf.Tensor[];

/** Runs a cell over `[batch, time, features]`, layer upon layer, and passes on the last time step of the last layer. */
function unroll(cell: Step, states: number): (x: tf.Tensor, weights: Weights, spec: LayerSpec) => tf.Tensor {
  return (x, weights, { num_layers = 1 }) => {
    let inputs = [...timeSteps(x)];
    for (let layer = 0; layer < Number(num_layers); layer++) {
      const own = ofLayer(weights, layer);
      const units = own.weight_hh?.shape[1] ?? 0;
      let state: tf.Tensor[] = Array.from({ length: states }, () => tf.zeros([x.shape[0] ?? 1, units]));
      inputs = inputs.map((input) => {
        state = cell(input, state, own);
        return state[0] as tf.Tensor;
      });
    }
    return inputs.at(-1) as tf.Tensor;
  };
}

/** torch's LSTM: gates in the order i, f, g, o. */
export const lstm = unroll((input, [hidden, cell], weights) => {
  const all = tf.add(fromInput(input, weights), fromHidden(hidden as tf.Tensor, weights));
  const [i, f, g, o] = tf.split(all, 4, 1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  const next = tf.add(tf.mul(tf.sigmoid(f), cell as tf.Tensor), tf.mul(tf.sigmoid(i), tf.tanh(g)));
  return [tf.mul(tf.sigmoid(o), tf.tanh(next)), next];
}, 2);

/** torch's GRU: gates in the order r, z, n; the reset lies inside the product, with its bias. */
export const gru = unroll((input, [hidden], weights) => {
  const before = hidden as tf.Tensor;
  const [ri, zi, ni] = tf.split(fromInput(input, weights), 3, 1) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const [rh, zh, nh] = tf.split(fromHidden(before, weights), 3, 1) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const update = tf.sigmoid(tf.add(zi, zh));
  const candidate = tf.tanh(tf.add(ni, tf.mul(tf.sigmoid(tf.add(ri, rh)), nh)));
  return [tf.add(tf.mul(tf.sub(1, update), candidate), tf.mul(update, before))];
}, 1);

/** torch's plain RNN, of tanh or relu. */
export function rnn(x: tf.Tensor, weights: Weights, spec: LayerSpec): tf.Tensor {
  const activation = spec.nonlinearity === 'relu' ? tf.relu : tf.tanh;
  const cell: Step = (input, [hidden], own) => [
    activation(tf.add(fromInput(input, own), fromHidden(hidden as tf.Tensor, own))),
  ];
  return unroll(cell, 1)(x, weights, spec);
}

function fromInput(input: tf.Tensor, { weight_ih, bias_ih }: Weights): tf.Tensor {
  return functional.linear(input, weight_ih as tf.Tensor, { bias: bias_ih });
}

function fromHidden(hidden: tf.Tensor, { weight_hh, bias_hh }: Weights): tf.Tensor {
  return functional.linear(hidden, weight_hh as tf.Tensor, { bias: bias_hh });
}

/** `weight_ih_l0` is layer 0's `weight_ih`. */
function ofLayer(weights: Weights, layer: number): Weights {
  const end = `_l${layer}`;
  const own = Object.entries(weights).filter(([name]) => name.endsWith(end));
  return Object.fromEntries(own.map(([name, weight]) => [name.slice(0, -end.length), weight]));
}

function* timeSteps(x: tf.Tensor): Generator<tf.Tensor> {
  for (let time = 0; time < (x.shape[1] ?? 0); time++) {
    yield tf.squeeze(tf.slice(x, [0, time, 0], [-1, 1, -1]), [1]);
  }
}
