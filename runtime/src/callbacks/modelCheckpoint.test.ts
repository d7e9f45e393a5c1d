import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { readCheckpoint } from '../checkpoint/index.js';
import type { RunEvent } from '../protocol/index.js';
import { quietTrainer, startTestEngine, type TinyBatch, TinyModule, tinyLoaders } from '../testing/tiny.js';
import type { Trainer, TrainerOptions } from '../trainer/index.js';
import { fillInName } from './checkpointName.js';
import { ModelCheckpoint } from './modelCheckpoint.js';
import type { ModelCheckpointOptions } from './modelCheckpointOptions.js';

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

// Recorded from PyTorch Lightning 2.6.6: 4 batches an epoch.
describe('ModelCheckpoint saves', () => {
  const names = (files: readonly (readonly [epoch: number, step: number])[]) =>
    files.map(([epoch, step]) => `epoch=${epoch}-step=${step}.ckpt`);

  it.each<[string, ModelCheckpointOptions, TrainerOptions, string[]]>([
    [
      'after each batch once there is a metric',
      { monitor: 'val_loss', everyNTrainSteps: 1 },
      { valCheckInterval: 1, maxEpochs: 1 },
      names([[0, 2], [0, 3], [0, 4]]), // biome-ignore format: a table
    ],
    ['once an epoch although each batch is validated', {}, { valCheckInterval: 1, maxEpochs: 1 }, names([[0, 4]])],
    [
      'not in the last batch of an epoch that is validated',
      { monitor: 'val_loss', everyNTrainSteps: 1 },
      { valCheckInterval: 3, maxEpochs: 2 },
      names([[0, 3], [1, 5], [1, 6], [1, 7]]), // biome-ignore format: a table
    ],
    [
      'after the validation that brings the metric',
      { monitor: 'val_loss', everyNTrainSteps: 3 },
      { checkValEveryNEpoch: 2, maxEpochs: 4 },
      names([[1, 8], [2, 12], [2, 9], [3, 15]]), // biome-ignore format: a table
    ],
    ['last.ckpt also where nothing else is kept', { saveTopK: 0, saveLast: true }, {}, ['last.ckpt']],
    ['a file, not a link to nothing', { monitor: 'val_loss', saveTopK: 0, saveLast: 'link' }, {}, ['last.ckpt']],
    ['nothing in a fast_dev_run', { saveLast: true }, { fastDevRun: true }, []],
  ])('%s', async (_name, options, trainerOptions, files) => {
    const dirpath = newFolder();
    const module = new Scripted([5, 4, 6]);
    const callbacks = new ModelCheckpoint({ dirpath, saveTopK: -1, ...options });
    const trainer = quietTrainer({ callbacks, logger: false, maxEpochs: 3, numSanityValSteps: 0, ...trainerOptions });
    await trainer.fit(module, tinyLoaders({ batchSize: 6 }));
    module.dispose();
    expect(readdirSync(dirpath).sort()).toEqual(files);
  });

  it('when its time has come', async () => {
    let time = 0;
    const options = { trainTimeInterval: { seconds: 3 }, saveTopK: -1, now: () => 1000 * time++ };
    const { files, checkpoint } = await run(options, [1, 1]);
    expect(files).toEqual(names([[0, 3], [1, 6]])); // biome-ignore format: a table
    expect(checkpoint.stateKey).toContain("'train_time_interval': datetime.timedelta(seconds=3)");
  });

  it('into folders that a metric with a slash makes', async () => {
    const filename = 'x/{epoch}/{val_loss:.1f}';
    const { checkpoint, dirpath } = await run({ monitor: 'val_loss', filename }, [5, 4]);
    expect(checkpoint.bestModelPath).toBe(join(dirpath, 'x/epoch=1/val_loss=4.0.ckpt'));
    expect(existsSync(checkpoint.bestModelPath)).toBe(true);
  });

  it('a checkpoint that knows of itself', async () => {
    const { checkpoint } = await run({ monitor: 'val_loss', saveTopK: 2 }, [5, 4]);
    const [state] = Object.values((await readCheckpoint(checkpoint.bestModelPath)).callbacks ?? {});
    expect(state).toEqual(checkpoint.stateDict());
  });

  it('scores as YAML', async () => {
    const { checkpoint, dirpath } = await run({ monitor: 'val_loss' }, [5, 4]);
    await checkpoint.toYaml();
    expect(readFileSync(join(dirpath, 'best_k_models.yaml'), 'utf8')).toBe(`${checkpoint.bestModelPath}: 4\n`);
  });

  it('for several at once, each with a state of its own', async () => {
    const [first, second] = [newFolder(), newFolder()];
    const callbacks = [
      new ModelCheckpoint({ dirpath: first, monitor: 'val_loss', saveLast: true }),
      new ModelCheckpoint({ dirpath: second, everyNTrainSteps: 3 }),
    ];
    const module = new Scripted([5, 4]);
    await quietTrainer({ callbacks, maxEpochs: 2, logger: false }).fit(module, tinyLoaders({ batchSize: 6 }));
    module.dispose();
    expect(readdirSync(first).sort()).toEqual(['epoch=1-step=8.ckpt', 'last.ckpt']);
    expect(readdirSync(second)).toEqual(['epoch=1-step=6.ckpt']);
    const { callbacks: states } = await readCheckpoint(join(first, 'last.ckpt'));
    expect(Object.keys(states ?? {}).sort()).toEqual(callbacks.map(({ stateKey }) => stateKey).sort());
    const twice = [new ModelCheckpoint(), new ModelCheckpoint()];
    expect(() => quietTrainer({ callbacks: twice })).toThrow(
      'Found more than one stateful callback of type ModelCheckpoint',
    );
  });
});

describe('ModelCheckpoint goes on', () => {
  it('from its state, and takes over the best path only when it saves elsewhere', () => {
    const dirpath = newFolder();
    const state = {
      monitor: 'val_loss',
      best_model_score: 1,
      best_model_path: 'best.ckpt',
      current_score: 2,
      dirpath,
      best_k_models: { 'best.ckpt': 1 },
      kth_best_model_path: 'best.ckpt',
      kth_value: 1,
      last_model_path: 'last.ckpt',
    };
    const same = new ModelCheckpoint({ dirpath, monitor: 'val_loss' });
    same.loadStateDict(state);
    expect(same.stateDict()).toEqual(state);
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const other = new ModelCheckpoint({ dirpath: newFolder(), monitor: 'val_loss' });
    other.loadStateDict(state);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('The dirpath has changed'));
    expect([other.bestModelPath, other.bestModelScore, other.lastModelPath]).toEqual(['best.ckpt', null, '']);
    vi.restoreAllMocks();
  });

  it('as before when a file cannot be written', async () => {
    const checkpoint = new ModelCheckpoint({ dirpath: newFolder(), monitor: 'val_loss', saveLast: true });
    const failing = {
      ...{ fastDevRun: 0, runKind: 'fit', globalStep: 4, currentEpoch: 0, validatesAtEpochEndOnly: true },
      callbackMetrics: { val_loss: 1 },
      checkpointIO: { has: () => Promise.resolve(false) },
      saveCheckpoint: () => Promise.reject(new Error('disk full')),
    };
    const before = checkpoint.stateDict();
    await expect(checkpoint.onTrainEpochEnd(failing as unknown as Trainer)).rejects.toThrow('disk full');
    expect(checkpoint.stateDict()).toEqual(before);
  });

  it('and tells what it does when asked to', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const { checkpoint } = await run({ monitor: 'val_loss', verbose: true }, [5, 6]);
    expect(log.mock.calls.flat()).toEqual([
      `Epoch 0, global step 4: 'val_loss' reached 5.00000 (best 5.00000), saving model to '${checkpoint.bestModelPath}' as top 1`,
      "Epoch 1, global step 8: 'val_loss' was not in top 1",
    ]);
    vi.restoreAllMocks();
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
