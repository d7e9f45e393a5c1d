import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startEngine } from '../accelerators/index.js';
import { backward, gradientsOf, openTape, zeroGrads } from '../autograd/index.js';
import * as tf from '../tf.js';
import * as functional from './index.js';

/** A variable with numbers that look random, and are the same each time. */
function parameter(...shape: number[]): tf.Variable {
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tidy(() =>
    tf.variable(
      tf.tensor(
        Array.from({ length: size }, (_, i) => Math.sin(i * 2.3 + 1)),
        shape,
      ),
    ),
  );
}

const running = (value: number, size: number) => tf.tidy(() => tf.variable(tf.fill([size], value), false));

let weights: Record<'table' | 'filter' | 'scale' | 'shift' | 'gain' | 'out', tf.Variable>;
let moments: Record<'runningMean' | 'runningVar', tf.Variable>;
let tensorsBefore: number;

describe.each(['cpu', 'wasm'] as const)('a training step on the engine %s', (engine) => {
  beforeAll(async () => {
    await startEngine('cpu', { engine });
  });
  beforeEach(() => {
    tensorsBefore = tf.memory().numTensors;
    weights = {
      table: parameter(6, 4),
      filter: parameter(3, 4, 2),
      scale: parameter(3),
      shift: parameter(3),
      gain: parameter(4),
      out: parameter(2, 3),
    };
    moments = { runningMean: running(0, 3), runningVar: running(1, 3) };
  });
  afterEach(() => {
    zeroGrads(Object.values(weights));
    tf.dispose([weights, moments]);
    expect(tf.memory().numTensors).toBe(tensorsBefore);
  });

  /** Most of the room in one loss, with its intermediate results in the user's own tidy. */
  function loss(): tf.Tensor {
    return tf.tidy(() => {
      const words = functional.embedding(
        tf.tensor2d(
          [
            [0, 3, 5],
            [1, 3, 2],
          ],
          [2, 3],
          'int32',
        ),
        weights.table,
        {
          paddingIdx: 3,
        },
      );
      const normal = functional.gelu(functional.layerNorm(words, { normalizedShape: 4, weight: weights.gain }));
      const seen = functional.scaledDotProductAttention(normal, normal, normal, { isCausal: true });
      const mixed = functional.conv1d(tf.transpose(seen, [0, 2, 1]), weights.filter, { padding: 'same' });
      const batch = functional.batchNorm(mixed, {
        ...moments,
        weight: weights.scale,
        bias: weights.shift,
        training: true,
      });
      const pooled = functional.maxPool1d(functional.dropout(batch, { p: 0 }), { kernelSize: 3 });
      const scores = functional.linear(tf.squeeze(pooled, [2]), weights.out);
      return functional.crossEntropy(scores, tf.tensor1d([1, 0], 'int32'), { labelSmoothing: 0.1 });
    });
  }

  function gradients(): Record<string, number[] | undefined> {
    const found = Object.entries(weights).map(([name, weight]) => [name, gradientsOf(weight)] as const);
    return Object.fromEntries(found.map(([name, gradient]) => [name, gradient && Array.from(gradient.dataSync())]));
  }

  function step(): void {
    tf.engine().startScope();
    using tape = openTape();
    backward(loss() as tf.Scalar);
    tape[Symbol.dispose]();
    tf.engine().endScope();
  }

  it('has the gradients that tf.variableGrads finds, and leaves nothing behind', () => {
    step();
    const found = gradients();
    const { value, grads } = tf.variableGrads(() => loss() as tf.Scalar, Object.values(weights));
    for (const [name, weight] of Object.entries(weights)) {
      expect(found[name]).toEqual(Array.from(grads[weight.name]?.dataSync() ?? []));
    }
    expect(Object.values(found).every((values) => values?.some((number) => number !== 0))).toBe(true);
    tf.dispose([value, grads]);
  });

  it('gives the padding’s row no gradient', () => {
    step();
    const rows = tf.tidy(() => (gradientsOf(weights.table) as tf.Tensor2D).arraySync());
    expect(rows[3]).toEqual([0, 0, 0, 0]);
    expect(rows[0]?.some((value) => value !== 0)).toBe(true);
  });

  it('needs no more memory after many steps than after one', () => {
    step();
    zeroGrads(Object.values(weights));
    const after = [tf.memory().numTensors, tf.engine().backend.numDataIds()];
    for (let repeat = 0; repeat < 20; repeat++) {
      step();
      zeroGrads(Object.values(weights));
    }
    expect([tf.memory().numTensors, tf.engine().backend.numDataIds()]).toEqual(after);
  });

  it('moves the running moments', () => {
    step();
    expect(Array.from(moments.runningMean.dataSync())).not.toEqual([0, 0, 0]);
    expect(Array.from(moments.runningVar.dataSync())).not.toEqual([1, 1, 1]);
  });
});

describe.each(['cpu', 'wasm'] as const)('on the engine %s', (engine) => {
  beforeAll(async () => {
    await startEngine('cpu', { engine });
  });

  it.each<[string, (x: tf.Tensor) => tf.Tensor]>([
    ['relu6', functional.relu6],
    ['hardtanh', functional.hardtanh],
    ['hardsigmoid', functional.hardsigmoid],
    ['selu', functional.selu],
    ['mish', functional.mish],
    ['crossEntropy', (x) => functional.crossEntropy(x, tf.tensor1d([1], 'int32'))],
    ['nllLoss', (x) => functional.nllLoss(functional.logSoftmax(x, { dim: 1 }), tf.tensor1d([0], 'int32'))],
    ['binaryCrossEntropy', (x) => functional.binaryCrossEntropy(x, tf.onesLike(x))],
    ['huberLoss', (x) => functional.huberLoss(x, tf.zerosLike(x))],
    ['gaussianNllLoss', (x) => functional.gaussianNllLoss(tf.zerosLike(x), tf.zerosLike(x), x)],
    ['tripletMarginLoss', (x) => functional.tripletMarginLoss(x, tf.zerosLike(x), tf.onesLike(x))],
    ['layerNorm', (x) => functional.layerNorm(x, { normalizedShape: 2 })],
  ])('%s shows NaN in its value and its gradient', (_name, compute) => {
    tf.tidy(() => {
      const x = tf.tensor2d([[Number.NaN, 0.5]]);
      const { value, grad } = tf.valueAndGrad((given: tf.Tensor) => tf.sum(compute(given)))(x);
      expect([value.dataSync()[0], grad.dataSync()[0]]).toEqual([Number.NaN, Number.NaN]);
    });
  });
});

describe('crossEntropy', () => {
  it('is finite where exp overflows, and where other classes are impossible', () => {
    tf.tidy(() => {
      const logits = tf.tensor2d([
        [1000, 0, -1000],
        [2, Number.NEGATIVE_INFINITY, 2],
      ]);
      const { value, grad } = tf.valueAndGrad((x: tf.Tensor) =>
        functional.crossEntropy(x, tf.tensor1d([1, 2], 'int32'), { reduction: 'none' }),
      )(logits);
      expect(Array.from(value.dataSync())).toEqual([1000, Math.fround(Math.LN2)]);
      expect(Array.from(grad.dataSync())).toEqual([1, -1, 0, 0.5, 0, -0.5]);
    });
  });

  it('is NaN when every target is ignored, as in torch', () => {
    tf.tidy(() => {
      const loss = functional.crossEntropy(tf.ones([2, 3]), tf.tensor1d([-100, -100], 'int32'));
      expect(loss.dataSync()[0]).toBeNaN();
    });
  });

  it('takes float32 indices, and int32 one-hot targets', () => {
    tf.tidy(() => {
      const logits = tf.tensor2d([[1, 2, 3]]);
      const losses = [tf.tensor1d([2], 'int32'), tf.tensor1d([2]), tf.tensor2d([[0, 0, 1]], [1, 3], 'int32')].map(
        (target) => functional.crossEntropy(logits, target).dataSync()[0],
      );
      expect(new Set(losses).size).toBe(1);
    });
  });
});
