import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as tf from '../../../tf.js';
import { EngineError, startEngine } from '../../index.js';
import { expectClose } from '../../testing/differential.js';
import { TestRandom } from '../../testing/random.js';
import { updateInPlace } from '../../testing/updates.js';

beforeAll(() => startEngine('cpu'));
afterAll(() => startEngine('cpu', { threads: 1 }));

/** What is computed on every count of threads: each is large enough to be shared. */
const WORK: readonly { readonly name: string; compute(random: TestRandom): Float32Array }[] = [
  { name: 'a product that is divided by rows', compute: (random) => product(random, [403, 129, 61]) },
  { name: 'a product that is divided by columns', compute: (random) => product(random, [61, 129, 403]) },
  { name: 'a transposed product', compute: (random) => product(random, [259, 300, 77], true) },
  { name: 'an inner side of several blocks', compute: (random) => product(random, [70, 1030, 50]) },
  { name: "an optimizer's update", compute: (random) => updateInPlace(random, 70_001) },
  { name: 'an LSTM', compute: lstm },
];

function product(random: TestRandom, [rows, inner, columns]: [number, number, number], transposed = false) {
  const [a, b] = [random.floats([rows * inner]), random.floats([inner * columns])];
  return tf.tidy(() => {
    const left = tf.tensor(a, transposed ? [inner, rows] : [rows, inner]);
    const right = tf.tensor(b, transposed ? [columns, inner] : [inner, columns]);
    return tf.matMul(left, right, transposed, transposed).dataSync<'float32'>();
  });
}

function lstm(random: TestRandom): Float32Array {
  const values = random.floats([64 * 3 * 16]);
  return tf.tidy(() => {
    const layer = tf.layers.lstm({ units: 64, kernelInitializer: 'ones', recurrentInitializer: 'ones' });
    const output = layer.apply(tf.tensor3d(values, [64, 3, 16])) as tf.Tensor;
    const found = output.dataSync<'float32'>();
    layer.dispose();
    return found;
  });
}

describe('threads', () => {
  it.each(WORK)('give the same bits, however many there are: $name', async ({ compute }) => {
    const results: Float32Array[] = [];
    for (const threads of [1, 2, 3, 7]) {
      await startEngine('cpu', { threads });
      // Repeated, so that threads that have only started by then take part too.
      for (let round = 0; round < 20; round++) results.push(compute(new TestRandom(5)));
    }
    const [first, ...others] = results.map((result) =>
      Buffer.from(result.buffer, result.byteOffset, result.byteLength),
    );
    expect(others.filter((other) => !first?.equals(other))).toEqual([]);
  });

  it('agree with the reference over memory that grows', async () => {
    await startEngine('cpu', { threads: 3 });
    const big = tf.zeros([4000, 4000]); // the engine's memory grows under the threads' feet
    const random = new TestRandom(3);
    const [a, b] = [random.floats([300 * 200]), random.floats([200 * 100])];
    const multiply = () => tf.tidy(() => tf.matMul(tf.tensor(a, [300, 200]), tf.tensor(b, [200, 100])).dataSync());
    const found = multiply();
    big.dispose();
    await startEngine('cpu', { engine: 'cpu' });
    expectClose(found, multiply(), 2e-5);
    await startEngine('cpu');
  });

  it.each([0, 1.5, 65, Number.NaN])('refuse a count of %s', async (threads) => {
    const error = await startEngine('cpu', { threads }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(EngineError);
    expect(error).toMatchObject({ code: 'bad-thread-count', message: expect.stringContaining('1 to 64') });
  });
});
