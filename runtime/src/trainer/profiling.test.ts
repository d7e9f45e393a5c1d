import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AdvancedProfiler, SimpleProfiler } from '../profilers/index.js';
import { quietTrainer, startTestEngine, TinyModule, tinyLoaders } from '../testing/tiny.js';
import type { TrainerOptions } from './options.js';
import { Trainer } from './trainer.js';

const folder = mkdtempSync(join(tmpdir(), 'profiling-'));
beforeAll(startTestEngine);
afterAll(() => rmSync(folder, { recursive: true }));

const counts = (profiler: SimpleProfiler) =>
  Object.fromEntries([...profiler.durations].map(([action, { calls }]) => [action, calls]));

describe('a Trainer with a profiler', () => {
  // 2 epochs of 4 batches, validation of 2 after each and before them. Counts as PyTorch Lightning's.
  it('measures hooks and parts of the loops under PyTorch Lightning’s names', async () => {
    const profiler = new SimpleProfiler({ dirpath: join(folder, 'simple'), filename: 'perf' });
    const trainer = quietTrainer({ logger: false, maxEpochs: 2, profiler });
    const module = new TinyModule();
    await trainer.fit(module, tinyLoaders({ batchSize: 6 }));
    const found = counts(profiler);
    expect(found).toMatchObject({
      run_training_epoch: 2,
      run_training_batch: 8,
      '[_TrainingEpochLoop].train_dataloader_next': 8,
      '[_EvaluationLoop].val_next': 6,
      '[Strategy]SingleDeviceStrategy.trainingStep': 8,
      '[Strategy]SingleDeviceStrategy.backward': 8,
      '[Strategy]SingleDeviceStrategy.validationStep': 6,
      '[Strategy]SingleDeviceStrategy.batchToDevice': 14,
      '[LightningModule]TinyModule.optimizerStep': 8,
      '[LightningModule]TinyModule.onTrainEpochEnd': 2,
      '[LightningModule]TinyModule.configureOptimizers': 1,
    });
    expect(readFileSync(join(folder, 'simple', 'fit-perf.txt'), 'utf8')).toContain('run_training_epoch');
    module.dispose();
  });

  it('measures callbacks and checkpoints, and what a module measures itself', async () => {
    const profiler = new SimpleProfiler({ dirpath: folder, filename: 'mine' });
    class Measured extends TinyModule {
      override onTrainEpochEnd(): void {
        (this.trainer as Trainer).profiler.profile('mine', () => undefined);
      }
    }
    const module = new Measured();
    const trainer = new Trainer({
      maxEpochs: 1,
      profiler,
      logger: false,
      defaultRootDir: folder,
      enableProgressBar: false,
      enableModelSummary: false,
    });
    await trainer.fit(module, tinyLoaders({ batchSize: 6 }));
    const found = counts(profiler);
    expect(found).toMatchObject({ mine: 1, save_checkpoint: 1 });
    expect(Object.keys(found).filter((action) => action.startsWith('[Callback]ModelCheckpoint{'))).not.toEqual([]);
    module.dispose();
  });

  it('writes the report also of a run that fails', async () => {
    class Failing extends TinyModule {
      override trainingStep(): never {
        throw new RangeError('broken');
      }
    }
    const profiler = new SimpleProfiler({ dirpath: join(folder, 'failed'), filename: 'perf' });
    const module = new Failing();
    const trainer = quietTrainer({ logger: false, maxEpochs: 1, profiler });
    await expect(trainer.fit(module, tinyLoaders({ batchSize: 6 }))).rejects.toThrow('broken');
    expect(readdirSync(join(folder, 'failed')).sort()).toEqual(['fit-perf.json', 'fit-perf.txt']);
    const events = JSON.parse(readFileSync(join(folder, 'failed', 'fit-perf.json'), 'utf8'));
    expect(events.map(({ name }: { name: string }) => name)).toContain('[Strategy]SingleDeviceStrategy.trainingStep');
    module.dispose();
  });

  it('does not change what is trained', async () => {
    const weights = async (options: TrainerOptions) => {
      const module = new TinyModule();
      await quietTrainer({ logger: false, maxEpochs: 2, ...options }).fit(module, tinyLoaders({ batchSize: 6 }));
      const found = Object.values(await module.stateDict()).map(({ data }) => Array.from(data));
      module.dispose();
      return found;
    };
    const plain = await weights({});
    expect(await weights({ profiler: new SimpleProfiler({ dirpath: folder, filename: 'hooks' }) })).toEqual(plain);
    expect(await weights({ profiler: new AdvancedProfiler({ dirpath: folder, filename: 'functions' }) })).toEqual(
      plain,
    );
  });

  it.each(['pytorch', 'xla', 'kernels', 3])('refuses %s', (profiler) => {
    expect(() => new Trainer({ profiler } as never)).toThrow(
      /`profiler` is .*Allowed: 'simple', 'advanced', or an object/,
    );
  });
});
