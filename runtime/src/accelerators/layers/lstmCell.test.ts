import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '../../tf.js';
import { expectClose, startEngines } from '../testing/differential.js';
import { TestRandom } from '../testing/random.js';

beforeAll(startEngines);

type Options = Partial<Parameters<typeof tf.layers.lstm>[0]>;

/** Cells that the engine computes in one go, and those that stay tfjs's own. */
const CELLS: readonly { readonly name: string; readonly units: number; readonly options: Options }[] = [
  { name: 'hard sigmoid', units: 8, options: {} },
  { name: 'sigmoid', units: 12, options: { recurrentActivation: 'sigmoid' } },
  { name: 'without a bias', units: 8, options: { useBias: false } },
  { name: 'every step returned', units: 4, options: { returnSequences: true } },
  { name: 'units that are no multiple of 4', units: 6, options: {} },
  { name: 'another activation', units: 8, options: { activation: 'relu' } },
];

/** Output and gradients of all weights and of the input, on a backend; the weights are the same each time. */
async function train(backend: 'cpu' | 'wasm', units: number, options: Options): Promise<Float32Array[]> {
  await tf.setBackend(backend);
  const random = new TestRandom(11);
  const layer = tf.layers.lstm({ units, ...options });
  layer.apply(tf.input({ shape: [5, 3] })); // gives it its weights
  layer.setWeights(
    layer.weights.map(({ shape }) => tf.tensor(random.floats(shape as number[], 1.5), shape as number[])),
  );
  const values = random.floats([7 * 5 * 3], 2);
  const weights = layer.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const results = tf.tidy(() => {
    const input = tf.variable(tf.tensor3d(values, [7, 5, 3]), true);
    const forward = () => layer.apply(input) as tf.Tensor;
    const { grads } = tf.variableGrads(() => tf.sum(tf.square(forward())), [...weights, input]);
    const found = [forward(), ...[...weights, input].map(({ name }) => grads[name] as tf.Tensor)];
    const read = found.map((tensor) => Float32Array.from(tensor.dataSync()));
    input.dispose();
    return read;
  });
  layer.dispose();
  return results;
}

describe('an LSTM layer', () => {
  it.each(CELLS)('has the reference’s outputs and gradients: $name', async ({ units, options }) => {
    const expected = await train('cpu', units, options);
    const found = await train('wasm', units, options);
    for (const [index, values] of found.entries()) expectClose(values, expected[index] as Float32Array, 2e-5);
  });

  it('takes dropout as tfjs does: still of the right shape, and different each time', async () => {
    await tf.setBackend('wasm');
    const layer = tf.layers.lstm({ units: 8, dropout: 0.5 });
    const input = tf.ones([4, 3, 5]);
    const outputs = [0, 1].map(() => (layer.apply(input, { training: true }) as tf.Tensor).dataSync());
    expect(outputs[0]).toHaveLength(32);
    expect(outputs[0]).not.toEqual(outputs[1]);
    layer.dispose();
    input.dispose();
  });
});
