import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Callback, ModelCheckpoint } from '../callbacks/index.js';
import type { LightningModule, StepOutputs } from '../core/index.js';
import { quietTrainer, startTestEngine, TinyModule, tinyLoaders, weightsOf } from '../testing/tiny.js';
import * as tf from '../tf.js';
import type { TrainerOptions } from './options.js';
import type { Trainer } from './trainer.js';

beforeAll(startTestEngine);

/** Asks for a stop after so many batches, as a person would. */
class StopAfter extends Callback {
  #left: number;

  constructor(batches: number) {
    super();
    this.#left = batches;
  }

  override onTrainBatchEnd(trainer: Trainer, _module: LightningModule, _outputs: StepOutputs): void {
    if (--this.#left === 0) void trainer.command({ command: 'stop' });
  }
}

async function finalWeights(options: TrainerOptions, stopAfter?: number): Promise<number[][]> {
  const module = new TinyModule();
  const stopped = quietTrainer({ ...options, callbacks: stopAfter === undefined ? [] : [new StopAfter(stopAfter)] });
  await stopped.fit(module, tinyLoaders({ shuffle: true }));
  let weights = weightsOf(module);
  module.dispose();
  if (stopAfter === undefined) return weights;
  expect(stopped.interrupted).toBe(true);
  const resumed = new TinyModule();
  const ckptPath = stopped.checkpointCallback?.lastModelPath;
  await quietTrainer(options).fit(resumed, { ...tinyLoaders({ shuffle: true }), ckptPath });
  weights = weightsOf(resumed);
  resumed.dispose();
  return weights;
}

describe('a run that was stopped and resumed', () => {
  // 6 batches an epoch, 3 epochs: first and last batch of an epoch, and some in between.
  it.each([1, 2, 5, 6, 7, 12, 13, 17])(
    'after batch %i ends with the weights of the uninterrupted one',
    async (stopAfter) => {
      const options = { maxEpochs: 3, logEveryNSteps: 1 };
      expect(await finalWeights(options, stopAfter)).toEqual(await finalWeights(options));
    },
  );

  it.each([3, 4, 9])('while accumulating, after batch %i', async (stopAfter) => {
    // A stop between two optimizer steps loses the gradients of its window: it is taken at the window's end.
    const options = { maxEpochs: 2, accumulateGradBatches: 3 };
    expect(await finalWeights(options, stopAfter)).toEqual(await finalWeights(options));
  });

  it('goes on in the same Trainer, too', async () => {
    const module = new TinyModule();
    const stopper = new StopAfter(4);
    const trainer = quietTrainer({ maxEpochs: 2, callbacks: [stopper] });
    await trainer.fit(module, tinyLoaders({ shuffle: true }));
    expect([trainer.globalStep, trainer.currentEpoch, trainer.status]).toEqual([4, 0, 'interrupted']);
    await trainer.fit(module, tinyLoaders({ shuffle: true }));
    expect([trainer.globalStep, trainer.currentEpoch, trainer.status]).toEqual([12, 2, 'finished']);
    module.dispose();
  });
});

describe('fit with ckptPath', () => {
  it('goes on with an epoch that maxSteps cut short', async () => {
    const fit = async (module: TinyModule, options: TrainerOptions, ckptPath?: string) => {
      const trainer = quietTrainer(options);
      await trainer.fit(module, { ...tinyLoaders(), ckptPath });
      const weights = weightsOf(module);
      module.dispose();
      return { weights, trainer };
    };
    const whole = await fit(new TinyModule(), { maxEpochs: 2 });
    const begun = await fit(new TinyModule(), { maxSteps: 4 });
    const path = begun.trainer.checkpointCallback?.bestModelPath;
    const rest = await fit(new TinyModule(), { maxEpochs: 2 }, path);
    expect([rest.trainer.globalStep, rest.trainer.currentEpoch]).toEqual([12, 2]);
    expect(rest.weights).toEqual(whole.weights);
  });

  it.each(['every batch', 'every epoch'])('continues from a file that was saved after %s', async (when) => {
    const module = new TinyModule();
    const saving = when === 'every batch' ? { everyNTrainSteps: 1, saveTopK: -1 } : { saveTopK: -1 };
    const checkpoint = new ModelCheckpoint(saving);
    const trainer = quietTrainer({ maxEpochs: 2, callbacks: [checkpoint] });
    await trainer.fit(module, tinyLoaders({ shuffle: true }));
    const expected = weightsOf(module);
    module.dispose();
    const dir = checkpoint.dirpath ?? '';
    const files = readdirSync(dir).filter((name) => name.endsWith('.ckpt'));
    expect(files).toHaveLength(when === 'every batch' ? 12 : 2);
    for (const file of files) {
      const resumed = new TinyModule();
      await quietTrainer({ maxEpochs: 2 }).fit(resumed, {
        ...tinyLoaders({ shuffle: true }),
        ckptPath: join(dir, file),
      });
      expect(weightsOf(resumed), file).toEqual(expected);
      resumed.dispose();
    }
  });

  it.each([
    ['a file that does not exist', 'nowhere.ckpt', 'There is no checkpoint'],
    ['best without a run', 'best', 'this Trainer has saved no checkpoint'],
  ])('says so: %s', async (_name, ckptPath, message) => {
    const module = new TinyModule();
    await expect(quietTrainer().fit(module, { ...tinyLoaders(), ckptPath })).rejects.toThrow(message);
    module.dispose();
  });

  it('begins anew, with a warning, when there is no last checkpoint', async () => {
    const warned = once(process, 'warning');
    const module = new TinyModule();
    const trainer = quietTrainer({ maxEpochs: 1, logger: false });
    await trainer.fit(module, { ...tinyLoaders(), ckptPath: 'last' });
    const [{ message }] = await warned;
    expect(message).toContain('there is no last.ckpt');
    expect(trainer.globalStep).toBe(6);
    module.dispose();
  });

  it('refuses weights that do not fit, and changes nothing', async () => {
    const module = new TinyModule();
    const trainer = quietTrainer({ maxEpochs: 1 });
    await trainer.fit(module, tinyLoaders());
    const ckptPath = trainer.checkpointCallback?.bestModelPath;
    class Wider extends TinyModule {
      extra = tf.variable(tf.zeros([2]), true, undefined);
    }
    const wider = new Wider();
    const before = weightsOf(wider);
    await expect(quietTrainer().fit(wider, { ...tinyLoaders(), ckptPath })).rejects.toThrow('missing: extra');
    expect(weightsOf(wider)).toEqual(before);
    module.dispose();
    wider.dispose();
  });
});

describe('the command save-checkpoint', () => {
  it('takes effect between two batches, and what it saves goes on bit for bit', async () => {
    const expected = await finalWeights({ maxEpochs: 2 });
    const module = new TinyModule();
    let saved: Promise<void> | undefined;
    class SaveOnce extends Callback {
      override onTrainBatchStart(trainer: Trainer): void {
        saved ??= trainer.globalStep === 3 ? trainer.command({ command: 'save-checkpoint' }) : undefined;
      }
    }
    const trainer = quietTrainer({ maxEpochs: 2, callbacks: new SaveOnce() });
    await trainer.fit(module, tinyLoaders({ shuffle: true }));
    await saved;
    module.dispose();
    const resumed = new TinyModule();
    const ckptPath = trainer.checkpointCallback?.lastModelPath ?? '';
    expect(ckptPath).toContain('last.ckpt');
    await quietTrainer({ maxEpochs: 2 }).fit(resumed, { ...tinyLoaders({ shuffle: true }), ckptPath });
    expect(weightsOf(resumed)).toEqual(expected);
    resumed.dispose();
  });
});
