import { beforeAll, describe, expect, it } from 'vitest';
import { DeviceStatsMonitor, LearningRateMonitor } from '../callbacks/index.js';
import { unpackMetrics } from '../protocol/index.js';
import { quietTrainer, startTestEngine, TinyModule, tinyLoaders } from '../testing/tiny.js';
import { CSVLogger, DummyLogger, Logger } from './index.js';

beforeAll(startTestEngine);

/** Notes what it is given. */
class NotingLogger extends Logger {
  readonly calls: string[] = [];
  readonly steps: number[] = [];
  readonly name = 'noting';
  readonly version = 0;
  override get experiment() {
    return this.calls;
  }
  override async start(): Promise<void> {
    this.calls.push('start');
  }
  logMetrics(_metrics: Readonly<Record<string, number>>, step: number): void {
    this.calls.push('logMetrics');
    this.steps.push(step);
  }
  logHyperparams(): void {
    this.calls.push('logHyperparams');
  }
  override logGraph(): void {
    this.calls.push('logGraph');
  }
  override async afterSaveCheckpoint(): Promise<void> {
    this.calls.push('afterSaveCheckpoint');
  }
  override async finalize(status: string): Promise<void> {
    this.calls.push(`finalize ${status}`);
  }
}

/** Fails at everything. */
class BrokenLogger extends Logger {
  readonly name = 'broken';
  readonly version = 0;
  override async start(): Promise<void> {
    throw new Error('no server');
  }
  logMetrics(): void {
    throw new Error('disk full');
  }
  logHyperparams(): void {
    throw new Error('disk full');
  }
  override async save(): Promise<void> {
    throw new Error('disk full');
  }
}

const warningsDuring = async (work: () => Promise<void>): Promise<string[]> => {
  const messages: string[] = [];
  const listen = ({ message }: Error) => messages.push(message);
  process.on('warning', listen);
  await work();
  await new Promise((resolve) => setImmediate(resolve)); // warnings come one tick later
  process.off('warning', listen);
  return messages;
};

describe('loggers of a run', () => {
  it('are told of everything, each of several', async () => {
    const module = new TinyModule();
    module.saveHyperparameters({ lr: 1 });
    const loggers = [new NotingLogger(), new NotingLogger()];
    await quietTrainer({ maxEpochs: 1, logger: loggers, logEveryNSteps: 3, enableRunEvents: false }).fit(
      module,
      tinyLoaders(),
    );
    const expected = [
      ['start', 'logHyperparams', 'logGraph'],
      ['logMetrics', 'logMetrics', 'logMetrics'], // two of the six steps, and the validation
      ['afterSaveCheckpoint', 'finalize success'],
    ].flat();
    expect(loggers.map(({ calls }) => calls)).toEqual([expected, expected]);
    expect(loggers[0]?.steps).toEqual([2, 5, 5]);
    module.dispose();
  });

  it('are told when the run failed', async () => {
    const logger = new NotingLogger();
    const module = new (class extends TinyModule {
      override trainingStep(): never {
        throw new Error('broken step');
      }
    })();
    const run = quietTrainer({ maxEpochs: 1, logger, enableRunEvents: false }).fit(module, tinyLoaders());
    await expect(run).rejects.toThrow('broken step');
    expect(logger.calls.at(-1)).toBe('finalize failed');
    module.dispose();
  });

  it('warn once when they fail, and neither training nor the others stop', async () => {
    const module = new TinyModule();
    module.saveHyperparameters({ lr: 1 });
    const noting = new NotingLogger();
    const trainer = quietTrainer({
      maxEpochs: 2,
      logger: [new BrokenLogger(), noting],
      logEveryNSteps: 1,
      enableRunEvents: false,
      enableCheckpointing: false,
    });
    const messages = await warningsDuring(() => trainer.fit(module, tinyLoaders()));
    const about = messages.filter((message) => message.includes('BrokenLogger'));
    expect(about).toEqual([expect.stringContaining('training goes on without it: no server')]);
    expect(trainer.globalStep).toBe(12);
    expect(noting.steps).toHaveLength(14);
    module.dispose();
  });

  it.each([
    ['LearningRateMonitor', () => new LearningRateMonitor()],
    ['DeviceStatsMonitor', () => new DeviceStatsMonitor()],
  ])('are sent rows by a %s, which one that fails does not stop either', async (_name, makeMonitor) => {
    const module = new TinyModule();
    const noting = new NotingLogger();
    const rows: number[] = [];
    const trainer = quietTrainer({
      maxEpochs: 1,
      logger: [new BrokenLogger(), noting],
      callbacks: [makeMonitor()],
      logEveryNSteps: 3,
      enableRunEvents: false,
      enableCheckpointing: false,
    });
    trainer.onEvent((event) => {
      if (event.type === 'metrics') rows.push(...unpackMetrics(event).step);
    });
    await warningsDuring(() => trainer.fit(module, tinyLoaders()));
    expect(trainer.globalStep).toBe(6);
    expect(noting.steps.length).toBeGreaterThan(3); // more than the module's own
    expect(rows.sort()).toEqual(noting.steps.sort());
    module.dispose();
  });

  it('refuse hyperparameters of module and data that contradict each other', async () => {
    const module = new TinyModule();
    module.saveHyperparameters({ lr: 1, size: [1, 2] });
    const { LightningDataModule } = await import('../core/index.js');
    const datamodule = new (class extends LightningDataModule {
      override trainDataloader = () => tinyLoaders().trainDataloader;
    })();
    datamodule.saveHyperparameters({ lr: 2, size: [1, 2] });
    const run = quietTrainer({ maxEpochs: 1, logger: false }).fit(module, { datamodule });
    await expect(run).rejects.toThrow("the keys 'lr' are present in both");
    module.dispose();
  });

  it('are the module’s while it runs', async () => {
    const logger = new NotingLogger();
    const seen: unknown[] = [];
    const module = new (class extends TinyModule {
      override onTrainStart(): void {
        seen.push(this.logger, this.loggers);
      }
    })();
    await quietTrainer({ maxEpochs: 1, logger, enableRunEvents: false, enableCheckpointing: false }).fit(
      module,
      tinyLoaders(),
    );
    expect(seen).toEqual([logger, [logger]]);
    expect([module.logger, module.loggers]).toEqual([undefined, []]);
    module.dispose();
  });
});

describe('DummyLogger', () => {
  it('stands in for the loggers of a fast dev run', () => {
    const trainer = quietTrainer({ fastDevRun: true, logger: [new NotingLogger(), new NotingLogger()] });
    expect(trainer.loggers).toEqual([expect.any(DummyLogger)]);
    expect([trainer.logDir, trainer.runDir]).toEqual([undefined, undefined]);
    expect(quietTrainer({ fastDevRun: true, logger: false }).loggers).toEqual([]);
  });

  it('answers to every method, also of its experiment, and is no promise', async () => {
    const logger = new DummyLogger();
    const { logImage, watch } = logger as unknown as Record<string, (...args: unknown[]) => unknown>;
    expect([logImage?.('x', []), watch?.()]).toEqual([undefined, undefined]);
    expect(logger.experiment.addScalar?.()).toBeUndefined();
    expect(await logger).toBe(logger);
    expect([logger.name, logger.version, logger.saveDir]).toEqual(['', '', undefined]);
  });

  it('makes a fast dev run write nothing', async () => {
    const { readdirSync } = await import('node:fs');
    const module = new TinyModule();
    const trainer = quietTrainer({ fastDevRun: true });
    await trainer.fit(module, tinyLoaders());
    expect(readdirSync(trainer.defaultRootDir)).toEqual([]);
    module.dispose();
  });
});

describe('the option `logger`', () => {
  it.each([
    ['something else', { log: 1 }, '`logger` is an instance of Object.'],
    ['a list with something else', [true], '`logger` holds true.'],
  ])('refuses %s', (_name, logger, message) => {
    expect(() => quietTrainer({ logger: logger as never })).toThrow(message);
  });
});

describe('Trainer.logDir', () => {
  it('is the root folder without a logger', () => {
    const trainer = quietTrainer({ logger: false });
    expect([trainer.logDir, trainer.runDir]).toEqual([trainer.defaultRootDir, undefined]);
  });

  it('is the first logger’s, from the start', () => {
    const logger = new CSVLogger('somewhere', { version: 3 });
    expect(quietTrainer({ logger }).logDir).toBe(logger.logDir);
  });
});
