import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LightningModule } from '../core/index.js';
import { CSVLogger } from '../loggers/index.js';
import { quietTrainer, startTestEngine, type TinyBatch, TinyModule, tinyLoaders } from '../testing/tiny.js';
import * as tf from '../tf.js';
import type { Trainer, TrainerOptions } from '../trainer/index.js';
import { BasePredictionWriter, type WriteInterval } from './basePredictionWriter.js';
import type { Callback } from './callback.js';
import { DeviceStatsMonitor } from './deviceStatsMonitor.js';
import { GradientAccumulationScheduler } from './gradientAccumulationScheduler.js';
import { LambdaCallback } from './lambdaCallback.js';
import { OnExceptionCheckpoint } from './onExceptionCheckpoint.js';
import { SpikeDetection, type SpikeDetectionOptions, TrainingSpikeError } from './spikeDetection.js';
import { fitScripted, Scripted } from './testing/scripted.js';
import { ThroughputMonitor } from './throughputMonitor.js';
import { Timer, type TimerOptions } from './timer.js';

beforeAll(startTestEngine);
beforeEach(() => {
  vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
});
afterEach(() => vi.restoreAllMocks());

async function fit(
  callbacks: Callback | Callback[],
  options: TrainerOptions = {},
  module: TinyModule = new Scripted(),
) {
  try {
    const trainer = await fitScripted(module, { callbacks, maxEpochs: 2, ...options });
    trainer.dispose();
    return trainer;
  } finally {
    module.dispose();
  }
}

/** What a Trainer's loggers were sent. */
function spyOnRows(): Record<string, number>[] {
  const rows: Record<string, number>[] = [];
  vi.spyOn(CSVLogger.prototype, 'logMetrics').mockImplementation(
    (values, step) => void rows.push({ ...values, step: step ?? -1 }),
  );
  return rows;
}

describe('LambdaCallback', () => {
  it('calls its functions with what the hooks get', async () => {
    const calls: string[] = [];
    await fit(
      new LambdaCallback({
        onTrainEpochEnd: (trainer) => void calls.push(`epoch ${trainer.currentEpoch}`),
        onTrainBatchEnd: (_trainer, _module, _outputs, _batch, batchIdx) => void calls.push(String(batchIdx)),
      }),
      { maxEpochs: 1 },
    );
    expect(calls).toEqual(['0', '1', '2', '3', 'epoch 0']);
  });

  it.each<[object, string]>([
    [{ onTrainBatchEnded: () => undefined }, 'Did you mean `onTrainBatchEnd`?'],
    [{ stateDict: () => ({}) }, 'no hook `stateDict`'],
    [{ onFitEnd: 3 }, '`onFitEnd` is not a function'],
  ])('refuses %o', (hooks, message) => {
    expect(() => new LambdaCallback(hooks)).toThrow(message);
  });
});

describe('Timer', () => {
  /** Each look at the clock takes a second. */
  function ticking(options: TimerOptions): Timer {
    let time = 0;
    return new Timer({ verbose: false, now: () => 1000 * time++, ...options });
  }

  it.each<[string, TimerOptions, number]>([
    ['after a batch', { duration: '00:00:00:03' }, 3],
    ['at the end of an epoch', { duration: { seconds: 6 }, interval: 'epoch' }, 8],
    ['not without a duration', {}, 20],
  ])('stops %s', async (_name, options, steps) => {
    expect((await fit(ticking(options), { maxEpochs: 5 })).globalStep).toBe(steps);
  });

  it('tells the time of each stage, and goes on from its state', async () => {
    const timer = ticking({ duration: { hours: 1 } });
    await fit(timer, { maxEpochs: 1 });
    expect(timer.timeElapsed()).toBe(Number(timer.endTime()) - Number(timer.startTime()));
    expect(timer.timeElapsed('validate')).toBe(1);
    expect(timer.startTime('test')).toBeUndefined();
    const later = ticking({ duration: { hours: 1 } });
    later.loadStateDict(timer.stateDict());
    expect(later.timeElapsed()).toBe(timer.timeElapsed());
    expect(later.timeRemaining()).toBe(3600 - timer.timeElapsed());
    expect(Object.keys(timer.stateDict().time_elapsed as object)).toEqual([
      'train',
      'sanity_check',
      'validate',
      'test',
      'predict',
    ]);
  });

  it('does not train when its time is up already', async () => {
    const timer = ticking({ duration: { seconds: 5 }, verbose: true });
    timer.loadStateDict({ time_elapsed: { train: 10 } });
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    expect((await fit(timer)).globalStep).toBe(0);
    expect(log).toHaveBeenCalledWith('Time limit reached. Elapsed time is 0:00:10. Signaling Trainer to stop.');
  });

  it('refuses another duration or interval', () => {
    expect(() => new Timer({ duration: '12 hours' })).toThrow('DD:HH:MM:SS');
    expect(() => new Timer({ interval: 'batch' as 'step' })).toThrow("'step' or 'epoch'");
  });
});

describe('GradientAccumulationScheduler', () => {
  it('changes the factor at the start of epochs', async () => {
    const steps: number[] = [];
    const note = new LambdaCallback({ onTrainEpochEnd: (trainer) => void steps.push(trainer.globalStep) });
    await fit([new GradientAccumulationScheduler({ scheduling: { 1: 4, 3: 2 } }), note], { maxEpochs: 4 });
    expect(steps).toEqual([4, 5, 6, 8]);
  });

  it('refuses a factor of the Trainer beside it', async () => {
    const scheduler = new GradientAccumulationScheduler({ scheduling: { 0: 2 } });
    await expect(fit(scheduler, { accumulateGradBatches: 2 })).rejects.toThrow('Either remove `accumulateGradBatches`');
  });

  it.each<[object, string]>([
    [{}, 'empty'],
    [{ '-1': 2 }, 'greater than or equal to 0'],
    [{ 1.5: 2 }, 'greater than or equal to 0'],
    [{ 0: 0 }, 'greater than 0. Got [0]'],
  ])('refuses %o', (scheduling, message) => {
    expect(() => new GradientAccumulationScheduler({ scheduling: scheduling as Record<number, number> })).toThrow(
      message,
    );
  });
});

describe('BasePredictionWriter', () => {
  class Writer extends BasePredictionWriter {
    readonly writes: unknown[] = [];
    override writeOnBatchEnd(
      _trainer: Trainer,
      _module: LightningModule,
      prediction: unknown,
      indices: readonly number[] | undefined,
      _batch: unknown,
      batchIdx: number,
      dataloaderIdx: number,
    ): void {
      this.writes.push([dataloaderIdx, batchIdx, indices, (prediction as tf.Tensor).shape]);
    }
    override writeOnEpochEnd(
      _trainer: Trainer,
      _module: LightningModule,
      predictions: readonly unknown[],
      indices: readonly unknown[],
    ): void {
      this.writes.push([predictions.length, indices]);
    }
  }

  it.each<[WriteInterval, unknown[]]>([
    [
      'batch',
      [
        [0, 0, [0, 1, 2, 3, 4], [5, 1]],
        [0, 1, [5, 6, 7], [3, 1]],
      ],
    ],
    [
      'epoch',
      [
        [
          2,
          [
            [
              [0, 1, 2, 3, 4],
              [5, 6, 7],
            ],
          ],
        ],
      ],
    ],
  ])('writes at the end of each %s', async (writeInterval, expected) => {
    const writer = new Writer({ writeInterval });
    const module = new TinyModule();
    const trainer = quietTrainer({ callbacks: writer, logger: false });
    const dataloaders = tinyLoaders({ batchSize: 5 }).valDataloaders;
    tf.dispose((await trainer.predict(module, { dataloaders })) as tf.Tensor[]);
    expect(writer.writes).toEqual(expected);
    module.dispose();
  });

  it('refuses another interval, and says what is missing', async () => {
    expect(() => new Writer({ writeInterval: 'step' as 'batch' })).toThrow("'batch', 'epoch', 'batch_and_epoch'");
    class Empty extends BasePredictionWriter {}
    await expect(new Empty().onPredictBatchEnd({ predictionLoop: {} } as never, {} as never, 1, 1, 0)).rejects.toThrow(
      'Empty has no writeOnBatchEnd',
    );
  });
});

describe('OnExceptionCheckpoint', () => {
  class Failing extends TinyModule {
    fails = true;
    readonly seen: number[] = [];
    override trainingStep(batch: TinyBatch, batchIdx: number) {
      if (this.fails && batchIdx === 2) throw new Error('boom');
      this.seen.push(batchIdx);
      return super.trainingStep(batch, batchIdx);
    }
  }

  it('saves when a run fails; the next one goes on there, and deletes it', async () => {
    const dirpath = mkdtempSync(join(tmpdir(), 'lightning-oops-'));
    const callbacks = new OnExceptionCheckpoint({ dirpath });
    const module = new Failing();
    const options = {
      callbacks,
      maxEpochs: 1,
      logger: false,
      enableCheckpointing: true,
      numSanityValSteps: 0,
    } as const;
    await expect(quietTrainer(options).fit(module, tinyLoaders({ batchSize: 6 }))).rejects.toThrow('boom');
    expect(existsSync(callbacks.ckptPath)).toBe(true);
    module.fails = false;
    await quietTrainer(options).fit(module, tinyLoaders({ batchSize: 6 }));
    expect(module.seen.slice(0, 3)).toEqual([0, 1, 2]);
    expect(existsSync(callbacks.ckptPath)).toBe(false);
    module.dispose();
  });

  it('needs a name', () => {
    expect(() => new OnExceptionCheckpoint({ dirpath: '.', filename: '' })).toThrow('cannot be empty');
  });
});

describe('SpikeDetection', () => {
  class Losing extends TinyModule {
    constructor(private readonly losses: readonly number[]) {
      super();
    }
    override trainingStep([x, y]: TinyBatch, batchIdx: number) {
      return tf.add(tf.mul(this.loss(x, y), 0), this.losses[batchIdx] ?? 1);
    }
  }

  it.each<[string, SpikeDetectionOptions, number[], number | undefined]>([
    ['a jump', {}, [1, 1, 5], 2],
    ['no jump within the tolerance', {}, [1, 1, 2.5], undefined],
    ['a loss that is not finite', {}, [1, Number.NaN], 1],
    ['no such loss when it may be', { finiteOnly: false, rtol: null, atol: 1 }, [1, Number.NaN, 1], undefined],
    ['no improvement', {}, [9, 9, 0.1], undefined],
    ['a fall when the loss is to rise', { mode: 'max', rtol: 0.5 }, [4, 4, 1], 2],
    ['nothing while warming up', { warmup: 3 }, [1, 9, 40, 1], undefined],
  ])('finds %s', async (_name, options, losses, batch) => {
    const excludeBatchesPath = join(mkdtempSync(join(tmpdir(), 'lightning-spike-')), 'skip.json');
    const run = fit(
      new SpikeDetection({ excludeBatchesPath, ...options }),
      { maxEpochs: 1, detectAnomaly: false },
      new Losing(losses),
    );
    if (batch === undefined) {
      await run;
      expect(existsSync(excludeBatchesPath)).toBe(false);
    } else {
      await expect(run).rejects.toThrow(TrainingSpikeError);
      expect(JSON.parse(readFileSync(excludeBatchesPath, 'utf8'))).toEqual([batch - 1, batch]);
    }
  });
});

describe('ThroughputMonitor', () => {
  it('logs totals at once, and rates over its window', async () => {
    const rows = spyOnRows();
    let time = 0;
    const monitor = new ThroughputMonitor({
      batchSizeFn: ([x]: TinyBatch) => x.shape[0],
      lengthFn: ([x]: TinyBatch) => x.size,
      windowSize: 3,
      availableFlops: 1000,
      now: () => 500 * time++,
    });
    const module = Object.assign(new Scripted(), { flopsPerBatch: 100 });
    await fit(monitor, { maxEpochs: 1, logger: true, logEveryNSteps: 1 }, module);
    const train = rows.filter((row) => 'train/time' in row);
    expect(train[0]).toEqual({
      'train/time': 0.5,
      'train/batches': 1,
      'train/samples': 6,
      'train/lengths': 24,
      epoch: 0,
      step: 0,
    });
    expect(train[2]).toMatchObject({
      'train/device/batches_per_sec': 2,
      'train/device/samples_per_sec': 12,
      'train/device/items_per_sec': 48,
      'train/device/flops_per_sec': 200,
      'train/device/mfu': 0.2,
    });
    expect(rows.some((row) => row['validate/batches'] === 2)).toBe(true);
  });

  it('says so when the module does not tell its operations', async () => {
    await fit(new ThroughputMonitor({ batchSizeFn: () => 6 }), { maxEpochs: 1 });
    expect(process.emitWarning).toHaveBeenCalledWith(expect.stringContaining('`flopsPerBatch`'));
  });

  it('refuses counts that cannot be', async () => {
    await expect(fit(new ThroughputMonitor({ batchSizeFn: () => 0 }))).rejects.toThrow('expected samples (0)');
    expect(() => new ThroughputMonitor({ batchSizeFn: () => 1, windowSize: 1 })).toThrow('from 2 up');
  });
});

describe('DeviceStatsMonitor', () => {
  it('logs at the start and the end of batches', async () => {
    const rows = spyOnRows();
    await fit(new DeviceStatsMonitor(), { maxEpochs: 1, logger: true, logEveryNSteps: 2 });
    const names = rows.flatMap((row) => Object.keys(row));
    for (const name of ['cpu_percent', 'cpu_vm_percent', 'process_rss_bytes', 'tensors']) {
      expect(names).toContain(`DeviceStatsMonitor.on_train_batch_start/${name}`);
      expect(names).toContain(`DeviceStatsMonitor.on_train_batch_end/${name}`);
    }
    expect(
      rows.filter((row) => 'DeviceStatsMonitor.on_train_batch_end/tensors' in row).map(({ step }) => step),
    ).toEqual([1, 3]);
  });

  it('is silent when asked to, and needs a logger', async () => {
    const rows = spyOnRows();
    await fit(new DeviceStatsMonitor({ cpuStats: false }), { maxEpochs: 1, logger: true, logEveryNSteps: 1 });
    expect(rows.filter((row) => Object.keys(row).some((name) => name.startsWith('Device')))).toEqual([]);
    await expect(fit(new DeviceStatsMonitor())).rejects.toThrow('Cannot use `DeviceStatsMonitor`');
  });
});
