import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LightningModule } from '../core/index.js';
import * as optim from '../optim/index.js';
import { startTestEngine, TinyModule } from '../testing/tiny.js';
import * as tf from '../tf.js';
import type { Trainer } from '../trainer/index.js';
import { BackboneFinetuning, type BackboneFinetuningOptions } from './backboneFinetuning.js';
import { BaseFinetuning } from './baseFinetuning.js';
import { Callback } from './callback.js';
import { fitScripted } from './testing/scripted.js';

beforeAll(startTestEngine);
let warn = vi.spyOn(process, 'emitWarning');
beforeEach(() => {
  warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
});
afterEach(() => vi.restoreAllMocks());

/** A backbone with a batch normalization, and a head. */
class Transfer extends TinyModule {
  readonly backbone = [
    tf.layers.dense({ units: 4, inputShape: [4] }),
    tf.layers.batchNormalization({ inputShape: [4] }),
  ] as const;

  constructor(private readonly learnsAll = false) {
    super();
    for (const layer of this.backbone) layer.build([null, 4]);
  }

  override forward(x: tf.Tensor): tf.Tensor {
    const [dense, norm] = this.backbone;
    return super.forward(norm.apply(dense.apply(x), { training: this.training }) as tf.Tensor);
  }

  override configureOptimizers(): optim.Optimizer {
    const parameters = this.parameters().filter(({ trainable }) => trainable || this.learnsAll);
    return new optim.SGD(parameters, { lr: 0.1 });
  }
}

/** Notes the rates at each epoch's first batch. */
class Rates extends Callback {
  readonly rates: number[][] = [];
  override onTrainBatchStart(trainer: Trainer, _module: LightningModule, _batch: unknown, batchIdx: number): void {
    if (batchIdx === 0) this.rates.push(trainer.optimizers[0]?.paramGroups.map(({ lr }) => lr) ?? []);
  }
}

function trainable(module: LightningModule): string[] {
  return module
    .namedParameters()
    .filter(([, parameter]) => parameter.trainable)
    .map(([name]) => name);
}

async function run(options: BackboneFinetuningOptions, module = new Transfer(), maxEpochs = 4) {
  const watch = new Rates();
  const trainer = await fitScripted(module, { callbacks: [new BackboneFinetuning(options), watch], maxEpochs });
  const result = { rates: watch.rates, trainable: trainable(module), groups: trainer.optimizers[0]?.paramGroups ?? [] };
  trainer.dispose();
  module.dispose();
  return result;
}

describe('BackboneFinetuning', () => {
  it('lets the backbone learn from an epoch on, at a rate that grows to the others’', async () => {
    const { rates, trainable: names } = await run({ unfreezeBackboneAtEpoch: 1, backboneInitialLr: 0.03 });
    expect(rates).toEqual([[0.1], [0.1, 0.03], [0.1, 0.06], [0.1, 0.1]]);
    expect(names).toContain('backbone.0.kernel');
  });

  it.each<[string, BackboneFinetuningOptions, number[]]>([
    ['a part of the others’', { backboneInitialRatioLr: 0.5, lambdaFunc: () => 1 }, [0.05, 0.05, 0.05]],
    ['beyond the others’ when it may', { backboneInitialRatioLr: 1, shouldAlign: false }, [0.1, 0.2, 0.4]],
  ])('takes rates %s', async (_name, options, expected) => {
    const { rates } = await run({ unfreezeBackboneAtEpoch: 1, ...options });
    expect(rates.slice(1).map(([, rate]) => rate)).toEqual(expected);
  });

  it('leaves batch normalizations learning, and nothing else', async () => {
    const { trainable: names } = await run({}, new Transfer(), 1);
    expect(names.filter((name) => name.startsWith('backbone'))).toEqual(['backbone.1.gamma', 'backbone.1.beta']);
  });

  it('warns of parameters that the optimizer has already', async () => {
    const { groups } = await run({ unfreezeBackboneAtEpoch: 0 }, new Transfer(true), 1);
    expect(groups).toHaveLength(1);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('already exist within another group'));
  });

  it('prints both rates when asked to', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    await run({ unfreezeBackboneAtEpoch: 0, verbose: true }, new Transfer(), 1);
    expect(log).toHaveBeenCalledWith('Current lr: 0.1, Backbone lr: 0.01');
  });

  it('needs a backbone', async () => {
    const module = new TinyModule();
    const fit = fitScripted(module, { callbacks: new BackboneFinetuning(), maxEpochs: 1 });
    await expect(fit).rejects.toThrow('should have a `backbone` attribute');
    module.dispose();
  });

  it('refuses an epoch that there is not', () => {
    expect(() => new BackboneFinetuning({ unfreezeBackboneAtEpoch: 1.5 })).toThrow('a whole number');
  });
});

describe('BaseFinetuning', () => {
  class Stepwise extends BaseFinetuning {
    freezeBeforeTraining(module: LightningModule): void {
      this.freeze((module as Transfer).backbone, false);
    }
    finetuneFunction(module: LightningModule, epoch: number, optimizer: optim.Optimizer): void {
      const layer = (module as Transfer).backbone[epoch];
      if (layer) this.unfreezeAndAddParamGroup(layer, optimizer, { initialDenomLr: 2 });
    }
  }

  it('unfreezes one part after the other, each as a group at a part of the first rate', async () => {
    const module = new Transfer();
    const watch = new Rates();
    const trainer = await fitScripted(module, { callbacks: [new Stepwise(), watch], maxEpochs: 2 });
    expect(watch.rates).toEqual([
      [0.1, 0.05],
      [0.1, 0.05, 0.05],
    ]);
    trainer.dispose();
    module.dispose();
  });

  it('finds what learns, with batch normalizations or without', () => {
    const module = new Transfer();
    const callback = new Stepwise();
    expect(callback.filterParams(module.backbone)).toHaveLength(4);
    expect(callback.filterParams(module.backbone, false)).toHaveLength(2);
    callback.freeze(module.backbone, true);
    expect(callback.filterParams(module.backbone, true, false)).toHaveLength(2);
    module.dispose();
  });
});
