import { beforeAll, describe, expect, it } from 'vitest';
import { Callback } from '../callbacks/index.js';
import type { LightningModule } from '../core/index.js';
import { quietTrainer, startTestEngine, type TinyBatch, TinyModule, tinyLoaders } from '../testing/tiny.js';
import type { TrainerOptions } from './options.js';
import type { Trainer } from './trainer.js';

beforeAll(startTestEngine);

/** 4 training batches and 1 or 2 for validation. */
const loaders = () => tinyLoaders({ batchSize: 6 });

async function fitTiny(options: TrainerOptions, module: LightningModule = new TinyModule()): Promise<Trainer> {
  const trainer = quietTrainer({ logger: false, enableCheckpointing: false, ...options });
  await trainer.fit(module, loaders());
  module.dispose();
  return trainer;
}

// Recorded from PyTorch Lightning 2.6.6.
describe('what a Trainer tells of its run', () => {
  it.each<[TrainerOptions, number]>([
    [{ maxEpochs: 2 }, 8],
    [{ maxEpochs: 3, accumulateGradBatches: 3 }, 6],
    [{ maxEpochs: 2, maxSteps: 7 }, 7],
    [{ maxEpochs: 2, limitTrainBatches: 2 }, 4],
    [{ maxEpochs: 0 }, 4],
  ])('estimates the steps of %o as %i', async (options, steps) => {
    expect((await fitTiny(options)).estimatedSteppingBatches).toBe(steps);
  });

  it.each<[TrainerOptions, number | undefined, readonly number[]]>([
    [{ maxEpochs: 1 }, 4, [2]],
    [{ maxEpochs: 1, limitTrainBatches: 0 }, undefined, [2]],
    [{ maxEpochs: 1, limitValBatches: 0 }, 4, []],
    [{ maxEpochs: 1, checkValEveryNEpoch: 2, numSanityValSteps: 0 }, 4, []],
    [{ maxSteps: 0, numSanityValSteps: 0 }, 4, []],
  ])('counts the batches of %o', async (options, training, validation) => {
    const trainer = await fitTiny(options);
    expect([trainer.numTrainingBatches, trainer.numValBatches]).toEqual([training, validation]);
  });

  it('gives callbacks the values of the step while batches run, and those of the epoch at its end', async () => {
    class Logging extends TinyModule {
      override trainingStep([x, y]: TinyBatch, batchIdx: number) {
        this.log('a', batchIdx, { onStep: true, onEpoch: true });
        return this.loss(x, y);
      }
    }
    const seen: unknown[] = [];
    class Watch extends Callback {
      override onTrainBatchEnd(trainer: Trainer): void {
        seen.push(trainer.callbackMetrics.a);
      }
      override onTrainEpochEnd(trainer: Trainer): void {
        seen.push(trainer.callbackMetrics.a);
      }
    }
    const trainer = await fitTiny({ maxEpochs: 1, callbacks: new Watch() }, new Logging());
    expect(seen).toEqual([0, 1, 2, 3, 1.5]);
    expect(trainer.callbackMetrics).toMatchObject({ a: 1.5, a_step: 3, a_epoch: 1.5 });
  });
});

describe('a run', () => {
  it('counts steps without an optimizer, and changes nothing', async () => {
    class NoOptimizers extends TinyModule {
      override configureOptimizers(): never {
        return null as never;
      }
    }
    const module = new NoOptimizers();
    const trainer = quietTrainer({ maxEpochs: 1, logger: false, enableCheckpointing: false });
    const before = module.namedWeights().map(({ variable }) => [...variable.dataSync()]);
    await trainer.fit(module, loaders());
    expect(trainer.globalStep).toBe(4);
    expect(module.namedWeights().map(({ variable }) => [...variable.dataSync()])).toEqual(before);
    module.dispose();
  });

  it('that fails ends with onException and without teardown', async () => {
    const calls: string[] = [];
    class Failing extends TinyModule {
      override trainingStep(): never {
        throw new Error('boom');
      }
      override teardown(): void {
        calls.push('teardown');
      }
    }
    class Watch extends Callback {
      override onException(): void {
        calls.push('onException');
      }
      override teardown(): void {
        calls.push('Callback.teardown');
      }
    }
    await expect(fitTiny({ maxEpochs: 1, callbacks: new Watch() }, new Failing())).rejects.toThrow('boom');
    expect(calls).toEqual(['onException']);
  });

  it.each<[TrainerOptions, boolean]>([
    [{ gradientClipVal: 0 }, false],
    [{ gradientClipVal: -1 }, false],
    [{ gradientClipVal: 0.5 }, true],
  ])('with %o clips: %s', async (options, clips) => {
    const values: unknown[] = [];
    class Watch extends TinyModule {
      override configureGradientClipping(_optimizer: unknown, value?: number): void {
        values.push(value);
      }
    }
    await fitTiny({ maxEpochs: 1, limitTrainBatches: 1, ...options }, new Watch());
    expect(values).toEqual([clips ? options.gradientClipVal : undefined]);
  });
});
