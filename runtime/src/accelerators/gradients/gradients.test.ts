import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { backward, gradientsOf, openTape, zeroGrads } from '../../autograd/index.js';
import * as tf from '../../tf.js';
import { startEngine } from '../index.js';
import { expectClose } from '../testing/differential.js';

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

/** Gradients of the sum of all results, for the numbers in a row: what torch 2 computes for the same ones in float64. */
const EDGES: readonly {
  readonly name: string;
  readonly inputs: readonly (readonly number[])[];
  readonly f: (...x: tf.Tensor[]) => tf.Tensor;
  readonly gradients: readonly (readonly number[])[];
}[] = [
  { name: 'abs at 0', inputs: [[-2, 0, 3]], f: tf.abs, gradients: [[-1, 0, 1]] },
  {
    name: 'maximum of equal numbers',
    inputs: [
      [1, 2, 2],
      [1, 1, 3],
    ],
    f: tf.maximum,
    gradients: [
      [0.5, 1, 0],
      [0.5, 0, 1],
    ],
  },
  {
    name: 'minimum of equal numbers',
    inputs: [
      [1, 2, 2],
      [1, 1, 3],
    ],
    f: tf.minimum,
    gradients: [
      [0.5, 0, 1],
      [0.5, 1, 0],
    ],
  },
  { name: 'max of equal numbers (amax)', inputs: [[1, 1, 0]], f: (x) => tf.max(x), gradients: [[0.5, 0.5, 0]] },
  { name: 'min of equal numbers (amin)', inputs: [[1, 0, 0]], f: (x) => tf.min(x, 0), gradients: [[0, 0.5, 0.5]] },
  {
    name: 'pow',
    inputs: [
      [0, 0, 0, -2, -2, -2, 2, 0],
      [0, 1, 2, 2, 3, 0.5, 0, -1],
    ],
    f: tf.pow,
    gradients: [
      [0, 1, 0, -4, 12, Number.NaN, 0, Number.NEGATIVE_INFINITY],
      [0, 0, 0, Number.NaN, Number.NaN, Number.NaN, Math.log(2), Number.NEGATIVE_INFINITY],
    ],
  },
  { name: 'a root by pow', inputs: [[0, 1]], f: (x) => tf.pow(x, 0.5), gradients: [[Number.POSITIVE_INFINITY, 0.5]] },
  { name: 'pow by 0', inputs: [[0, 1]], f: (x) => tf.pow(x, 0), gradients: [[0, 0]] },
  {
    name: 'div of and by tiny numbers',
    inputs: [
      [0, 1],
      [1e-30, 1e-30],
    ],
    f: tf.div,
    gradients: [
      [1e30, 1e30],
      [0, Number.NEGATIVE_INFINITY],
    ],
  },
  { name: 'div by huge numbers', inputs: [[1e20], [1e25]], f: tf.div, gradients: [[1e-25], [-1e-30]] },
  {
    name: 'floorDiv',
    inputs: [
      [5, -5],
      [3, 2],
    ],
    f: tf.floorDiv,
    gradients: [
      [0, 0],
      [0, 0],
    ],
  },
  {
    name: 'mod (remainder)',
    inputs: [
      [5, -5, 5],
      [3, 3, -3],
    ],
    f: tf.mod,
    gradients: [
      [1, 1, 1],
      [-1, 2, 2],
    ],
  },
  {
    name: 'atan2 at the origin',
    inputs: [
      [0, 1],
      [0, 0],
    ],
    f: tf.atan2,
    gradients: [
      [0, 0],
      [0, -1],
    ],
  },
  { name: 'sqrt at 0', inputs: [[0, 1]], f: tf.sqrt, gradients: [[Number.POSITIVE_INFINITY, 0.5]] },
  { name: 'rsqrt at 0', inputs: [[0, 1]], f: tf.rsqrt, gradients: [[Number.NEGATIVE_INFINITY, -0.5]] },
  { name: 'reciprocal at 0', inputs: [[0, 1]], f: tf.reciprocal, gradients: [[Number.NEGATIVE_INFINITY, -1]] },
  {
    name: 'sign, ceil, floor and round',
    inputs: [[0, 1.5]],
    f: (x) => tf.addN([tf.sign(x), tf.ceil(x), tf.floor(x), tf.round(x)]),
    gradients: [[0, 0]],
  },
  {
    name: 'a cast to integers',
    inputs: [[0.5, 1.5]],
    f: (x) => tf.cast(tf.cast(x, 'int32'), 'float32'),
    gradients: [[0, 0]],
  },
  { name: 'relu at 0', inputs: [[-1, 0, 1, Number.NaN]], f: tf.relu, gradients: [[0, 0, 1, 1]] },
  { name: 'a root behind relu', inputs: [[-1, 0, 4]], f: (x) => tf.sqrt(tf.relu(x)), gradients: [[0, 0, 0.25]] },
  { name: 'relu6 at its ends', inputs: [[0, 6, 7, 3]], f: tf.relu6, gradients: [[0, 0, 0, 1]] },
  {
    name: 'clipByValue at its ends',
    inputs: [[0, 6, 7, 3]],
    f: (x) => tf.clipByValue(x, 0, 6),
    gradients: [[1, 1, 0, 1]],
  },
  {
    name: 'elu, selu and leakyRelu at 0',
    inputs: [[0]],
    f: (x) => tf.addN([tf.elu(x), tf.selu(x), tf.leakyRelu(x, 0.01)]),
    gradients: [[1 + 1.7580993 + 0.01]],
  },
  { name: 'prelu at 0', inputs: [[0, 1, -1], [0.25]], f: (x, a) => tf.prelu(x, a), gradients: [[0.25, 1, 0.25], [-1]] },
  { name: 'cumprod with a zero', inputs: [[2, 0, 3, 4]], f: (x) => tf.cumprod(x), gradients: [[1, 32, 0, 0]] },
  { name: 'cumprod with two zeros', inputs: [[2, 0, 3, 0, 5]], f: (x) => tf.cumprod(x), gradients: [[1, 8, 0, 0, 0]] },
  { name: 'prod with a zero', inputs: [[2, 0, 3]], f: (x) => tf.prod(x), gradients: [[0, 6, 0]] },
  { name: 'prod with two zeros', inputs: [[0, 0, 3]], f: (x) => tf.prod(x), gradients: [[0, 0, 0]] },
  {
    name: 'where, next to an infinite gradient',
    inputs: [[0, 4]],
    f: (x) => tf.sqrt(tf.where(tf.greater(x, 1), x, tf.zerosLike(x))),
    gradients: [[0, 0.25]],
  },
  {
    name: 'logSumExp with -∞',
    inputs: [[Number.NEGATIVE_INFINITY, 1]],
    f: (x) => tf.logSumExp(x),
    gradients: [[0, 1]],
  },
];

describe.each(['cpu', 'wasm'] as const)('at its edges, on %s', (engine) => {
  beforeAll(async () => {
    await startEngine('cpu', { engine });
  });

  it.each(EDGES)('$name', ({ inputs, f, gradients }) => {
    tf.tidy(() => {
      const found = tf.grads((...x: tf.Tensor[]) => tf.sum(f(...x)))(inputs.map((values) => tf.tensor1d([...values])));
      for (const [i, expected] of gradients.entries()) expectClose(found[i]?.dataSync() ?? [], expected, 1e-6);
    });
  });
});

describe('batchNorm', () => {
  it.each([
    ['neither', undefined, undefined],
    ['an offset', [0.5, -1], undefined],
    ['a scale', undefined, [2, 0.5]],
  ])('with %s has the gradients of the formula', (_name, offset, scale) => {
    tf.tidy(() => {
      const x = tf.variable(values([3, 2], 1));
      const gradient = (f: () => tf.Tensor): number[] => {
        using _tape = openTape();
        backward(tf.sum(tf.mul(f(), values([3, 2], 5))));
        const found = Array.from(gradientsOf(x)?.dataSync() ?? []);
        zeroGrads([x]);
        return found;
      };
      const [mean, variance] = [tf.tensor1d([0.1, -0.2]), tf.tensor1d([1.5, 0.7])];
      const found = gradient(() => tf.batchNorm(x, mean, variance, offset, scale, 1e-3));
      const byHand = gradient(() =>
        tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-3))), scale ? tf.tensor1d(scale) : 1),
      );
      x.dispose();
      expectClose(found, byHand, 1e-5);
    });
  });
});
