import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Callback, ModelCheckpoint } from '../callbacks/index.js';
import type { LightningModule, LRSchedulerLike } from '../core/index.js';
import * as optim from '../optim/index.js';
import { quietTrainer, startTestEngine, TinyModule, tinyLoaders, weightsOf } from '../testing/tiny.js';
import type { TrainerOptions } from './options.js';
import type { Trainer } from './trainer.js';

type Configure = (optimizer: optim.Optimizer) => unknown;

/** Returns from configureOptimizers what the test wants, also what its type forbids. */
class Scheduled extends TinyModule {
  readonly calls: string[] = [];
  readonly #configure: Configure;

  constructor(configure: Configure) {
    super();
    this.#configure = configure;
  }

  override configureOptimizers(): never {
    return this.#configure(new optim.SGD(this.parameters(), { lr: 1 })) as never;
  }

  override onTrainBatchEnd(): void {
    this.calls.push(`b${lrsOf(this.trainer)}`);
  }

  override onTrainEpochEnd(): void {
    this.calls.push(`e${lrsOf(this.trainer)}`);
  }

  override lrSchedulerStep(scheduler: LRSchedulerLike, metric: number | null): void | Promise<void> {
    this.calls.push(metric === null ? 's' : 'p');
    return super.lrSchedulerStep(scheduler, metric);
  }
}

let modules: LightningModule[] = [];

beforeAll(startTestEngine);
beforeEach(() => {
  vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
});
afterEach(() => {
  for (const module of modules) module.dispose();
  modules = [];
  vi.restoreAllMocks();
});

function lrsOf(trainer: Trainer): number[] {
  return trainer.optimizers.flatMap(({ paramGroups }) => paramGroups.map(({ lr }) => lr));
}

function warnings(): string[] {
  return vi.mocked(process.emitWarning).mock.calls.map(([message]) => String(message));
}

/** Two epochs of three batches. */
async function fit(
  configure: Configure,
  options: TrainerOptions = {},
): Promise<{ module: Scheduled; trainer: Trainer }> {
  const module = new Scheduled(configure);
  modules.push(module);
  const trainer = quietTrainer({
    maxEpochs: 2,
    limitTrainBatches: 3,
    numSanityValSteps: 0,
    logger: false,
    enableCheckpointing: false,
    ...options,
  });
  await trainer.fit(module, tinyLoaders());
  return { module, trainer };
}

const halving = (optimizer: optim.Optimizer) => new optim.ExponentialLR(optimizer, { gamma: 0.5 });
const plateau = (optimizer: optim.Optimizer) =>
  new optim.ReduceLROnPlateau(optimizer, { patience: 0, factor: 0.5, mode: 'max', threshold: 1e9 });

describe('configureOptimizers', () => {
  it.each<[form: string, configure: Configure]>([
    ['an optimizer and a scheduler', (optimizer) => ({ optimizer, lrScheduler: halving(optimizer) })],
    ['a scheduler with settings', (optimizer) => ({ optimizer, lrScheduler: { scheduler: halving(optimizer) } })],
    ['two lists', (optimizer) => [[optimizer], [halving(optimizer)]]],
    ['two lists with settings', (optimizer) => [[optimizer], [{ scheduler: halving(optimizer), interval: 'epoch' }]]],
    ['a list and a scheduler', (optimizer) => [[optimizer], halving(optimizer)]],
    ['a list of objects', (optimizer) => [{ optimizer, lrScheduler: halving(optimizer) }]],
  ])('may return %s', async (_form, configure) => {
    const { trainer } = await fit(configure);
    expect(lrsOf(trainer)).toEqual([0.25]);
    expect(trainer.lrSchedulerConfigs).toEqual([
      {
        scheduler: expect.any(optim.ExponentialLR),
        interval: 'epoch',
        frequency: 1,
        monitor: null,
        strict: true,
        name: null,
        reduceOnPlateau: false,
      },
    ]);
    expect(warnings()).toEqual([]);
  });

  it.each<[form: string, configure: Configure]>([
    ['an optimizer', (optimizer) => optimizer],
    ['an object without a scheduler', (optimizer) => ({ optimizer, lrScheduler: null })],
    ['two lists without schedulers', (optimizer) => [[optimizer], []]],
  ])('may return %s', async (_form, configure) => {
    const { trainer } = await fit(configure);
    expect([trainer.lrSchedulerConfigs, lrsOf(trainer)]).toEqual([[], [1]]);
  });

  it.each<[form: string, configure: Configure]>([
    ['beside it', (optimizer) => ({ optimizer, lrScheduler: plateau(optimizer), monitor: 'val_loss' })],
    ['beside it, in a list', (optimizer) => [{ optimizer, lrScheduler: plateau(optimizer), monitor: 'val_loss' }]],
    [
      'in its settings',
      (optimizer) => ({ optimizer, lrScheduler: { scheduler: plateau(optimizer), monitor: 'val_loss' } }),
    ],
  ])('may name what a ReduceLROnPlateau monitors %s', async (_form, configure) => {
    const { trainer } = await fit(configure);
    expect(trainer.lrSchedulerConfigs).toMatchObject([{ monitor: 'val_loss', reduceOnPlateau: true }]);
    expect(lrsOf(trainer)).toEqual([0.5]);
  });

  it('may return nothing', async () => {
    const { trainer } = await fit(() => []);
    expect(trainer.globalStep).toBe(6);
    expect(warnings()).toEqual([expect.stringContaining('nothing will be trained')]);
  });

  class Custom {
    lr = 1;
    constructor(readonly optimizer: optim.Optimizer) {}
    step(): void {
      this.lr /= 2;
    }
    stateDict(): optim.SchedulerState {
      return { lr: this.lr };
    }
    loadStateDict({ lr }: optim.SchedulerState): void {
      this.lr = Number(lr);
    }
  }

  it('may return a scheduler of the user’s own, when lrSchedulerStep is overridden', async () => {
    const { trainer } = await fit((optimizer) => ({ optimizer, lrScheduler: new Custom(optimizer) }));
    expect(trainer.lrSchedulerConfigs[0]?.scheduler).toMatchObject({ lr: 0.25 });
    class Plain extends TinyModule {
      override configureOptimizers(): never {
        const optimizer = super.configureOptimizers();
        return { optimizer, lrScheduler: new Custom(optimizer) } as never;
      }
    }
    const plain = new Plain();
    modules.push(plain);
    await expect(quietTrainer({ maxEpochs: 1 }).fit(plain, tinyLoaders())).rejects.toThrow('Override lrSchedulerStep');
  });

  const other = () => new optim.SGD((modules[0] as TinyModule).parameters(), { lr: 1 });

  it.each<[why: string, configure: Configure, message: string]>([
    ['text', () => 'adam', 'configureOptimizers returned a string'],
    ['an object without an optimizer', (o) => ({ lrScheduler: halving(o) }), 'and without an optimizer'],
    ['an optimizer that is none', () => ({ optimizer: 'adam' }), 'whose `optimizer` is none'],
    ['lists the wrong way round', (o) => [[halving(o)], [o]], 'returned lists inside a list'],
    ['a scheduler alone', (o) => halving(o), 'returned an object of class ExponentialLR'],
    [
      'settings without a scheduler',
      (o) => ({ optimizer: o, lrScheduler: { interval: 'step' } }),
      'has no key `scheduler`',
    ],
    [
      'another interval',
      (o) => ({ optimizer: o, lrScheduler: { scheduler: halving(o), interval: 'batch' } }),
      "`interval` in the lr scheduler object is \"batch\". Allowed: 'step' or 'epoch'",
    ],
    [
      'a frequency of 0',
      (o) => ({ optimizer: o, lrScheduler: { scheduler: halving(o), frequency: 0 } }),
      'Allowed: a whole number from 1 up',
    ],
    [
      'a plateau without monitor',
      (o) => ({ optimizer: o, lrScheduler: plateau(o) }),
      'must include a monitor when a ReduceLROnPlateau',
    ],
    [
      'plateau settings without monitor',
      (o) => ({ optimizer: o, lrScheduler: { scheduler: plateau(o) } }),
      'must include a monitor when a ReduceLROnPlateau',
    ],
    [
      'a scheduler without state',
      (o) => ({ optimizer: o, lrScheduler: { scheduler: new Map() } }),
      'Map is invalid: it should have `stateDict` and `loadStateDict`',
    ],
    [
      'a scheduler of another optimizer',
      (o) => ({ optimizer: o, lrScheduler: halving(other()) }),
      'attached with an optimizer that was not returned',
    ],
  ])('is one clear error for %s', async (_why, configure, message) => {
    modules.push(new TinyModule());
    await expect(fit(configure)).rejects.toThrow(message);
  });

  it.each<[why: string, configure: Configure, message: string]>([
    [
      'a key of another place',
      (optimizer) => ({ optimizer, scheduler: halving(optimizer) }),
      'scheduler. Did you mean `lrScheduler`?',
    ],
    [
      'an unknown setting',
      (optimizer) => ({ optimizer, lrScheduler: { scheduler: halving(optimizer), colour: 1 } }),
      'which are ignored: colour',
    ],
    [
      'a cycle of epochs',
      (optimizer) => ({
        optimizer,
        lrScheduler: { scheduler: new optim.OneCycleLR(optimizer, { maxLr: 1, totalSteps: 9, cycleMomentum: false }) },
      }),
      "Are you sure you did not mean 'step'?",
    ],
  ])('warns of %s', async (_why, configure, message) => {
    await fit(configure);
    expect(warnings()).toEqual([expect.stringContaining(message)]);
  });
});

describe('schedulers are stepped', () => {
  const withSettings =
    (make: Configure, settings: object): Configure =>
    (optimizer) => ({ optimizer, lrScheduler: { scheduler: make(optimizer), ...settings } });

  it.each<[when: string, configure: Configure, options: TrainerOptions, calls: string]>([
    ['after each epoch’s last batch', withSettings(halving, {}), {}, 'b1 b1 s b0.5 e0.5 b0.5 b0.5 s b0.25 e0.25'],
    ['after each second epoch', withSettings(halving, { frequency: 2 }), {}, 'b1 b1 b1 e1 b1 b1 s b0.5 e0.5'],
    [
      'after each update',
      withSettings(halving, { interval: 'step' }),
      { maxEpochs: 1 },
      's b0.5 s b0.25 s b0.125 e0.125',
    ],
    [
      'after each second batch',
      withSettings(halving, { interval: 'step', frequency: 2 }),
      { maxEpochs: 1 },
      'b1 s b0.5 b0.5 e0.5',
    ],
    [
      'not while gradients are accumulated',
      withSettings(halving, { interval: 'step' }),
      { maxEpochs: 1, accumulateGradBatches: 2 },
      'b1 s b0.5 s b0.25 e0.25',
    ],
    [
      'after the epoch’s end hook, on a plateau',
      withSettings(plateau, { monitor: 'val_loss' }),
      {},
      'b1 b1 b1 e1 p b1 b1 b1 e1 p',
    ],
    [
      'after the batch’s end hook, on a plateau',
      withSettings(plateau, { monitor: 'train_loss', interval: 'step' }),
      { maxEpochs: 1 },
      'b1 p b1 p b0.5 p e0.25',
    ],
    ['not after an epoch that a limit cuts short', withSettings(halving, {}), { maxSteps: 2 }, 'b1 b1 e1'],
  ])('%s', async (_when, configure, options, calls) => {
    const { module } = await fit(configure, options);
    expect(module.calls.join(' ')).toBe(calls);
  });

  it('with a metric, or it is an error that names those there are', async () => {
    await expect(fit(withSettings(plateau, { monitor: 'val_los' }))).rejects.toThrow(
      /conditioned on the metric 'val_los', which is not available\. Allowed: .*train_loss.*Did you mean 'val_loss'\?/,
    );
  });

  it('with a metric, or not at all, with a warning, when it need not be there', async () => {
    const { module, trainer } = await fit(withSettings(plateau, { monitor: 'other', strict: false }));
    expect(module.calls).not.toContain('p');
    expect([trainer.fitLoop.epochLoop.schedulerSteps.total.ready, warnings().length]).toEqual([0, 2]);
  });

  it('and known to the module', async () => {
    let seen: readonly LRSchedulerLike[] = [];
    class Looks extends Callback {
      override onTrainStart(_trainer: Trainer, module: LightningModule): void {
        seen = module.lrSchedulers();
      }
    }
    const { trainer } = await fit((optimizer) => [[optimizer], [halving(optimizer), halving(optimizer)]], {
      callbacks: new Looks(),
    });
    expect(seen).toEqual(trainer.lrSchedulerConfigs.map(({ scheduler }) => scheduler));
    expect([trainer.fitLoop.epochLoop.schedulerSteps.total.completed, lrsOf(trainer)]).toEqual([4, [1 / 16]]);
  });
});

describe('a run with schedulers that goes on from a checkpoint', () => {
  /** One of every kind, so that each file lacks some step of some scheduler. */
  const everyKind: Configure = (optimizer) => [
    [optimizer],
    [
      { scheduler: new optim.CosineAnnealingLR(optimizer, { tMax: 20 }), interval: 'step' },
      halving(optimizer),
      { scheduler: new optim.ReduceLROnPlateau(optimizer, { patience: 0, threshold: 0.5 }), monitor: 'val_loss' },
      {
        scheduler: new optim.ReduceLROnPlateau(optimizer, { patience: 1, factor: 0.9 }),
        monitor: 'val_loss',
        interval: 'step',
        strict: false,
      },
    ],
  ];

  const options = { maxEpochs: 3, limitTrainBatches: 4, logger: false, enableCheckpointing: false } as const;

  it.each<[when: string, saving: object, files: number]>([
    ['each third batch', { everyNTrainSteps: 3 }, 4],
    ['each epoch', { saveOnTrainEpochEnd: true }, 3],
    ['each validation', { saveOnTrainEpochEnd: false }, 3],
  ])('saved after %s ends with the weights of the uninterrupted one', async (_when, saving, files) => {
    const checkpoint = new ModelCheckpoint({ saveTopK: -1, ...saving });
    const { module, trainer } = await fit(everyKind, { ...options, enableCheckpointing: true, callbacks: checkpoint });
    const dir = checkpoint.dirpath ?? '';
    const paths = readdirSync(dir).map((name) => join(dir, name));
    expect(paths).toHaveLength(files);
    // The newest is of the end of the run, where nothing is left to do.
    for (const path of paths.filter((name) => !name.includes('step=12'))) {
      const resumed = new Scheduled(everyKind);
      modules.push(resumed);
      const again = quietTrainer(options);
      await again.fit(resumed, { ...tinyLoaders(), ckptPath: path });
      expect([path, lrsOf(again), weightsOf(resumed)]).toEqual([path, lrsOf(trainer), weightsOf(module)]);
      expect(again.fitLoop.epochLoop.schedulerSteps.total).toEqual(trainer.fitLoop.epochLoop.schedulerSteps.total);
    }
  });

  it('warns when there are not as many as there were', async () => {
    const checkpoint = new ModelCheckpoint({});
    await fit(everyKind, { maxEpochs: 1, enableCheckpointing: true, callbacks: checkpoint });
    const resumed = new Scheduled((optimizer) => optimizer);
    modules.push(resumed);
    await quietTrainer({ maxEpochs: 2, logger: false, enableCheckpointing: false }).fit(resumed, {
      ...tinyLoaders(),
      ckptPath: checkpoint.bestModelPath,
    });
    expect(warnings()).toContainEqual(
      expect.stringContaining('holds 4 learning rate schedulers, and configureOptimizers returned 0'),
    );
  });
});
