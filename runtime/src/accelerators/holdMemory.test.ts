import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '../tf.js';
import { holdMemory } from './holdMemory.js';
import { sgdInPlace } from './inPlace.js';
import { startEngine } from './startEngine.js';

const sgd = (value: tf.Tensor, gradient: tf.Tensor) =>
  sgdInPlace({ value, gradient, decay: 0, carry: 0, take: 1, look: 0, rate: 1 });

describe('holdMemory', () => {
  beforeAll(() => startEngine('cpu', { engine: 'wasm' }));

  const floats = (bytes: Uint8Array) => [...new Float32Array(bytes.slice().buffer)];

  it('keeps the values of its moment, whatever happens to the tensor', () => {
    const value = tf.tidy(() => tf.variable(tf.tensor1d([1, 2, 3])));
    const gradient = tf.tensor1d([1, 1, 1]);
    expect(sgd(value, gradient)).toBe(true);
    const held = holdMemory(value);
    expect(held?.byteLength).toBe(12);
    const again = holdMemory(value);
    expect(sgd(value, gradient)).toBe(true);
    const later = holdMemory(value);
    expect(sgd(value, gradient)).toBe(true);
    expect([...value.dataSync()]).toEqual([-2, -1, 0]);
    tf.tidy(() => value.assign(tf.tensor1d([9, 9, 9])));
    expect(floats(held?.bytes(0, 12) ?? new Uint8Array())).toEqual([0, 1, 2]);
    expect(floats(held?.bytes(4, 8) ?? new Uint8Array())).toEqual([1]);
    held?.release();
    expect(floats(again?.bytes(0, 12) ?? new Uint8Array())).toEqual([0, 1, 2]);
    expect(floats(later?.bytes(0, 12) ?? new Uint8Array())).toEqual([-1, 0, 1]);
    again?.release();
    later?.release();
    expect(sgd(value, gradient)).toBe(true);
    expect([...value.dataSync()]).toEqual([8, 8, 8]);
    tf.dispose([value, gradient]);
  });

  it('frees all of it in the end', () => {
    const value = tf.tidy(() => tf.variable(tf.ones([1000])));
    const gradient = tf.ones([1000]);
    const heap = () => (tf.backend() as unknown as { dataIdMap: { numDataIds(): number } }).dataIdMap.numDataIds();
    const before = [heap(), tf.memory().numDataBuffers];
    for (let step = 0; step < 5; step++) {
      const held = [holdMemory(value), holdMemory(value)];
      sgd(value, gradient);
      for (const block of held) block?.release();
    }
    expect([heap(), tf.memory().numDataBuffers]).toEqual(before);
    expect(value.dataSync()[0]).toBe(-4);
    tf.dispose([value, gradient]);
  });

  it('refuses an update where a clone sees the memory, too', () => {
    const value = tf.ones([4]);
    const gradient = tf.ones([4]);
    const clone = value.clone();
    const held = holdMemory(value);
    expect(sgd(value, gradient)).toBe(false);
    held?.release();
    tf.dispose([value, gradient, clone]);
  });

  it.each(['before', 'after'])('frees the memory when the tensor is disposed %s the release', (order) => {
    const before = tf.memory();
    const tensor = tf.ones([1000]);
    const held = holdMemory(tensor);
    if (order === 'before') tensor.dispose();
    held?.release();
    if (order === 'after') tensor.dispose();
    const { numTensors, numDataBuffers, numBytes } = tf.memory();
    expect([numTensors, numDataBuffers, numBytes]).toEqual([before.numTensors, before.numDataBuffers, before.numBytes]);
  });

  it('has nothing to hold of an empty tensor', () => {
    const empty = tf.zeros([0]);
    expect(holdMemory(empty)).toBeUndefined();
    empty.dispose();
  });
});
