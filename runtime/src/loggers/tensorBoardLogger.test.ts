import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { quietTrainer, startTestEngine, TinyModule, tinyLoaders } from '../testing/tiny.js';
import { CSVLogger, TensorBoardLogger } from './index.js';
import { eventFiles, readEvents } from './testing/events.js';

beforeAll(startTestEngine);

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lightning-tb-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const hparams = (logger: TensorBoardLogger) => readFileSync(join(logger.logDir, 'hparams.yaml'), 'utf8');

describe('TensorBoardLogger', () => {
  it.each<[string, ConstructorParameters<typeof TensorBoardLogger>[1], string]>([
    ['counts versions up', {}, 'lightning_logs/version_3'],
    ['takes a version', { version: 1 }, 'lightning_logs/version_1'],
    ['takes a text as it is', { version: 'trial' }, 'lightning_logs/trial'],
    ['drops the level of no name', { name: null, version: 5 }, 'version_5'],
    ['adds a folder', { version: 0, subDir: 'events' }, 'lightning_logs/version_0/events'],
  ])('%s', (_name, options, folder) => {
    mkdirSync(join(root, 'lightning_logs/version_2'), { recursive: true });
    writeFileSync(join(root, 'lightning_logs/version_7'), 'no folder');
    expect(new TensorBoardLogger(root, options).logDir).toBe(join(root, folder));
  });

  it('takes `~` and variables as a shell does', () => {
    process.env.LIGHTNING_TEST_PLACE = 'there';
    expect(new TensorBoardLogger('~/$LIGHTNING_TEST_PLACE/$UNSET_NAME').saveDir).toBe(`${homedir()}/there/$UNSET_NAME`);
    delete process.env.LIGHTNING_TEST_PLACE;
  });

  it('writes metrics under their names, or with a prefix', async () => {
    const logger = new TensorBoardLogger(root, { prefix: 'p' });
    logger.logMetrics({ loss: 0.5, both: { a: 1 } }, 3);
    logger.logMetrics({ loss: 0.25 });
    await logger.save();
    expect(readEvents(logger.logDir)).toMatchObject([
      { step: 3, tag: 'p-loss', value: 0.5 },
      { step: 0, tag: 'p-loss', value: 0.25 },
    ]);
    expect(readEvents(join(logger.logDir, 'p-both_a'))).toMatchObject([{ step: 3, tag: 'p-both', value: 1 }]);
  });

  it.each<[string, ConstructorParameters<typeof TensorBoardLogger>[1], unknown, string[]]>([
    [
      'with hp_metric',
      {},
      undefined,
      ['hp_metric', ...['experiment', 'session_start_info', 'session_end_info'].map((tag) => `_hparams_/${tag}`)],
    ],
    ['not at all without a metric', { defaultHpMetric: false }, undefined, []],
    [
      'with its own metrics',
      {},
      { acc: 1 },
      ['acc', ...['experiment', 'session_start_info', 'session_end_info'].map((tag) => `_hparams_/${tag}`)],
    ],
  ])('shows hyperparameters %s, and always writes hparams.yaml', async (_name, options, metrics, tags) => {
    const logger = new TensorBoardLogger(root, options);
    logger.logHyperparams({ lr: 0.1, net: { size: 3 } }, metrics as undefined);
    await logger.save();
    expect(readEvents(logger.logDir).map(({ tag }) => tag)).toEqual(tags);
    expect(hparams(logger)).toBe('lr: 0.1\nnet:\n  size: 3\n');
  });

  it('writes an empty hparams.yaml when there are none', async () => {
    const logger = new TensorBoardLogger(root);
    await logger.save();
    expect(hparams(logger)).toBe('{}\n');
  });

  it('writes nothing at the end when nothing was logged', async () => {
    await new TensorBoardLogger(root).finalize('success');
    expect(existsSync(join(root, 'lightning_logs'))).toBe(false);
  });

  it('is the Trainer’s default, with a CSVLogger in the same folder, for all of its runs', async () => {
    const module = new TinyModule();
    const trainer = quietTrainer({ maxEpochs: 1, logger: true, logEveryNSteps: 1, enableCheckpointing: false });
    await trainer.fit(module, tinyLoaders());
    await trainer.test(module, { dataloaders: tinyLoaders().valDataloaders });
    const [tensorBoard, csv] = trainer.loggers;
    expect([tensorBoard, csv]).toEqual([expect.any(TensorBoardLogger), expect.any(CSVLogger)]);
    expect([csv?.logDir, trainer.logDir, trainer.runDir]).toEqual(Array(3).fill(tensorBoard?.logDir));
    const tags = readEvents(trainer.logDir ?? '').map(({ tag }) => tag);
    expect(new Set(tags)).toEqual(new Set(['train_loss', 'epoch', 'val_loss', 'test_loss']));
    expect(eventFiles(trainer.logDir ?? '')).toHaveLength(2); // one for each run
    const lines = readFileSync(join(trainer.logDir ?? '', 'metrics.csv'), 'utf8')
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(1 + tags.filter((tag) => tag === 'epoch').length);
    module.dispose();
  });
});
