import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import * as callbacks from '../callbacks/index.js';
import { HOOKS, type HookName, LightningDataModule, LightningModule } from '../core/index.js';
import { quietTrainer, startTestEngine, TinyModule, tinyLoaders } from '../testing/tiny.js';
import { checkHookNames } from './hookNameChecks.js';

beforeAll(startTestEngine);
beforeEach(() => {
  vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
});

function warnings(): string[] {
  return vi.mocked(process.emitWarning).mock.calls.map(([message]) => String(message));
}

/** A module with methods of these names. */
function moduleWith(...names: string[]): LightningModule {
  class Named extends LightningModule {}
  for (const name of names)
    Object.defineProperty(Named.prototype, name, { value: () => undefined, configurable: true });
  return new Named();
}

describe('A method that is nearly a hook', () => {
  it.each([
    ['onTrainEpochEnds', 'onTrainEpochEnd'],
    ['onTrainingBatchEnd', 'onTrainBatchEnd'],
    ['configureOptimizer', 'configureOptimizers'],
    ['validationDataloader', 'valDataloader'],
  ])('%s of a module is told once, with %s', (name, hook) => {
    const module = moduleWith(name);
    checkHookNames('module', module);
    checkHookNames('module', module);
    expect(warnings()).toEqual([
      expect.stringContaining(`Named.${name} is no hook: it is never called. Did you mean ${hook}?`),
    ]);
  });

  it('is found in data modules and callbacks, too', () => {
    class Data extends LightningDataModule {
      trainDataLoader() {}
    }
    class Watch extends callbacks.Callback {
      onTrainBatchEnds = () => undefined;
    }
    checkHookNames('datamodule', new Data());
    checkHookNames('callback', new Watch());
    expect(warnings()).toEqual([
      expect.stringContaining('Data.trainDataLoader is no hook: it is never called. Did you mean trainDataloader?'),
      expect.stringContaining('Watch.onTrainBatchEnds is no hook: it is never called. Did you mean onTrainBatchEnd?'),
    ]);
  });

  it.each([
    ['trainingStepEnds', 'Did you mean trainingStepEnd?'],
    ['trainStepEnd', 'Did you mean trainingStepEnd?'],
    ['valStepEnd', 'Did you mean validationStepEnd?'],
    ['testStepEnds', 'Did you mean testStepEnd?'],
    ['training_step', 'Hooks are written in camelCase: rename it to trainingStep.'],
    ['on_train_epoch_end', 'rename it to onTrainEpochEnd.'],
    ['configure_optimizers', 'rename it to configureOptimizers.'],
    ['training_step_end', 'rename it to trainingStepEnd.'],
  ])('%s is an error', (name, message) => {
    expect(() => checkHookNames('module', moduleWith(name))).toThrow(message);
  });

  it('may be a helper of the hook that is there', () => {
    checkHookNames('module', moduleWith('training_step', 'trainingStep', 'testStepEnds', 'testStepEnd'));
    expect(warnings()).toEqual([]);
  });

  it.each(['trainStep', 'computeLoss', '_training_step', 'onStepEnd', 'batchLoss', 'resetMetrics', 'state_dict'])(
    '%s is a name of one’s own',
    (name) => {
      checkHookNames('module', moduleWith(name));
      expect(warnings()).toEqual([]);
    },
  );

  it('is an error before the run begins, also where a hook is missing for it', async () => {
    class Python extends TinyModule {
      override configureOptimizers = undefined as never;
      configure_optimizers() {}
    }
    const trainer = quietTrainer({ logger: false, maxEpochs: 1 });
    await expect(trainer.fit(new Python(), tinyLoaders())).rejects.toThrow('rename it to configureOptimizers');
  });
});

describe('The package’s own classes', () => {
  it('have no method that is nearly a hook', () => {
    const classes = Object.values(callbacks).filter(
      (value) => typeof value === 'function' && /^class/.test(String(value)),
    );
    expect(classes.length).toBeGreaterThan(20);
    for (const each of classes) checkHookNames('callback', Object.create((each as { prototype: object }).prototype));
    checkHookNames('module', new TinyModule());
    expect(warnings()).toEqual([]);
  });

  it.each(Object.keys(HOOKS))('take %s for a hook', (name) => {
    for (const owner of HOOKS[name as HookName].owners) checkHookNames(owner, moduleWith(name));
    expect(warnings()).toEqual([]);
  });
});
