import { tf } from 'lightning-tfjs';
import { applyLinear, type Network } from './networks.js';

type Loss = (network: Network, x: tf.Tensor, parameters: readonly tf.Variable[], training: boolean) => tf.Tensor;

const square = (x: tf.Tensor) => tf.mean(tf.square(x));

/** Losses by the name of `loss`. */
export const LOSSES: Readonly<Record<string, Loss>> = {
  mean: (network, x, _parameters, training) => tf.mean(network.forward(x, training)),
  mse: (network, x, _parameters, training) => square(tf.sub(network.forward(x, training), tf.mul(x, 2))),
  wquad: (_network, _x, parameters) => tf.addN(parameters.map((weight) => tf.sum(tf.square(tf.sub(weight, 3))))),
  d_loss: ({ layers: { gen = {}, disc = {} } }, x) => {
    const made = applyLinear(gen, x);
    const fake = tf.tensor(made.dataSync(), made.shape); // a copy stops the gradient
    return tf.add(tf.mul(square(tf.sub(applyLinear(disc, x), 1)), 0.5), tf.mul(square(applyLinear(disc, fake)), 0.5));
  },
  g_loss: ({ layers: { gen = {}, disc = {} } }, x) => square(tf.sub(applyLinear(disc, applyLinear(gen, x)), 1)),
};

/** A loss by name. @throws Error for a name that is not in the format */
export function lossNamed(name: string): Loss {
  const loss = LOSSES[name];
  if (!loss) throw new Error(`There is no loss '${name}' in the format.`);
  return loss;
}
