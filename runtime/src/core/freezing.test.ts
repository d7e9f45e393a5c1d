import { beforeAll, describe, expect, it } from 'vitest';
import { backward, gradientsOf, openTape } from '../autograd/index.js';
import { startTestEngine } from '../testing/tiny.js';
import * as tf from '../tf.js';
import { LightningModule } from './index.js';

beforeAll(startTestEngine);

class Parts extends LightningModule {
  readonly body = tf.layers.dense({ units: 2, inputShape: [3] });
  readonly norm = tf.layers.batchNormalization({ inputShape: [2] });
  readonly fixed = tf.layers.dense({ units: 2, inputShape: [2], trainable: false });

  constructor() {
    super();
    this.body.build([null, 3]);
    this.norm.build([null, 2]);
    this.fixed.build([null, 2]);
  }

  override configureOptimizers() {
    return null;
  }
}

describe('freeze', () => {
  it('keeps the parameters, and what they are not stays out', () => {
    const module = new Parts();
    const names = module.namedParameters().map(([name]) => name);
    expect(names).toEqual(['body.kernel', 'body.bias', 'norm.gamma', 'norm.beta']);
    module.freeze();
    expect(module.namedParameters().map(([name]) => name)).toEqual(names);
    expect(module.parameters().some(({ trainable }) => trainable)).toBe(false);
    expect(module.training).toBe(false);
    module.unfreeze();
    expect(module.parameters().every(({ trainable }) => trainable)).toBe(true);
    expect(module.namedParameters().map(([name]) => name)).toEqual(names);
    expect(module.training).toBe(true);
    module.dispose();
  });

  it('takes gradients from some, and leaves the others theirs', () => {
    const module = new Parts();
    const [kernel, bias] = module.body.trainableWeights.map((weight) => weight.read() as tf.Variable) as [
      tf.Variable,
      tf.Variable,
    ];
    kernel.trainable = true;
    module.freeze();
    bias.trainable = true;
    tf.tidy(() => {
      using _tape = openTape();
      backward(tf.sum(tf.add(tf.matMul(tf.ones([1, 3]), kernel as tf.Tensor2D), bias)) as tf.Scalar);
    });
    expect(gradientsOf(kernel)).toBeUndefined();
    expect([...(gradientsOf(bias)?.dataSync() ?? [])]).toEqual([1, 1]);
    module.zeroGrad();
    module.dispose();
  });

  it('outlives the first pass through a sequential model', () => {
    class Whole extends Parts {
      readonly net = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [3] })] });
    }
    const module = new Whole();
    module.freeze();
    tf.dispose(module.net.apply(tf.ones([1, 3])) as tf.Tensor);
    expect(module.parameters().some(({ trainable }) => trainable)).toBe(false);
    module.dispose();
  });
});
