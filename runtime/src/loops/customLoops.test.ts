/** Loops of the user's own, in the place of ours. */
import { beforeAll, describe, expect, it } from 'vitest';
import { quietTrainer, startTestEngine, TinyModule, tinyLoaders } from '../testing/tiny.js';
import * as tf from '../tf.js';
import { FitLoop, type OptimizationStep, type RunContext, type StepResult, TrainingEpochLoop } from './index.js';

beforeAll(startTestEngine);

const SILENT = { logger: false, enableCheckpointing: false, numSanityValSteps: 0 } as const;

/** Updates the weights several times on each batch. */
class Repeating extends TrainingEpochLoop {
  constructor(readonly times: number) {
    super();
  }

  protected override async optimize(ctx: RunContext, step: OptimizationStep): Promise<StepResult> {
    for (let time = 1; time < this.times; time++) await super.optimize(ctx, step);
    return super.optimize(ctx, step);
  }
}

/** Trains until the loss of the epoch is small enough, whatever the limits say, and tells of its epochs. */
class UntilGood extends FitLoop {
  readonly losses: number[] = [];

  protected override isDone(ctx: RunContext): boolean {
    return (this.losses.at(-1) ?? Number.POSITIVE_INFINITY) < 0.2 || super.isDone(ctx);
  }

  protected override async onAdvanceEnd(ctx: RunContext): Promise<void> {
    await super.onAdvanceEnd(ctx);
    this.losses.push(ctx.results.metrics().train_loss ?? Number.NaN);
  }
}

describe('a loop of the user’s own', () => {
  it('takes the place of the training epoch’s', async () => {
    const trainer = quietTrainer({ ...SILENT, maxEpochs: 2 });
    trainer.fitLoop.epochLoop = new Repeating(3);
    const counts: number[] = [];
    const module = new TinyModule();
    module.onTrainEpochEnd = () => {
      counts.push(tf.memory().numTensors);
    };
    await trainer.fit(module, tinyLoaders());
    expect([trainer.globalStep, trainer.currentEpoch, trainer.fitLoop.epochLoop.batchesThatStepped]).toEqual([
      36, 2, 12,
    ]);
    expect(counts[1]).toBe(counts[0]);
  });

  it('takes the place of fit’s, with a loop for its epochs', async () => {
    const trainer = quietTrainer({ ...SILENT, maxEpochs: 100 });
    const loop = new UntilGood().connect({ epochLoop: new Repeating(2) });
    trainer.fitLoop = loop;
    await trainer.fit(new TinyModule(), tinyLoaders());
    expect(loop.losses.length).toBe(trainer.currentEpoch);
    expect(loop.losses.length).toBeLessThan(100);
    expect(loop.losses.slice(0, -1).every((loss) => loss >= 0.2)).toBe(true);
    expect(trainer.globalStep).toBe(loop.losses.length * 12);
  });

  it('must be one, and come before the run', async () => {
    const trainer = quietTrainer({ ...SILENT, maxEpochs: 1 });
    expect(() => {
      trainer.fitLoop = {} as never;
    }).toThrow('no FitLoop');
    expect(() => {
      trainer.fitLoop.epochLoop = new FitLoop() as never;
    }).toThrow('no TrainingEpochLoop');
    const module = new TinyModule();
    module.onTrainStart = () => {
      trainer.fitLoop = new FitLoop();
    };
    await expect(trainer.fit(module, tinyLoaders())).rejects.toMatchObject({ code: 'trainer-busy' });
  });
});
