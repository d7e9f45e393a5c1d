import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '../tf.js';
import { sgdInPlace, startEngine } from './index.js';

beforeAll(() => startEngine('cpu'));

const update = (value: tf.Tensor, gradient: tf.Tensor) =>
  sgdInPlace({ value, gradient, decay: 0, carry: 0, take: 1, look: 0, rate: 0.5 });

describe('an update in place', () => {
  it('writes where the parameter stands', () => {
    const value = tf.tensor1d([1, 2, 3, 4, 5]);
    const gradient = tf.ones([5]);
    expect(update(value, gradient)).toBe(true);
    expect([...value.dataSync()]).toEqual([0.5, 1.5, 2.5, 3.5, 4.5]);
    tf.dispose([value, gradient]);
  });

  it.each([
    { name: 'a clone', share: (value: tf.Tensor) => tf.clone(value) },
    { name: 'a reshaped view', share: (value: tf.Tensor) => tf.reshape(value, [5, 1]) },
  ])('leaves the parameter alone while $name shares its memory', ({ share }) => {
    const value = tf.tensor1d([1, 2, 3, 4, 5]);
    const gradient = tf.ones([5]);
    const other = share(value);
    expect(update(value, gradient)).toBe(false);
    expect([...value.dataSync()]).toEqual([1, 2, 3, 4, 5]);
    other.dispose();
    expect(update(value, gradient)).toBe(true);
    tf.dispose([value, gradient]);
  });

  it('is seen by a convolution that has packed the filter before', () => {
    const filter = tf.ones([2, 2, 1, 1]) as tf.Tensor4D;
    const gradient = tf.ones([2, 2, 1, 1]);
    const image = tf.ones([1, 2, 2, 1]) as tf.Tensor4D;
    const convolve = () => tf.tidy(() => tf.conv2d(image, filter, 1, 'valid').dataSync()[0]);
    expect(convolve()).toBe(4);
    expect(update(filter, gradient)).toBe(true);
    expect(convolve()).toBe(2);
    tf.dispose([filter, gradient, image]);
  });

  it('is refused by the reference engine, which composes the formula', async () => {
    await startEngine('cpu', { engine: 'cpu' });
    const [value, gradient] = [tf.ones([3]), tf.ones([3])];
    expect(update(value, gradient)).toBe(false);
    tf.dispose([value, gradient]);
    await startEngine('cpu');
  });
});
