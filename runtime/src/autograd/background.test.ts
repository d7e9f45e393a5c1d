import { beforeAll, describe, expect, it } from 'vitest';
import { startTestEngine } from '../testing/tiny.js';
import * as tf from '../tf.js';
import { inBackground } from './background.js';

beforeAll(startTestEngine);

describe('inBackground', () => {
  it('keeps what is made there from the scope that is open, before and after awaits', async () => {
    const before = tf.memory().numTensors;
    let go = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    tf.engine().startScope();
    const made = inBackground(async () => {
      const first = tf.scalar(1);
      await gate;
      return [first, tf.scalar(2)];
    });
    const own = tf.scalar(3);
    go();
    const tensors = await made;
    tf.engine().endScope();
    expect(own.isDisposed).toBe(true);
    expect(tensors.map((tensor) => tensor.dataSync()[0])).toEqual([1, 2]);
    tf.dispose(tensors);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('leaves tidy as it is, inside and around', () => {
    const before = tf.memory().numTensors;
    let result: tf.Tensor | undefined;
    tf.tidy(() => {
      result = inBackground(() => tf.tidy(() => tf.add(tf.scalar(1), tf.scalar(2))));
      tf.scalar(4);
      tf.tidy(() => tf.scalar(5));
    });
    expect(tf.memory().numTensors).toBe(before + 1);
    expect(result?.dataSync()[0]).toBe(3);
    result?.dispose();
  });
});
