import { mkdtempSync, writeFileSync } from 'node:fs';
import type * as files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { quietTrainer, startTestEngine, type TinyBatch, TinyModule, tinyLoaders } from '../testing/tiny.js';
import { CSVLogger, DummyLogger, type Logger, MLFlowLogger, TensorBoardLogger, WandbLogger } from './index.js';

const disk = vi.hoisted(() => ({ isFull: false }));

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof files>();
  const unlessFull =
    <Args extends unknown[], Result>(write: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      if (disk.isFull) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
      return write(...args);
    };
  return {
    ...real,
    appendFile: unlessFull(real.appendFile),
    mkdir: unlessFull(real.mkdir as (path: string, options?: object) => Promise<unknown>),
    open: unlessFull(real.open),
    writeFile: unlessFull(real.writeFile),
  };
});

beforeAll(startTestEngine);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lightning-full-'));
});
afterEach(() => {
  disk.isFull = false;
});

/** The disk is full from some batch on. */
class FillingModule extends TinyModule {
  constructor(readonly fromBatch: number) {
    super();
    this.saveHyperparameters({ lr: 1 });
  }

  override trainingStep(batch: TinyBatch, batchIdx: number) {
    disk.isFull ||= batchIdx >= this.fromBatch;
    return super.trainingStep(batch, batchIdx);
  }
}

/** Trains for two epochs of six steps. Returns the steps taken, and what was said of a logger. */
async function train(module: TinyModule, logger: Logger): Promise<{ steps: number; warnings: string[] }> {
  const messages: string[] = [];
  const listen = ({ message }: Error) => messages.push(message);
  process.on('warning', listen);
  const trainer = quietTrainer({
    maxEpochs: 2,
    logger: [logger, new DummyLogger()],
    logEveryNSteps: 1,
    enableCheckpointing: false,
    enableRunEvents: false,
  });
  await trainer.fit(module, tinyLoaders());
  await new Promise((resolve) => setImmediate(resolve)); // warnings come one tick later
  process.off('warning', listen);
  module.dispose();
  return { steps: trainer.globalStep, warnings: messages.filter((text) => text.includes('cannot write')) };
}

const LOGGERS: [string, (folder: string) => Logger][] = [
  ['CSVLogger', (saveDir) => new CSVLogger(saveDir)],
  ['TensorBoardLogger', (saveDir) => new TensorBoardLogger(saveDir)],
  ['MLFlowLogger', (saveDir) => new MLFlowLogger({ saveDir })],
  ['WandbLogger', (saveDir) => new WandbLogger({ saveDir, offline: true })],
];

describe.each(LOGGERS)('%s warns once, and training goes on', (name, make) => {
  it.each([
    ['from the start', 0],
    ['in mid-run', 4],
  ])('when the disk is full %s', async (_moment, fromBatch) => {
    const logger = make(folder);
    const { steps, warnings } = await train(new FillingModule(fromBatch), logger);
    expect(steps).toBe(12);
    expect(warnings).toEqual([
      expect.stringMatching(`${name} cannot write to .*; training goes on without it: ENOSPC`),
    ]);
  });

  it('when a file stands where its folder should', async () => {
    const place = join(folder, 'taken');
    writeFileSync(place, '');
    const { steps, warnings } = await train(new TinyModule(), make(place));
    expect(steps).toBe(12);
    expect(warnings).toHaveLength(1);
  });
});
