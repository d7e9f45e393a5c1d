import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestEngine } from '../testing/tiny.js';
import * as tf from '../tf.js';
import { FieldKeeper, openStepScope } from './index.js';

const fields: { state?: tf.Tensor } = {};
let keeper: FieldKeeper;
let tensorsBefore: number;

beforeAll(startTestEngine);
beforeEach(() => {
  tensorsBefore = tf.memory().numTensors;
  keeper = new FieldKeeper(() => (fields.state ? [fields.state] : []));
});
afterEach(() => {
  keeper.dispose();
  delete fields.state;
  expect(tf.memory().numTensors).toBe(tensorsBefore);
});

describe('StepScope', () => {
  it('frees what a step made, and the batch it was given', () => {
    const batch = [tf.ones([2]), { y: tf.zeros([2]) }];
    using _scope = openStepScope(batch, keeper);
    tf.add(batch[0] as tf.Tensor, 1);
  });

  it('lets a tensor live that a field holds, until another takes its place', () => {
    let first: tf.Tensor | undefined;
    for (let step = 0; step < 3; step++) {
      using _scope = openStepScope([], keeper);
      fields.state = tf.fill([2], step);
      first ??= fields.state;
    }
    expect(fields.state?.dataSync()[0]).toBe(2);
    expect(first?.isDisposed).toBe(true);
  });

  it('lets a batch live that a field holds', () => {
    const batch = tf.ones([2]);
    {
      using _scope = openStepScope(batch, keeper);
      fields.state = batch;
    }
    expect(batch.isDisposed).toBe(false);
    batch.dispose();
  });

  it('does not touch what tf.keep protects', () => {
    let kept: tf.Tensor;
    {
      using _scope = openStepScope([], keeper);
      kept = tf.keep(tf.ones([2]));
    }
    expect(kept.isDisposed).toBe(false);
    kept.dispose();
  });

  it('frees everything when the step throws', () => {
    expect(() => {
      using _scope = openStepScope([], keeper);
      tf.ones([2]);
      throw new Error('in the middle');
    }).toThrow('in the middle');
  });
});
