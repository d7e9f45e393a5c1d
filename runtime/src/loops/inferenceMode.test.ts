import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { quietTrainer, startTestEngine, type TinyBatch, TinyModule, tinyLoaders, weightsOf } from '../testing/tiny.js';
import * as tf from '../tf.js';

/** Looks at the gradient of its loss in every evaluation. */
class Saliency extends TinyModule {
  readonly norms: number[] = [];

  override validationStep(batch: TinyBatch): unknown {
    this.#look(batch);
    return super.validationStep(batch);
  }

  override testStep(batch: TinyBatch): unknown {
    this.#look(batch);
    return super.testStep(batch);
  }

  override predictStep(batch: TinyBatch): unknown {
    this.#look(batch);
    return super.predictStep(batch);
  }

  #look([x, y]: TinyBatch): void {
    this.zeroGrad();
    void this.backward(this.loss(x, y));
    const [first] = this.parameters();
    const gradient = first && this.grad(first);
    this.norms.push(gradient ? Math.hypot(...gradient.dataSync()) : 0);
    this.zeroGrad();
  }
}

const modules: TinyModule[] = [];

function make<M extends TinyModule>(module: M): M {
  modules.push(module);
  return module;
}

beforeAll(startTestEngine);
afterEach(() => {
  for (const module of modules.splice(0)) module.dispose();
});

describe('inferenceMode: false', () => {
  it.each(['validate', 'test', 'predict'] as const)('lets a step of %s take gradients', async (kind) => {
    const module = make(new Saliency());
    const trainer = quietTrainer({ logger: false, inferenceMode: false });
    const result: unknown = await trainer[kind](module, { dataloaders: tinyLoaders().valDataloaders });
    expect(module.norms).toHaveLength(2);
    expect(module.norms.every((norm) => norm > 0)).toBe(true);
    if (kind !== 'predict') return;
    for (const prediction of result as tf.Tensor[]) {
      expect(prediction.dataSync()).toHaveLength(4); // they are the caller's, and outlive the record
      prediction.dispose();
    }
  });

  it('lets validation take them inside fit, and keeps no tensor', async () => {
    const module = make(new Saliency());
    const trainer = quietTrainer({ logger: false, enableCheckpointing: false, inferenceMode: false, maxEpochs: 2 });
    await trainer.fit(module, tinyLoaders());
    const before = tf.memory().numTensors;
    trainer.maxEpochs = 5;
    await trainer.fit(module, tinyLoaders());
    expect(module.norms.length).toBeGreaterThan(10);
    expect(tf.memory().numTensors).toBe(before);
    trainer.dispose();
  });

  it('computes the same metrics and weights', async () => {
    const outcomes = [];
    for (const inferenceMode of [true, false]) {
      const module = make(new TinyModule());
      const trainer = quietTrainer({ logger: false, enableCheckpointing: false, inferenceMode, maxEpochs: 2 });
      await trainer.fit(module, tinyLoaders());
      outcomes.push({ metrics: trainer.callbackMetrics, weights: weightsOf(module) });
      trainer.dispose();
    }
    expect(outcomes[1]).toEqual(outcomes[0]);
  });
});

describe('inferenceMode, which is the default', () => {
  it('records nothing: backward is an error that names the option', async () => {
    const trainer = quietTrainer({ logger: false });
    const run = trainer.validate(make(new Saliency()), { dataloaders: tinyLoaders().valDataloaders });
    await expect(run).rejects.toThrow('inferenceMode: false');
  });
});
