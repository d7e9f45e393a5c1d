import * as tf from '../tf.js';

/**
 * A tensor made of random shares, `0 ≤ share < 1`, each through `value`. The state of the fast generator that fills it
 * comes from `Math.random`, which `seedEverything` seeds.
 */
export function uniformNoise(shape: readonly number[], value: (share: number) => number): tf.Tensor {
  const next = xorshift();
  const values = new Float32Array(tf.util.sizeFromShape([...shape]));
  for (let index = 0; index < values.length; index++) values[index] = value(next());
  return tf.tensor(values, [...shape], 'float32');
}

/** `kept` with probability `1 - p`, else 0. */
export function dropMask(shape: readonly number[], p: number, kept: number): tf.Tensor {
  return uniformNoise(shape, (share) => (share < p ? 0 : kept));
}

/** Samples of the Gumbel distribution: -log(-log(u)). */
export function gumbelNoise(shape: readonly number[]): tf.Tensor {
  // 1 - share is above 0, and half a step of the generator keeps it below 1.
  return uniformNoise(shape, (share) => -Math.log(-Math.log(1 - share - 2 ** -33)));
}

/** Shares of 2^-32 from xorshift128, seeded with four numbers of `Math.random`. Source: Marsaglia, 2003. */
function xorshift(): () => number {
  const word = () => Math.floor(Math.random() * 2 ** 32) | 0;
  let [x, y, z, w] = [word(), word(), word(), word() | 1]; // not all may be 0
  return () => {
    const mixed = x ^ (x << 11);
    x = y;
    y = z;
    z = w;
    w ^= (w >>> 19) ^ mixed ^ (mixed >>> 8);
    return (w >>> 0) / 2 ** 32;
  };
}
