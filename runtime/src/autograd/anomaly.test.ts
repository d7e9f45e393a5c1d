import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RunError } from '../errors/index.js';
import { startTestEngine } from '../testing/tiny.js';
import * as tf from '../tf.js';
import { backward, detectAnomaly, openTape, zeroGrads } from './index.js';

let w: tf.Variable;
let tensorsBefore: number;

beforeAll(startTestEngine);
beforeEach(() => {
  tensorsBefore = tf.memory().numTensors;
  w = tf.tidy(() => tf.variable(tf.tensor1d([0, 4])));
});
afterEach(() => {
  zeroGrads([w]);
  w.dispose();
  expect(tf.memory().numTensors).toBe(tensorsBefore);
});

function step(loss: () => tf.Scalar, on = true): unknown {
  using _detection = detectAnomaly(on);
  tf.engine().startScope();
  try {
    using _tape = openTape();
    backward(loss());
    return undefined;
  } catch (error) {
    return error;
  } finally {
    tf.engine().endScope();
  }
}

/** The gradient of a root at 0 is infinite, and times 0 it is NaN. */
const rootOfZero = () => tf.sum(tf.mul(tf.sqrt(w), tf.tensor1d([0, 1]))) as tf.Scalar;

describe('detectAnomaly', () => {
  it.each([
    { name: 'a logarithm of 0', loss: () => tf.sum(tf.log(w)) as tf.Scalar, found: "'Log' made Inf" },
    { name: 'a root of -4', loss: () => tf.sum(tf.sqrt(tf.neg(w))) as tf.Scalar, found: "'Sqrt' made NaN" },
    { name: '0 / 0', loss: () => tf.sum(tf.div(w, tf.mul(w, 0))) as tf.Scalar, found: "'RealDiv' made NaN" },
    { name: 'a gradient', loss: rootOfZero, found: "The gradient of 'Sqrt' with respect to its input 'x' has" },
  ])('names the operation: $name', ({ loss, found }) => {
    const error = step(loss);
    expect(error).toBeInstanceOf(RunError);
    expect(error).toMatchObject({ code: 'anomaly', message: expect.stringContaining(found) });
    expect((error as Error).stack).toContain('anomaly.test.ts');
  });

  it.each([
    {
      name: 'a mask of -Infinity',
      loss: () => tf.sum(tf.softmax(tf.where(tf.tensor1d([true, false], 'bool'), w, tf.fill([2], -Infinity)))),
    },
    { name: 'numbers', loss: () => tf.sum(tf.square(w)) },
  ])('has nothing to say of $name', ({ loss }) => {
    expect(step(() => loss() as tf.Scalar)).toBeUndefined();
  });

  it('looks at nothing while it is off', () => {
    expect(step(rootOfZero, false)).toBeUndefined();
  });
});
