import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AdvancedProfiler, KernelProfiler, SimpleProfiler } from '../profilers/index.js';
import { isRunEvent, type RunEvent, readSpans } from '../protocol/index.js';
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
    expect(readdirSync(join(folder, 'failed')).sort()).toEqual([
      'fit-perf.json',
      'fit-perf.spans.ndjson',
      'fit-perf.txt',
    ]);
    const events = JSON.parse(readFileSync(join(folder, 'failed', 'fit-perf.json'), 'utf8'));
    expect(events.map(({ name }: { name: string }) => name)).toContain('[Strategy]SingleDeviceStrategy.trainingStep');
    module.dispose();
  });

  it('nests run, epoch, batch, hook and kernel in its span file', async () => {
    const profiler = new KernelProfiler({ dirpath: join(folder, 'nested'), filename: 'perf' });
    const module = new TinyModule();
    await quietTrainer({ logger: false, maxEpochs: 1, profiler }).fit(module, tinyLoaders({ batchSize: 6 }));
    const { spans, isComplete } = readSpans(readFileSync(join(folder, 'nested', 'fit-perf.spans.ndjson'), 'utf8'));
    const pathTo = (index: number): string[] => {
      const span = spans[index];
      return span ? [...pathTo(span.parent), span.category] : [];
    };
    const paths = new Set(spans.map((_, index) => pathTo(index).join(' ')));
    expect(isComplete).toBe(true);
    expect(paths).toContain('run epoch batch batch hook hook kernel'); // optimizerStep, and in it trainingStep and backward
    expect(paths).toContain('run epoch batch epoch batch hook kernel'); // the validation behind the last batch
    expect(spans.map(({ name }) => name)).toContain('AdamInPlace');
    module.dispose();
  });

  it('tells listeners what it knows: at the start, and before the end', async () => {
    const events: RunEvent[] = [];
    const trainer = quietTrainer({ logger: false, maxEpochs: 1, profiler: new SimpleProfiler({ dirpath: folder }) });
    trainer.onEvent((event) => events.push(event));
    const module = new TinyModule();
    await trainer.fit(module, tinyLoaders({ batchSize: 6 }));
    const types = events.map(({ type }) => type);
    const [first, ...others] = events.filter((event) => event.type === 'profile');
    const last = others.at(-1);
    expect(types.slice(0, 2)).toEqual(['run-started', 'profile']);
    expect(types.slice(-2)).toEqual(['profile', 'run-ended']);
    expect(events.filter((event) => !isRunEvent(JSON.parse(JSON.stringify(event))))).toEqual([]);
    expect(first?.files.spans).toBe(join(folder, 'fit-profile.spans.ndjson'));
    const step = last?.actions.find(({ name }) => name === '[Strategy]SingleDeviceStrategy.trainingStep');
    expect(step).toMatchObject({ category: 'hook', count: 4 });
    expect(step?.selfMs).toBeLessThanOrEqual(step?.totalMs ?? 0);
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
    expect(await weights({ profiler: new KernelProfiler({ dirpath: folder, filename: 'kernels' }) })).toEqual(plain);
    expect(await weights({ profiler: new AdvancedProfiler({ dirpath: folder, filename: 'functions' }) })).toEqual(
      plain,
    );
  });

  it.each(['pytorch', 'xla', 3])('refuses %s, and names what there is', (profiler) => {
    expect(() => new Trainer({ profiler } as never)).toThrow(
      /`profiler` is .*Allowed: 'simple', 'advanced', 'kernels', or an object/,
    );
  });

  it("leads from PyTorchProfiler's name to ours", () => {
    expect(() => new Trainer({ profiler: 'pytorch' } as never)).toThrow("write 'kernels'");
  });
});
