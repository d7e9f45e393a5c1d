import { beforeAll, describe, expect, it } from 'vitest';
import { Callback } from '../callbacks/index.js';
import { hookSequence, type SequenceOwner } from '../core/hookSequence.js';
import { HOOK_NAMES, type HookName } from '../core/hookTable.js';
import { LightningDataModule, LightningModule } from '../core/index.js';
import * as optim from '../optim/index.js';
import type { RunKind } from '../protocol/index.js';
import { quietTrainer, startTestEngine, type TinyBatch, TinyModule, tinyLoaders } from '../testing/tiny.js';
import { type RunSize, unroll } from '../testing/unrollSequence.js';
import type { TrainerOptions } from './index.js';

beforeAll(startTestEngine);

/** Notes every call of a hook that a class of a test's own defines, on entry. */
function record<T extends object>(target: T, base: object, prefix: string, calls: string[]): T {
  for (const name of HOOK_NAMES) {
    const hook: unknown = Reflect.get(target, name);
    const isModule = prefix === '';
    if (typeof hook !== 'function' || (!isModule && hook === Reflect.get(base, name))) continue;
    // A module's own defaults are called too; those that are called only when overridden must stay what they are.
    if (hook === Reflect.get(base, name) && ONLY_IF_OVERRIDDEN.has(name)) continue;
    Reflect.set(target, name, (...args: unknown[]) => {
      calls.push(prefix + name);
      return Reflect.apply(hook, target, args);
    });
  }
  return target;
}

const ONLY_IF_OVERRIDDEN = new Set<HookName>([
  ...(['prepareData', 'configureModel', 'trainingStepEnd', 'trainingEpochEnd', 'tbpttSplitBatch'] as const),
  ...(['validationStep', 'validationStepEnd', 'validationEpochEnd', 'testStepEnd', 'testEpochEnd'] as const),
  ...(['onBeforeBatchTransfer', 'transferBatchToDevice', 'onAfterBatchTransfer'] as const),
  ...(['trainDataloader', 'valDataloader', 'testDataloader', 'predictDataloader', 'configureOptimizers'] as const),
  ...(['onSaveCheckpoint', 'onLoadCheckpoint'] as const),
]);

function ownerOf(target: object, base: object): SequenceOwner {
  return {
    name: target.constructor.name,
    has: (hook) => {
      const own: unknown = Reflect.get(target, hook);
      return typeof own === 'function' && own !== Reflect.get(base, hook);
    },
  };
}

class Everything extends TinyModule {
  override onAfterBatchTransfer(batch: unknown) {
    return batch;
  }
  override validationEpochEnd() {}
  override trainingEpochEnd() {}
  override trainDataloader() {
    return tinyLoaders().trainDataloader;
  }
  override valDataloader() {
    return tinyLoaders().valDataloaders;
  }
  override testDataloader() {
    return tinyLoaders().valDataloaders;
  }
  override predictDataloader() {
    return tinyLoaders().valDataloaders;
  }
}

class Scheduled extends Everything {
  override configureOptimizers(): never {
    const optimizer = new optim.SGD(this.parameters(), { lr: 0.01 });
    const scheduler = (interval: 'epoch' | 'step') => ({
      scheduler: new optim.StepLR(optimizer, { stepSize: 1 }),
      interval,
      frequency: interval === 'step' ? 2 : 1,
    });
    const plateau = { scheduler: new optim.ReduceLROnPlateau(optimizer), monitor: 'val_loss' };
    return [[optimizer], [scheduler('epoch'), scheduler('step'), plateau]] as never; // the form of two lists
  }
}

class Manual extends Everything {
  override automaticOptimization = false;
  override async trainingStep([x, y]: TinyBatch) {
    const [optimizer] = this.optimizers();
    optimizer?.zeroGrad();
    await this.manualBackward(this.loss(x, y));
    await optimizer?.step();
    return undefined;
  }
}

class NoValidation extends LightningModule {
  net = new TinyModule().net;
  override trainingStep([x, y]: TinyBatch) {
    return TinyModule.prototype.loss.call(this as never, x, y);
  }
  override forward(x: never) {
    return this.net.apply(x) as never;
  }
  override configureOptimizers() {
    return new optim.SGD(this.parameters(), { lr: 0.01 });
  }
  override trainDataloader() {
    return tinyLoaders().trainDataloader;
  }
}

class Watching extends Callback {
  override setup() {}
  override onFitStart() {}
  override onSanityCheckStart() {}
  override onTrainEpochEnd() {}
  override onTrainBatchEnd() {}
  override onBeforeZeroGrad() {}
  override onValidationEnd() {}
  override onPredictEnd() {}
  override teardown() {}
}

class Judging extends Watching {
  override get isMonitor() {
    return true;
  }
}

class Data extends LightningDataModule {
  override prepareData() {}
  override setup() {}
  override teardown() {}
  override onAfterBatchTransfer(batch: unknown) {
    return batch;
  }
  override trainDataloader() {
    return tinyLoaders().trainDataloader;
  }
  override valDataloader() {
    return tinyLoaders().valDataloaders;
  }
}

interface Scenario {
  readonly Module?: new () => LightningModule;
  readonly kind?: RunKind;
  readonly options?: TrainerOptions;
  readonly size?: Partial<RunSize>;
  readonly data?: boolean;
  readonly callbacks?: readonly (new () => Callback)[];
}

/** Left out of the sequence: a callback decides on checkpoints. */
const CHECKPOINT_HOOKS = /(?:stateDict|loadStateDict|onException)$/;

const SCHEDULERS = [
  { interval: 'epoch', frequency: 1, onPlateau: false },
  { interval: 'step', frequency: 2, onPlateau: false },
  { interval: 'epoch', frequency: 1, onPlateau: true },
] as const;

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'a fit with its sanity check': { options: { maxEpochs: 2 } },
  'a fit without one': { options: { maxEpochs: 2, numSanityValSteps: 0 } },
  'one sanity batch, and few batches': {
    options: { maxEpochs: 1, numSanityValSteps: 1, limitTrainBatches: 3, limitValBatches: 1 },
    size: { trainBatches: 3, evaluationBatches: 1 },
  },
  'accumulated gradients, with a rest': {
    options: { maxEpochs: 1, accumulateGradBatches: 4 },
    callbacks: [Watching],
  },
  'validation within the epoch': { options: { maxEpochs: 2, valCheckInterval: 2, accumulateGradBatches: 3 } },
  'validation after a fraction': { options: { maxEpochs: 1, valCheckInterval: 0.5 } },
  'validation counted across epochs': {
    options: { maxEpochs: 3, valCheckInterval: 4, checkValEveryNEpoch: null, numSanityValSteps: 0 },
  },
  'validation every second epoch': { options: { maxEpochs: 4, checkValEveryNEpoch: 2, numSanityValSteps: 0 } },
  'no validation by a limit': { options: { maxEpochs: 1, limitValBatches: 0 }, size: { evaluationBatches: 0 } },
  'no training by a limit': { options: { maxEpochs: 1, limitTrainBatches: 0 } },
  'no epoch': { options: { maxEpochs: 0 } },
  'no validationStep': { Module: NoValidation, options: { maxEpochs: 2 } },
  'loaders that are asked for again': {
    options: { maxEpochs: 3, reloadDataloadersEveryNEpochs: 2, numSanityValSteps: 0 },
  },
  'a fast dev run': { options: { fastDevRun: true }, size: { epochs: 1, trainBatches: 1, evaluationBatches: 1 } },
  schedulers: {
    Module: Scheduled,
    options: { maxEpochs: 2, accumulateGradBatches: 2 },
    size: { schedulers: SCHEDULERS },
  },
  'manual optimization': { Module: Manual, options: { maxEpochs: 1 } },
  'callbacks, one of which judges': { options: { maxEpochs: 2 }, callbacks: [Watching, Judging] },
  'a data module': { options: { maxEpochs: 1 }, data: true, callbacks: [Watching] },
  validate: { kind: 'validate', callbacks: [Watching] },
  'validate with a data module': { kind: 'validate', data: true },
  test: { kind: 'test' },
  predict: { kind: 'predict', callbacks: [Watching] },
  'predict without batches': { kind: 'predict', options: { limitPredictBatches: 0 } },
};

describe('the hook sequence is what the Trainer calls', () => {
  it.each(Object.entries(SCENARIOS))('%s', async (_name, scenario) => {
    const { Module = Everything, kind = 'fit', options = {}, size = {}, data = false, callbacks = [] } = scenario;
    const calls: string[] = [];
    const module = new Module();
    const datamodule = data ? new Data() : undefined;
    const watchers = callbacks.map((Watcher) => new Watcher());
    // The facts are taken before the hooks are wrapped: afterwards all of them count as overridden.
    const moduleOwner = ownerOf(module, LightningModule.prototype);
    const overridden = new Set(HOOK_NAMES.filter((name) => moduleOwner.has(name)));
    const sequence = hookSequence({
      kind,
      module: { name: moduleOwner.name, has: (hook) => overridden.has(hook) },
      datamodule: datamodule && ownerOf(datamodule, LightningDataModule.prototype),
      callbacks: watchers.map((watcher) => ({ ...ownerOf(watcher, Callback.prototype), isMonitor: watcher.isMonitor })),
      options: { ...options },
      automaticOptimization: module.automaticOptimization,
      loadersGiven: false,
      schedulers: size.schedulers ?? [],
    });
    const expected = unroll(sequence, {
      epochs: options.maxEpochs ?? 1,
      trainBatches: 6,
      evaluationBatches: 2,
      ...size,
    });

    record(module, LightningModule.prototype, '', calls);
    if (datamodule) record(datamodule, LightningDataModule.prototype, 'D.', calls);
    for (const watcher of watchers) record(watcher, Callback.prototype, 'C.', calls);
    const trainer = quietTrainer({ logger: false, enableCheckpointing: false, callbacks: watchers, ...options });
    await trainer[kind](module, { datamodule });
    module.dispose();

    expect(expected).toEqual(calls.filter((call) => !CHECKPOINT_HOOKS.test(call)));
    expect(expected.length).toBeGreaterThan(2);
  });
});
