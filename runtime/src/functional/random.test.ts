import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startEngine } from '../accelerators/index.js';
import { seedEverything, unseed } from '../random/index.js';
import * as tf from '../tf.js';
import * as functional from './index.js';

const SIZE = 20_000;
// Four standard deviations of the mean of so many values of variance 1.
const TOLERANCE = 4 / Math.sqrt(SIZE);

let tensorsBefore: number;

beforeAll(async () => {
  await startEngine('cpu', { engine: 'cpu' });
});
beforeEach(() => {
  seedEverything(7);
  tensorsBefore = tf.memory().numTensors;
});
afterEach(() => {
  unseed();
  expect(tf.memory().numTensors).toBe(tensorsBefore);
});

function valuesOf(compute: () => tf.Tensor): number[] {
  return tf.tidy(() => Array.from(compute().dataSync()));
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('dropout', () => {
  it('drops the share p and makes up for it', () => {
    const values = valuesOf(() => functional.dropout(tf.ones([SIZE]), { p: 0.2 }));
    expect(new Set(values)).toEqual(new Set([0, Math.fround(1.25)]));
    expect(Math.abs(mean(values) - 1)).toBeLessThan(TOLERANCE);
  });

  it('draws from the seeded generator, and draws anew each time', () => {
    const draw = () => valuesOf(() => functional.dropout(tf.ones([64])));
    const [first, second] = [draw(), draw()];
    seedEverything(7);
    expect(draw()).toEqual(first);
    expect(second).not.toEqual(first);
  });

  it('passes the gradient of what it kept', () => {
    tf.tidy(() => {
      const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => functional.dropout(x, { p: 0.5 }))(tf.ones([50]));
      expect(Array.from(grad.dataSync())).toEqual(Array.from(value.dataSync()));
    });
  });

  it('hands its input through where it does not train, as a tensor of its own', () => {
    tf.tidy(() => {
      const x = tf.tensor1d([1, 2]);
      const y = functional.dropout(x, { training: false });
      x.dispose();
      expect(Array.from(y.dataSync())).toEqual([1, 2]);
    });
  });

  it('drops everything with p = 1, without dividing by 0', () => {
    expect(valuesOf(() => functional.dropout(tf.ones([3]), { p: 1 }))).toEqual([0, 0, 0]);
  });

  it.each([
    ['dropout1d', functional.dropout1d, [4, 8, 5]],
    ['dropout2d', functional.dropout2d, [4, 8, 3, 3]],
    ['dropout3d', functional.dropout3d, [2, 8, 2, 2, 2]],
  ] as const)('%s drops whole channels', (_name, drop, shape) => {
    tf.tidy(() => {
      const y = drop(tf.ones([...shape]));
      const channels = tf.reshape(y, [shape[0] * shape[1], -1]);
      expect(valuesOf(() => tf.max(channels, 1))).toEqual(valuesOf(() => tf.min(channels, 1)));
      expect(new Set(y.dataSync())).toEqual(new Set([0, 2]));
    });
  });
});

describe('alphaDropout', () => {
  it('keeps mean and variance of standardized values', () => {
    const x = tf.randomNormal([SIZE], 0, 1, 'float32', 5);
    const values = valuesOf(() => functional.alphaDropout(x, { p: 0.3, training: true }));
    x.dispose();
    expect(Math.abs(mean(values))).toBeLessThan(2 * TOLERANCE);
    expect(Math.abs(mean(values.map((value) => value ** 2)) - 1)).toBeLessThan(4 * TOLERANCE);
  });

  it('is off unless it trains, as in torch', () => {
    expect(valuesOf(() => functional.alphaDropout(tf.ones([3])))).toEqual([1, 1, 1]);
  });

  it('drops whole channels as featureAlphaDropout', () => {
    const values = valuesOf(() => functional.featureAlphaDropout(tf.ones([4, 8, 3]), { training: true }));
    expect(new Set(values).size).toBe(2);
  });
});

describe('gumbelSoftmax', () => {
  it('picks classes as often as they are likely', () => {
    const logits = tf.tidy(() => tf.tile(tf.log(tf.tensor2d([[0.1, 0.3, 0.6]])), [SIZE, 1]));
    const shares = valuesOf(() => tf.mean(functional.gumbelSoftmax(logits, { hard: true }), 0));
    logits.dispose();
    for (const [index, share] of [0.1, 0.3, 0.6].entries()) {
      expect(Math.abs((shares[index] as number) - share)).toBeLessThan(TOLERANCE);
    }
  });

  it('has the gradient of the soft samples, when hard too', () => {
    const gradientOf = (hard: boolean) => {
      seedEverything(3);
      return valuesOf(() =>
        tf.grad((x: tf.Tensor) => {
          const y = functional.gumbelSoftmax(x, { hard, tau: 0.5 });
          return tf.sum(tf.mul(y, tf.tensor1d([1, 2, 3])));
        })(tf.zeros([4, 3])),
      );
    };
    expect(gradientOf(true)).toEqual(gradientOf(false));
  });
});

describe('rrelu', () => {
  it('draws a slope between its bounds for each negative value in training', () => {
    const values = valuesOf(() => functional.rrelu(tf.fill([100], -1), { lower: 0.2, upper: 0.3, training: true }));
    expect(values.every((value) => value >= -0.3 && value <= -0.2)).toBe(true);
    expect(new Set(values).size).toBeGreaterThan(50);
  });
});

describe('scaledDotProductAttention', () => {
  it('drops weights', () => {
    const attend = () =>
      functional.scaledDotProductAttention(tf.ones([2, 4]), tf.ones([3, 4]), tf.ones([3, 1]), { dropoutP: 0.5 });
    const values = Array.from({ length: 10 }, () => valuesOf(attend)).flat();
    expect(new Set(values).size).toBeGreaterThan(1);
  });
});
