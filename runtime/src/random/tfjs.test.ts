import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startEngine } from '../accelerators/index.js';
import * as tf from '../tf.js';
import { rngState, seedEverything, setRngState, unseed } from './seed.js';

beforeAll(async () => {
  await startEngine('cpu');
});
afterEach(() => unseed());

/** One draw of everything in tfjs that is random. */
function drawAll(): number[][] {
  return tf.tidy(() => {
    const ones = tf.ones([4, 4]);
    const dense = tf.layers.dense({ units: 3, inputShape: [4] });
    const dropout = tf.layers.dropout({ rate: 0.5 });
    return [
      dense.apply(ones),
      dropout.apply(ones, { training: true }),
      tf.initializers.orthogonal({}).apply([3, 3]),
      tf.initializers.heNormal({}).apply([3, 3]),
      tf.randomNormal([5]),
      tf.randomUniform([5]),
      tf.truncatedNormal([5]),
      tf.dropout(ones, 0.5),
      tf.multinomial(tf.tensor1d([0.1, 0.2, 0.3]), 5),
    ].map((tensor) => [...(tensor as tf.Tensor).dataSync()]);
  });
}

describe('seedEverything and tfjs', () => {
  it('makes initialisers, dropout and random ops repeat', () => {
    seedEverything(42);
    const first = drawAll();
    const second = drawAll();
    seedEverything(42);
    expect(drawAll()).toEqual(first);
    expect(second).not.toEqual(first);
  });

  it('goes on from a saved state with the same draws', () => {
    seedEverything(42);
    drawAll();
    const state = JSON.parse(JSON.stringify(rngState()));
    const rest = drawAll();
    unseed();
    setRngState(state);
    expect(drawAll()).toEqual(rest);
  });
});
