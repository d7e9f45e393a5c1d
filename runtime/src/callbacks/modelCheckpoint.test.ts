import { mkdtempSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readCheckpoint } from '../checkpoint/index.js';
import type { RunEvent } from '../protocol/index.js';
import { quietTrainer, startTestEngine, type TinyBatch, TinyModule, tinyLoaders } from '../testing/tiny.js';
import { fillInName } from './checkpointName.js';
import { ModelCheckpoint, type ModelCheckpointOptions } from './modelCheckpoint.js';

beforeAll(startTestEngine);

/** Logs the given values, one a validation. */
class Scripted extends TinyModule {
  readonly #values: number[];

  constructor(values: readonly number[]) {
    super();
    this.#values = [...values];
  }

  override validationStep(_batch: TinyBatch): unknown {
    return undefined;
  }

  override onValidationEpochEnd(): void {
    if (this.trainer.stage === 'validate') this.log('val_loss', this.#values.shift() ?? 0);
  }
}

async function run(options: ModelCheckpointOptions, values: readonly number[], dirpath = newFolder()) {
  const checkpoint = new ModelCheckpoint({ dirpath, ...options });
  const module = new Scripted(values);
  const trainer = quietTrainer({ callbacks: checkpoint, maxEpochs: values.length, logger: false });
  const events: RunEvent[] = [];
  trainer.onEvent((event) => events.push(event));
  await trainer.fit(module, tinyLoaders({ batchSize: 6 })); // 4 batches an epoch
  module.dispose();
  return { files: readdirSync(dirpath).sort(), checkpoint, events, dirpath };
}

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'lightning-checkpoints-'));
}

describe('ModelCheckpoint', () => {
  // Recorded from PyTorch Lightning 2.6.6: 4 batches an epoch, val_loss 5, 4, 6, 3, 7.
  it.each<[string, ModelCheckpointOptions, string[]]>([
    ['keeps the newest', {}, ['epoch=4-step=20.ckpt']],
    ['keeps all', { saveTopK: -1 }, [4, 8, 12, 16, 20].map((step, epoch) => `epoch=${epoch}-step=${step}.ckpt`)],
    ['keeps none', { saveTopK: 0 }, []],
    ['keeps the best', { monitor: 'val_loss' }, ['epoch=3-step=16.ckpt']],
    ['keeps the two best', { monitor: 'val_loss', saveTopK: 2 }, ['epoch=1-step=8.ckpt', 'epoch=3-step=16.ckpt']],
    ['keeps the largest', { monitor: 'val_loss', mode: 'max' }, ['epoch=4-step=20.ckpt']],
    [
      'names by metrics',
      { monitor: 'val_loss', filename: '{epoch:02d}-{val_loss:.2f}' },
      ['epoch=03-val_loss=3.00.ckpt'],
    ],
    [
      'names without inserting',
      { monitor: 'val_loss', filename: 'e{epoch:02d}-v{val_loss:.2f}', autoInsertMetricName: false },
      ['e03-v3.00.ckpt'],
    ],
    ['saves the last too', { monitor: 'val_loss', saveLast: true }, ['epoch=3-step=16.ckpt', 'last.ckpt']],
    ['saves every n epochs', { everyNEpochs: 2, saveTopK: -1 }, ['epoch=1-step=8.ckpt', 'epoch=3-step=16.ckpt']],
    ['saves every n steps', { everyNTrainSteps: 7, saveTopK: -1 }, ['epoch=1-step=7.ckpt', 'epoch=3-step=14.ckpt']],
  ])('%s', async (_name, options, files) => {
    expect((await run(options, [5, 4, 6, 3, 7])).files).toEqual(files);
  });

  // Recorded from PyTorch Lightning 2.6.6.
  it.each<[string, ModelCheckpointOptions, [file: string, score: number][]]>([
    [
      'waits for the metric of the next validation',
      { everyNTrainSteps: 2 },
      [
        ['epoch=0-step=2.ckpt', 5],
        ['epoch=0-step=4.ckpt', 4],
        ['epoch=1-step=6.ckpt', 4],
        ['epoch=1-step=8.ckpt', 3],
      ],
    ],
  ])('%s', async (_name, options, scores) => {
    const checkpoint = new ModelCheckpoint({ dirpath: newFolder(), monitor: 'val_loss', saveTopK: -1, ...options });
    const module = new Scripted([5, 4, 6, 3]);
    const trainer = quietTrainer({ callbacks: checkpoint, maxEpochs: 2, valCheckInterval: 2, logger: false });
    await trainer.fit(module, tinyLoaders({ batchSize: 6 }));
    module.dispose();
    expect([...checkpoint.bestKModels].map(([path, score]) => [basename(path), score])).toEqual(scores);
  });

  it('knows the worst also when it keeps all', async () => {
    const { checkpoint } = await run({ monitor: 'val_loss', saveTopK: -1 }, [5, 4, 6, 3, 7]);
    expect([basename(checkpoint.kthBestModelPath), checkpoint.kthValue]).toEqual(['epoch=4-step=20.ckpt', 7]);
  });

  it('links last.ckpt to the newest', async () => {
    const { dirpath } = await run({ monitor: 'val_loss', saveLast: 'link' }, [5, 4, 6, 3, 7]);
    expect(readlinkSync(join(dirpath, 'last.ckpt'))).toBe('epoch=3-step=16.ckpt');
    expect((await readCheckpoint(join(dirpath, 'last.ckpt'))).epoch).toBe(3);
  });

  it('saves when the run fails, if it is asked to', async () => {
    class Failing extends TinyModule {
      override trainingStep(batch: TinyBatch, batchIdx: number) {
        if (batchIdx === 2) throw new Error('boom');
        return super.trainingStep(batch, batchIdx);
      }
    }
    const dirpath = newFolder();
    const callbacks = new ModelCheckpoint({ dirpath, saveOnException: true });
    const module = new Failing();
    const trainer = quietTrainer({ callbacks, maxEpochs: 1, logger: false });
    await expect(trainer.fit(module, tinyLoaders({ batchSize: 6 }))).rejects.toThrow('boom');
    module.dispose();
    expect(readdirSync(dirpath)).toEqual(['epoch=0-step=2.ckpt']);
  });

  it('writes last.ckpt only when another was just saved', async () => {
    const { dirpath } = await run({ monitor: 'val_loss', saveLast: true }, [5, 4, 6, 3, 7]);
    expect((await readCheckpoint(join(dirpath, 'last.ckpt'))).epoch).toBe(3);
  });

  it('knows the best and its score', async () => {
    const { checkpoint } = await run({ monitor: 'val_loss', saveTopK: 2 }, [5, 4, 6, 3, 7]);
    expect(basename(checkpoint.bestModelPath)).toBe('epoch=3-step=16.ckpt');
    expect([checkpoint.bestModelScore, checkpoint.kthValue]).toEqual([3, 4]);
  });

  it('keeps the older of two that are equal', async () => {
    expect((await run({ monitor: 'val_loss' }, [3, 3])).files).toEqual(['epoch=0-step=4.ckpt']);
  });

  it('takes NaN for the worst', async () => {
    expect((await run({ monitor: 'val_loss' }, [Number.NaN, 3])).files).toEqual(['epoch=1-step=8.ckpt']);
  });

  it('does not overwrite a file of another run', async () => {
    const dirpath = newFolder();
    writeFileSync(join(dirpath, 'epoch=0-step=4.ckpt'), 'mine');
    expect((await run({}, [1], dirpath)).files).toEqual(['epoch=0-step=4-v1.ckpt', 'epoch=0-step=4.ckpt']);
  });

  it('tells the run’s listeners of each file, and of those it deleted', async () => {
    const { events, dirpath } = await run({ monitor: 'val_loss' }, [5, 4]);
    const checkpoints = events.filter((event) => event.type === 'checkpoint');
    expect(
      checkpoints.map(({ path, score, removed }) => [basename(path), score, removed.map((file) => basename(file))]),
    ).toEqual([
      ['epoch=0-step=4.ckpt', 5, []],
      ['epoch=1-step=8.ckpt', 4, ['epoch=0-step=4.ckpt']],
    ]);
    expect(checkpoints.at(-1)).toMatchObject({
      best: join(dirpath, 'epoch=1-step=8.ckpt'),
      monitor: 'val_loss',
      epoch: 1,
      globalStep: 8,
    });
  });

  it('says so when the monitored metric was never logged, and names the nearest', async () => {
    await expect(run({ monitor: 'val_los' }, [1])).rejects.toThrow("Did you mean 'val_loss'?");
  });

  it.each<[ModelCheckpointOptions, string]>([
    [{ saveTopK: -2 }, '`saveTopK` is -2'],
    [{ saveTopK: 3 }, 'without `monitor`'],
    [{ everyNTrainSteps: 1, everyNEpochs: 1 }, 'one of them'],
    [{ everyNTrainSteps: -1 }, '`everyNTrainSteps` is -1'],
    [{ filename: '{loss:.2q}' }, 'the placeholder {loss:.2q}'],
  ])('refuses %o', (options, message) => {
    expect(() => new ModelCheckpoint(options)).toThrow(message);
  });
});

describe('fillInName', () => {
  it.each([
    ['{epoch}-{step}', 'epoch=1-step=20'],
    ['{epoch:03d}', 'epoch=001'],
    ['{val/loss:.3f}', 'val/loss=0.125'],
    ['{val/loss:.1e}', 'val/loss=1.3e-01'],
    ['{nothing}', 'nothing=0'],
    ['plain', 'plain'],
  ])('%s', (pattern, expected) => {
    expect(fillInName(pattern, { epoch: 1, step: 20, 'val/loss': 0.125 }, true)).toBe(expected);
  });
});
