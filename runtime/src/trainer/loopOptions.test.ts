import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { DataLoader } from '../data/index.js';
import * as optim from '../optim/index.js';
import { quietTrainer, startTestEngine, type TinyBatch, TinyModule, tinyLoaders } from '../testing/tiny.js';
import type { TrainerOptions } from './options.js';

beforeAll(startTestEngine);
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const SILENT = { logger: false, enableCheckpointing: false, numSanityValSteps: 0 } as const;
const NONE = new DataLoader([0], { batchSize: null });

/** Counts what is asked for. */
class Asking extends TinyModule {
  readonly asked: string[] = [];

  override trainDataloader() {
    this.asked.push(`train@${this.currentEpoch}`);
    return tinyLoaders().trainDataloader;
  }

  override valDataloader() {
    this.asked.push(`val@${this.currentEpoch}`);
    return tinyLoaders().valDataloaders;
  }
}

describe('reloadDataloadersEveryNEpochs', () => {
  // Recorded from PyTorch Lightning 2.6.6.
  it.each<[TrainerOptions, string[]]>([
    [{ maxEpochs: 3 }, ['train@0', 'val@0']],
    [{ maxEpochs: 3, reloadDataloadersEveryNEpochs: 1 }, ['train@0', 'val@0', 'train@1', 'val@1', 'train@2', 'val@2']],
    [{ maxEpochs: 5, reloadDataloadersEveryNEpochs: 3 }, ['train@0', 'val@0', 'train@3', 'val@3']],
    [
      { maxEpochs: 4, reloadDataloadersEveryNEpochs: 1, checkValEveryNEpoch: 2, numSanityValSteps: 1 },
      ['val@0', 'train@0', 'train@1', 'val@1', 'train@2', 'train@3', 'val@3'],
    ],
    [
      { maxEpochs: 2, reloadDataloadersEveryNEpochs: 1, numSanityValSteps: 1 },
      ['val@0', 'train@0', 'train@1', 'val@1'],
    ],
  ])('%o', async (options, expected) => {
    const module = new Asking();
    await quietTrainer({ ...SILENT, ...options }).fit(module);
    expect(module.asked).toEqual(expected);
  });
});

describe('valCheckInterval as a time', () => {
  it.each([
    ['00:00:00:02', 1],
    [{ seconds: 2 }, 1],
    [{ seconds: 2 }, null],
  ] as const)('validates each time that %o have passed', async (valCheckInterval, checkValEveryNEpoch) => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const seen: string[] = [];
    class Slow extends TinyModule {
      override trainingStep(batch: TinyBatch, batchIdx: number) {
        vi.advanceTimersByTime(1000);
        seen.push(String(batchIdx));
        return super.trainingStep(batch, batchIdx);
      }
      override onValidationStart(): void {
        seen.push('V');
      }
    }
    const trainer = quietTrainer({ ...SILENT, maxEpochs: 1, valCheckInterval, checkValEveryNEpoch });
    await trainer.fit(new Slow(), tinyLoaders());
    expect(seen.join(' ')).toBe('0 1 V 2 3 V 4 5 V');
  });

  it.each(['soon', '1:2:3', { fortnights: 1 }])('refuses %o', (valCheckInterval) => {
    expect(() => quietTrainer({ valCheckInterval: valCheckInterval as never })).toThrow('valCheckInterval');
  });
});

describe('maxTime', () => {
  it('ends training when time is up, and needs no number of epochs', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    class Slow extends TinyModule {
      override trainingStep(batch: TinyBatch, batchIdx: number) {
        vi.advanceTimersByTime(1000);
        return super.trainingStep(batch, batchIdx);
      }
    }
    const trainer = quietTrainer({ ...SILENT, maxTime: { seconds: 8 } });
    vi.spyOn(trainer, 'print').mockImplementation(() => undefined);
    await trainer.fit(new Slow(), tinyLoaders());
    expect([trainer.maxEpochs, trainer.globalStep]).toEqual([-1, 8]);
  });

  it('refuses what is no time', () => {
    expect(() => quietTrainer({ maxTime: '12h' })).toThrow('duration');
  });
});

describe('barebones', () => {
  it('leaves out all that costs time', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const trainer = quietTrainer({ barebones: true, maxEpochs: 1, enableProgressBar: false });
    await trainer.fit(new TinyModule(), tinyLoaders());
    expect([trainer.callbacks, trainer.loggers, trainer.callbackMetrics]).toEqual([[], [], {}]);
    expect(warn.mock.calls.filter(([message]) => String(message).includes('barebones'))).toHaveLength(1);
  });

  it.each<TrainerOptions>([
    { logger: true },
    { enableCheckpointing: true },
    { enableProgressBar: true },
    { enableModelSummary: true },
    { enableRunEvents: true },
    { logEveryNSteps: 1 },
    { numSanityValSteps: 1 },
    { fastDevRun: true },
    { detectAnomaly: true },
  ])('refuses %o', (options) => {
    expect(() =>
      quietTrainer({ enableProgressBar: false, enableModelSummary: false, ...options, barebones: true }),
    ).toThrow(`\`barebones\` is true, but \`${Object.keys(options)[0]}\``);
  });
});

describe('estimatedSteppingBatches', () => {
  it('is known in configureOptimizers, and the loader is asked for once', async () => {
    const seen: number[] = [];
    class Planning extends Asking {
      override configureOptimizers() {
        seen.push(this.trainer.estimatedSteppingBatches);
        return new optim.SGD(this.parameters(), { lr: 0.1 });
      }
    }
    const module = new Planning();
    await quietTrainer({ ...SILENT, maxEpochs: 3, accumulateGradBatches: 4 }).fit(module);
    expect([seen, module.asked]).toEqual([[6], ['train@0', 'val@0']]);
  });

  it('waits for a loader that is made asynchronously, or says so', async () => {
    const seen: number[] = [];
    class Planning extends TinyModule {
      asks = 0;
      constructor(readonly waits: boolean) {
        super();
      }
      override async trainDataloader() {
        this.asks++;
        return tinyLoaders().trainDataloader;
      }
      override configureOptimizers(): never {
        return this.plan() as never; // a promise, which the base class of the tests does not expect
      }
      async plan(): Promise<optim.Optimizer> {
        if (this.waits) await this.trainer.loadTrainDataloader();
        seen.push(this.trainer.estimatedSteppingBatches);
        return new optim.SGD(this.parameters(), { lr: 0.1 });
      }
    }
    const module = new Planning(true);
    await quietTrainer({ ...SILENT, maxEpochs: 2 }).fit(module);
    expect([seen, module.asks]).toEqual([[12], 1]);
    await expect(quietTrainer({ ...SILENT, maxEpochs: 2 }).fit(new Planning(false))).rejects.toMatchObject({
      code: 'loader-not-ready',
    });
  });
});

describe('several evaluation loaders', () => {
  it('want a step that takes the index', async () => {
    const { trainDataloader, valDataloaders } = tinyLoaders();
    class Taking extends TinyModule {
      seen: number[] = [];
      override validationStep(_batch: TinyBatch, _batchIdx = 0, dataloaderIdx = 0): unknown {
        this.seen.push(dataloaderIdx);
        return undefined;
      }
    }
    const module = new Taking();
    await quietTrainer({ ...SILENT, maxEpochs: 1 }).fit(module, {
      trainDataloader,
      valDataloaders: [valDataloaders, valDataloaders],
    });
    expect(module.seen).toEqual([0, 0, 1, 1]);
    await expect(
      quietTrainer(SILENT).validate(new TinyModule(), { dataloaders: [valDataloaders, NONE] }),
    ).rejects.toThrow('does not take a dataloaderIdx');
  });
});
