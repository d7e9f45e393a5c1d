import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as tf from '../../tf.js';
import { startEngine } from '../index.js';

let tensorsBefore: number;

beforeAll(async () => {
  await startEngine('cpu');
});
beforeEach(() => {
  tensorsBefore = tf.memory().numTensors;
});
afterEach(() => {
  expect(tf.memory().numTensors).toBe(tensorsBefore);
});

/** Numbers that look random, and are the same each time. */
function values(shape: number[], phase: number): tf.Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(i * 2.3 + phase)),
    shape,
  );
}

/**
 * Compares the gradients of sum(f · weights) with central differences. The functions here are of second degree at most, so that
 * rounding is the only error.
 */
function check(shapes: number[][], f: (inputs: tf.Tensor[]) => tf.Tensor, step = 1e-2): void {
  tf.tidy(() => {
    const inputs = shapes.map((shape, index) => values(shape, index));
    const loss = (given: tf.Tensor[]) => {
      const output = f(given);
      return tf.sum(tf.mul(output, values(output.shape, 5))) as tf.Scalar;
    };
    const gradients = tf.grads((...given: tf.Tensor[]) => loss(given))(inputs);
    for (const [index, input] of inputs.entries()) {
      const data = Array.from(input.dataSync());
      const expected = data.map((value, at) => {
        const lossAt = (moved: number) => {
          const changed = data.with(at, moved);
          return loss(inputs.with(index, tf.tensor(changed, input.shape))).dataSync()[0] ?? Number.NaN;
        };
        return (lossAt(value + step) - lossAt(value - step)) / (2 * step);
      });
      expect(gradients[index]?.shape).toEqual(input.shape);
      const found = Array.from(gradients[index]?.dataSync() ?? []);
      for (const [at, value] of found.entries())
        expect(Math.abs(value - (expected[at] ?? Number.NaN))).toBeLessThan(2e-3);
    }
  });
}

describe('BatchMatMul', () => {
  it.each<[string, number[], number[], boolean, boolean]>([
    ['no broadcasting', [2, 3, 4], [2, 4, 5], false, false],
    ['a stack and a matrix', [3, 2, 4], [4, 5], false, false],
    ['a matrix and a stack', [2, 4], [3, 4, 5], false, false],
    ['a stack of one and a stack', [2, 1, 3, 4], [2, 3, 4, 2], false, false],
    ['both ways', [2, 1, 2, 3], [1, 3, 3, 2], false, false],
    ['the first transposed', [3, 4, 2], [1, 4, 5], true, false],
    ['the second transposed', [1, 2, 4], [3, 5, 4], false, true],
    ['both transposed', [3, 4, 2], [1, 5, 4], true, true],
  ])('%s', (_name, a, b, transposeA, transposeB) => {
    check([a, b], ([x, y]) => tf.matMul(x as tf.Tensor, y as tf.Tensor, transposeA, transposeB));
  });
});

describe('TopK', () => {
  it.each<[number[], number]>([
    [[5], 2],
    [[3, 4], 1],
    [[2, 3, 6], 4],
  ])('of shape %j, k = %i', (shape, k) => {
    const small = 1e-3; // so small that no two values change places
    check([shape], ([x]) => tf.topk(x as tf.Tensor, k).values, small);
  });
});

describe('Abs', () => {
  it('is the sign, and 0 at 0', () => {
    tf.tidy(() => {
      const gradient = tf.grad((x: tf.Tensor) => tf.sum(tf.abs(x)))(tf.tensor1d([-2, 0, 3]));
      expect(Array.from(gradient.dataSync())).toEqual([-1, 0, 1]);
    });
  });
});
