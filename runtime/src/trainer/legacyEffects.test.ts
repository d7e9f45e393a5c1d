import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type Callback,
  DeviceStatsMonitor,
  GradientAccumulationScheduler,
  ModelCheckpoint,
  ModelSummary,
  ProgressBar,
  StochasticWeightAveraging,
} from '../callbacks/index.js';
import type { StepOutput } from '../core/index.js';
import { quietTrainer, startTestEngine, type TinyBatch, TinyModule, tinyLoaders, weightsOf } from '../testing/tiny.js';
import * as tf from '../tf.js';
import type { TrainerOptions } from './options.js';
import { Trainer } from './trainer.js';

let modules: TinyModule[] = [];
let root = '';

beforeAll(startTestEngine);
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lightning-legacy-'));
  vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
});
afterEach(() => {
  for (const module of modules) module.dispose();
  modules = [];
  vi.restoreAllMocks();
});

const QUIET: TrainerOptions = { logger: false, enableCheckpointing: false };

function keep<M extends TinyModule>(module: M): M {
  modules.push(module);
  return module;
}

async function fit(options: TrainerOptions, module: TinyModule = new TinyModule()) {
  keep(module);
  const trainer = quietTrainer({ maxEpochs: 1, limitTrainBatches: 2, defaultRootDir: root, ...QUIET, ...options });
  await trainer.fit(module, tinyLoaders());
  return { trainer, module };
}

describe('What an option of PyTorch Lightning 1.6 does', () => {
  it.each<[TrainerOptions, abstract new (...args: never[]) => Callback, boolean]>([
    [{ progressBarRefreshRate: 0 }, ProgressBar, false],
    [{ progressBarRefreshRate: 20, processPosition: 1 }, ProgressBar, true],
    [{ weightsSummary: null }, ModelSummary, false],
    [{ weightsSummary: 'full' }, ModelSummary, true],
    [{ weightsSummary: 'full', enableModelSummary: false }, ModelSummary, false],
    [{ checkpointCallback: false }, ModelCheckpoint, false],
    [{ checkpointCallback: true }, ModelCheckpoint, true],
    [{ stochasticWeightAvg: true }, StochasticWeightAveraging, true],
    [{ stochasticWeightAvg: false }, StochasticWeightAveraging, false],
    [{ accumulateGradBatches: { 0: 2 } }, GradientAccumulationScheduler, true],
    [{ logGpuMemory: 'all' }, DeviceStatsMonitor, true],
    [{ logGpuMemory: 'all', logger: false }, DeviceStatsMonitor, false],
    [{ logGpuMemory: null }, DeviceStatsMonitor, false],
  ])('%o decides on a callback', (options, kind, isThere) => {
    const { callbacks } = new Trainer({ defaultRootDir: root, ...options });
    expect(callbacks.some((callback) => callback instanceof kind)).toBe(isThere);
  });

  it('leaves a callback of the user’s alone', () => {
    const own = new StochasticWeightAveraging({ swaLrs: 0.1 });
    const { callbacks } = new Trainer({ stochasticWeightAvg: true, callbacks: own, defaultRootDir: root });
    expect(callbacks.filter((callback) => callback instanceof StochasticWeightAveraging)).toEqual([own]);
  });

  it('refuses an accumulation that is said twice', () => {
    const callbacks = new GradientAccumulationScheduler({ scheduling: { 0: 2 } });
    expect(() => new Trainer({ accumulateGradBatches: { 0: 4 }, callbacks })).toThrow('Remove one of the two.');
  });

  it('accumulates by epoch', async () => {
    const { trainer } = await fit({ accumulateGradBatches: { 0: 1, 1: 2 }, maxEpochs: 2 });
    expect(trainer.globalStep).toBe(2 + 1);
  });

  it('splits the batch over gpus under dp, on the processor', async () => {
    const sizes: number[] = [];
    class Split extends TinyModule {
      override trainingStep(batch: TinyBatch, batchIdx: number): StepOutput | Promise<StepOutput> {
        sizes.push(batch[0].shape[0] ?? 0);
        return super.trainingStep(batch, batchIdx);
      }
    }
    await fit({ gpus: [0, 1], limitTrainBatches: 1 }, new Split());
    expect(sizes).toEqual([2, 2]);
    expect(warnings().join('\n')).toContain('the processor takes their place');
  });

  it('continues from resumeFromCheckpoint, unless fit is told otherwise', async () => {
    const { trainer } = await fit({ maxEpochs: 2 });
    const path = join(root, 'two.ckpt');
    await trainer.saveCheckpoint(path);
    const goesOn = quietTrainer({
      ...QUIET,
      maxEpochs: 3,
      limitTrainBatches: 2,
      resumeFromCheckpoint: path,
      defaultRootDir: root,
    });
    const module = keep(new TinyModule());
    await goesOn.fit(module, tinyLoaders());
    expect(goesOn.globalStep).toBe(6);
    await goesOn.test(module, { dataloaders: tinyLoaders().valDataloaders }); // which loads nothing
    expect(goesOn.ckptPath).toBeUndefined();
    const missing = quietTrainer({ ...QUIET, maxEpochs: 3, resumeFromCheckpoint: join(root, 'none.ckpt') });
    await expect(missing.fit(module, tinyLoaders())).rejects.toThrow('none.ckpt');
    await expect(missing.fit(module, { ...tinyLoaders(), ckptPath: path })).resolves.toBeUndefined();
  });

  it.each([
    [{ logger: true }, 'lightning_logs/version_0/checkpoints'],
    [{ logger: false }, 'checkpoints'],
  ])('writes checkpoints below weightsSavePath, with %o', async (options, folder) => {
    const weightsSavePath = join(root, 'weights');
    await fit({ enableCheckpointing: true, weightsSavePath, ...options });
    expect(existsSync(join(weightsSavePath, folder, 'epoch=0-step=2.ckpt'))).toBe(true);
  });

  it.each([
    ['max_size_cycle', 3],
    ['min_size', 1],
  ] as const)('ends an epoch over several loaders as %s says', async (multipleTrainloaderMode, batches) => {
    class Several extends TinyModule {
      override trainingStep(batch: unknown): StepOutput | Promise<StepOutput> {
        return super.trainingStep((batch as TinyBatch[])[0] as TinyBatch, 0);
      }
    }
    const module = keep(new Several());
    const trainer = quietTrainer({ ...QUIET, maxEpochs: 1, multipleTrainloaderMode });
    const [long, short] = [tinyLoaders({ batchSize: 8 }), tinyLoaders({ batchSize: 24 })];
    await trainer.fit(module, { trainDataloader: [long.trainDataloader, short.trainDataloader] });
    expect(trainer.globalStep).toBe(batches);
  });

  it.each([
    [2, '2.0', (norms: number[]) => Math.hypot(...norms)],
    ['inf', 'inf', (norms: number[]) => Math.max(...norms)],
    [1, '1.0', (norms: number[]) => norms.reduce((sum, norm) => sum + norm, 0)],
  ] as const)(
    'trackGradNorm: %s logs the norm of each gradient before clipping',
    async (trackGradNorm, named, total) => {
      class Looking extends TinyModule {
        expected: Record<string, number> = {};
        override onBeforeOptimizerStep(): void {
          for (const [name, parameter] of this.namedParameters()) {
            const values = [...(this.grad(parameter)?.dataSync() ?? [])].map(Math.abs);
            this.expected[name] = total(values);
          }
        }
      }
      const { trainer, module } = await fit(
        { trackGradNorm, gradientClipVal: 1e-3, limitTrainBatches: 1 },
        new Looking(),
      );
      const { expected } = module as Looking;
      expect(Object.keys(expected)).toHaveLength(4);
      for (const [name, norm] of Object.entries(expected)) {
        expect(trainer.callbackMetrics[`grad_${named}_norm/${name}`]).toBeCloseTo(norm, 3); // four digits are kept
        expect(trainer.callbackMetrics[`grad_${named}_norm/${name}_epoch`]).toBeCloseTo(norm, 3);
      }
      const all = total(Object.values(expected));
      expect(trainer.callbackMetrics[`grad_${named}_norm_total`]).toBeCloseTo(all, 3);
    },
  );

  it('trackGradNorm and terminateOnNan keep no tensor', async () => {
    const { trainer, module } = await fit({ trackGradNorm: 2, terminateOnNan: true });
    const counts: number[] = [];
    for (const maxEpochs of [2, 6]) {
      trainer.maxEpochs = maxEpochs;
      await trainer.fit(module, tinyLoaders());
      counts.push(tf.memory().numTensors);
    }
    trainer.dispose();
    expect(counts[1]).toBe(counts[0]);
  });

  it.each([true, false])('terminateOnNan: %s looks at the loss', async (terminateOnNan) => {
    class Broken extends TinyModule {
      override loss(x: tf.Tensor, y: tf.Tensor): tf.Scalar {
        return tf.mul(super.loss(x, y), Number.NaN);
      }
    }
    const run = fit({ terminateOnNan }, new Broken());
    if (terminateOnNan) await expect(run).rejects.toThrow('The loss returned in trainingStep is NaN.');
    else await expect(run).resolves.toBeDefined();
  });

  it('terminateOnNan looks at the parameters', async () => {
    class Exploded extends TinyModule {
      unused = tf.variable(tf.tensor1d([1, Number.POSITIVE_INFINITY]));
    }
    await expect(fit({ terminateOnNan: true }, new Exploded())).rejects.toThrow('nan and/or inf values in `unused`');
  });

  it('stochasticWeightAvg keeps the learning rates of the optimizer', async () => {
    const { trainer, module } = await fit({ stochasticWeightAvg: true, maxEpochs: 5 });
    expect(trainer.optimizers[0]?.paramGroups.map(({ lr }) => lr)).toEqual([expect.closeTo(0.05, 6)]);
    expect(weightsOf(module).flat().every(Number.isFinite)).toBe(true);
    expect(trainer.callbacks.find((callback) => callback instanceof StochasticWeightAveraging)?.stateKey).toBe(
      'StochasticWeightAveraging',
    );
  });
});

function warnings(): string[] {
  return vi.mocked(process.emitWarning).mock.calls.map(([message]) => String(message));
}
