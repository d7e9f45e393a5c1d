import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestEngine } from '../testing/tiny.js';
import * as tf from '../tf.js';
import { backward, gradientsOf, openTape, zeroGrads } from './index.js';

let w: tf.Variable;
let b: tf.Variable;
let tensorsBefore: number;

beforeAll(startTestEngine);
beforeEach(() => {
  tensorsBefore = tf.memory().numTensors;
  w = tf.tidy(() => tf.variable(tf.tensor2d([1, -2, 3, 0.5], [2, 2])));
  b = tf.tidy(() => tf.variable(tf.tensor1d([0.5, -0.5])));
});
afterEach(() => {
  zeroGrads([w, b]);
  tf.dispose([w, b]);
  expect(tf.memory().numTensors).toBe(tensorsBefore);
});

/** Runs a loss under an open tape inside a scope, as a training step does. */
async function step(loss: () => tf.Scalar | Promise<tf.Scalar>): Promise<void> {
  tf.engine().startScope();
  try {
    using _tape = openTape();
    backward(await loss());
  } finally {
    tf.engine().endScope();
  }
}

const LOSSES = {
  'a dense layer': () => tf.sum(tf.square(tf.add(tf.matMul(tf.ones([3, 2]), w as tf.Tensor2D), b))) as tf.Scalar,
  'a variable that is used twice': () => tf.mean(tf.mul(tf.matMul(w as tf.Tensor2D, w as tf.Tensor2D), w)) as tf.Scalar,
  'several branches that meet': () => {
    const h = tf.tanh(w);
    return tf.sum(tf.add(tf.exp(h), tf.mul(h, tf.relu(w)))) as tf.Scalar;
  },
  broadcasting: () => tf.sum(tf.div(w, tf.add(tf.square(b), 1))) as tf.Scalar,
  'an operation with a gradient of its own': () =>
    tf.losses.softmaxCrossEntropy(tf.oneHot(tf.tensor1d([0, 1], 'int32'), 2), tf.add(w, b)) as tf.Scalar,
};

describe('backward', () => {
  it.each(Object.entries(LOSSES))('agrees with tf.variableGrads: %s', async (_name, loss) => {
    await step(loss);
    const { value, grads } = tf.variableGrads(
      loss,
      [w, b].filter((variable) => loss.toString().includes(variable === w ? 'w' : 'b')),
    );
    value.dispose();
    for (const variable of [w, b]) {
      const expected = grads[variable.name];
      if (!expected) continue;
      expect([...(gradientsOf(variable)?.dataSync() ?? [])]).toEqual([...expected.dataSync()]);
      expected.dispose();
    }
  });

  it('works across awaits', async () => {
    await step(async () => {
      const h = tf.matMul(w as tf.Tensor2D, w as tf.Tensor2D);
      await h.data();
      return tf.sum(h) as tf.Scalar;
    });
    expect([...(gradientsOf(w)?.dataSync() ?? [])]).toEqual([3, 7.5, -2.5, 2]);
  });

  it('adds up several losses of one tape, and several tapes', async () => {
    for (let repeat = 0; repeat < 2; repeat++) {
      await step(() => {
        const h = tf.square(b);
        backward(tf.sum(h) as tf.Scalar);
        return tf.mul(tf.sum(h), 10);
      });
    }
    expect([...(gradientsOf(b)?.dataSync() ?? [])]).toEqual([22, -22]);
  });

  it('leaves frozen parameters and unused ones without a gradient', async () => {
    w.trainable = false;
    await step(() => tf.sum(tf.mul(w, b)) as tf.Scalar);
    expect(gradientsOf(w)).toBeUndefined();
    expect(gradientsOf(b)).toBeDefined();
  });

  it('does not record what backward itself computes', async () => {
    await step(() => {
      const loss = tf.sum(tf.square(w)) as tf.Scalar;
      const recorded = tf.engine().state.activeTape?.length;
      backward(loss);
      expect(tf.engine().state.activeTape?.length).toBe(recorded);
      return tf.sum(w) as tf.Scalar;
    });
  });

  it('goes through complex numbers', async () => {
    // By Parseval the squares add up to those of w, times the length of a row.
    await step(() => tf.sum(tf.square(tf.abs(tf.fft(tf.complex(w, tf.zerosLike(w)))))) as tf.Scalar);
    const expected = [1, -2, 3, 0.5].map((value) => 2 * 2 * value);
    for (const [index, found] of [...(gradientsOf(w)?.dataSync() ?? [])].entries()) {
      expect(found).toBeCloseTo(expected[index] as number, 4);
    }
  });

  it('says so when the loss depends on no parameter', async () => {
    await expect(step(() => tf.scalar(1))).rejects.toThrow('The loss depends on no trainable parameter.');
  });

  it('names an operation without a gradient', async () => {
    const kernelName = 'WithoutGradient';
    const backendName = tf.getBackend();
    tf.registerKernel({ kernelName, backendName, kernelFunc: tf.getKernel('Square', backendName).kernelFunc });
    try {
      const without = () => tf.engine().runKernel(kernelName, { x: w }) as tf.Tensor;
      await expect(step(() => tf.sum(without()))).rejects.toThrow(`through '${kernelName}'`);
    } finally {
      tf.unregisterKernel(kernelName, backendName);
    }
  });

  it('is an error where nothing is recorded', () => {
    const loss = tf.scalar(1);
    expect(() => backward(loss)).toThrow('backward was called where nothing is recorded.');
    loss.dispose();
  });

  it('closes the tape and frees its memory when the step throws', async () => {
    await expect(
      step(() => {
        tf.exp(w);
        throw new Error('in the middle');
      }),
    ).rejects.toThrow('in the middle');
    expect(tf.engine().state.gradientDepth).toBe(0);
  });
});
