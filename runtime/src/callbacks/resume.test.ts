import { beforeAll, describe, expect, it, vi } from 'vitest';
import * as optim from '../optim/index.js';
import { startTestEngine, TinyModule } from '../testing/tiny.js';
import * as tf from '../tf.js';
import { BackboneFinetuning } from './backboneFinetuning.js';
import type { Callback } from './callback.js';
import { EarlyStopping } from './earlyStopping.js';
import { EMAWeightAveraging } from './emaWeightAveraging.js';
import { GradientAccumulationScheduler } from './gradientAccumulationScheduler.js';
import { ModelPruning } from './modelPruning.js';
import { StochasticWeightAveraging } from './stochasticWeightAveraging.js';
import { goOnFromEverywhere } from './testing/resuming.js';
import { fitScripted, Scripted } from './testing/scripted.js';
import { WeightAveraging } from './weightAveraging.js';

beforeAll(async () => {
  await startTestEngine();
  vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
});

/** Two layers in fields of their own; the optimizer gets what learns. */
class WithBackbone extends Scripted {
  readonly backbone = tf.layers.dense({ units: 4, inputShape: [4], kernelInitializer: tf.initializers.identity({}) });
  constructor() {
    super();
    this.backbone.build([null, 4]);
  }
  override forward(x: tf.Tensor): tf.Tensor {
    return super.forward(this.backbone.apply(x) as tf.Tensor);
  }
  override configureOptimizers(): optim.Optimizer {
    return new optim.Adam(
      this.parameters().filter(({ trainable }) => trainable),
      { lr: 0.05 },
    );
  }
}

/** With a scheduler, that averaging replaces. */
class WithScheduler extends Scripted {
  override configureOptimizers(): never {
    const optimizer = new optim.Adam(this.parameters(), { lr: 0.05 });
    return { optimizer, lrScheduler: new optim.StepLR(optimizer, { stepSize: 1 }) } as never;
  }
}

describe('a run that goes on from a checkpoint equals the one that was not stopped', () => {
  it.each<[string, () => TinyModule, () => Callback]>([
    ['EarlyStopping', () => new Scripted([3, 3, 3]), () => new EarlyStopping({ monitor: 'val_loss', patience: 2 })],
    ['WeightAveraging', () => new Scripted(), () => new WeightAveraging()],
    ['EMAWeightAveraging', () => new TinyModule(), () => new EMAWeightAveraging({ decay: 0.8 })],
    [
      'StochasticWeightAveraging along a cosine',
      () => new Scripted(),
      () => new StochasticWeightAveraging({ swaLrs: 0.01, swaEpochStart: 2, annealingEpochs: 2 }),
    ],
    [
      'StochasticWeightAveraging along a line, with a scheduler',
      () => new WithScheduler(),
      () => new StochasticWeightAveraging({ swaLrs: 0.01, swaEpochStart: 2, annealingStrategy: 'linear' }),
    ],
    [
      'GradientAccumulationScheduler',
      () => new Scripted(),
      () => new GradientAccumulationScheduler({ scheduling: { 1: 2 } }),
    ],
    [
      'BackboneFinetuning',
      () => new WithBackbone(),
      () => new BackboneFinetuning({ unfreezeBackboneAtEpoch: 1, lambdaFunc: () => 1.5 }),
    ],
    [
      'ModelPruning with the lottery ticket',
      () => new TinyModule(),
      () => new ModelPruning({ pruningFn: 'l1_unstructured', amount: 0.3 }),
    ],
    [
      'ModelPruning without',
      () => new Scripted(),
      () => new ModelPruning({ pruningFn: 'l1_unstructured', amount: 0.3, useLotteryTicketHypothesis: false }),
    ],
  ])('%s', async (_name, makeModule, makeCallback) => {
    const { whole, resumed } = await goOnFromEverywhere(makeModule, () => [makeCallback()]);
    expect(Object.keys(resumed).length).toBeGreaterThan(6);
    for (const [file, outcome] of Object.entries(resumed)) expect([file, outcome]).toEqual([file, whole]);
  });
});

describe('tensors come back', () => {
  it.each<[string, () => Callback]>([
    ['EMAWeightAveraging', () => new EMAWeightAveraging()],
    ['StochasticWeightAveraging', () => new StochasticWeightAveraging({ swaLrs: 0.01, swaEpochStart: 1 })],
    ['ModelPruning', () => new ModelPruning({ pruningFn: 'l1_unstructured', makePruningPermanent: false })],
  ])('%s', async (_name, makeCallback) => {
    const counts: number[] = [];
    for (let repeat = 0; repeat < 3; repeat++) {
      const module = new Scripted([1]);
      const trainer = await fitScripted(module, { callbacks: makeCallback(), maxEpochs: 2 });
      trainer.dispose();
      module.dispose();
      counts.push(tf.memory().numTensors);
    }
    expect(counts[2]).toBe(counts[1]);
  });

  it('also when a callback is used for a second run', async () => {
    const callback = new EMAWeightAveraging();
    const counts: number[] = [];
    for (let repeat = 0; repeat < 3; repeat++) {
      const module = new Scripted();
      (await fitScripted(module, { callbacks: callback, maxEpochs: 1 })).dispose();
      module.dispose();
      counts.push(tf.memory().numTensors);
    }
    expect(counts[2]).toBe(counts[1]);
  });
});
