import { beforeAll, describe, expect, it } from 'vitest';
import { Callback } from '../callbacks/index.js';
import type { LightningModule } from '../core/index.js';
import { HOOK_NAMES } from '../core/index.js';
import { quietTrainer, startTestEngine, TinyModule, tinyLoaders } from '../testing/tiny.js';

beforeAll(startTestEngine);

/** Wraps every hook of a target, so that each call is noted on entry. */
function record(target: LightningModule | Callback, prefix: string, calls: string[]): void {
  for (const name of HOOK_NAMES) {
    const original: unknown = Reflect.get(target, name);
    if (typeof original !== 'function' || name === 'stateDict' || name === 'loadStateDict') continue;
    Reflect.set(target, name, (...args: unknown[]) => {
      calls.push(prefix + name);
      return Reflect.apply(original, target, args);
    });
  }
}

class Observer extends Callback {}

// Recorded from PyTorch Lightning 2.6.6, with the hooks of 1.6 (`…StepEnd`, `…EpochEnd` of all outputs) where that had them: `C.` is a
// callback, the rest the module.
const FIT_BEGINS = [
  'configureCallbacks',
  'prepareData',
  'C.setup',
  'setup',
  'configureModel',
  'configureOptimizers',
  'C.onFitStart',
  'onFitStart',
];
const TRANSFER = ['onBeforeBatchTransfer', 'transferBatchToDevice', 'onAfterBatchTransfer'];
const VALIDATION = (batches: number) => [
  'onValidationModelEval',
  'C.onValidationStart',
  'onValidationStart',
  'C.onValidationEpochStart',
  'onValidationEpochStart',
  ...Array.from({ length: batches }, () => [
    ...TRANSFER,
    'C.onValidationBatchStart',
    'onValidationBatchStart',
    'validationStep',
    'validationStepEnd',
    'C.onValidationBatchEnd',
    'onValidationBatchEnd',
  ]).flat(),
  'validationEpochEnd',
  'C.onValidationEpochEnd',
  'onValidationEpochEnd',
  'C.onValidationEnd',
  'onValidationEnd',
  'onValidationModelTrain',
];
const TRAIN_BATCH = [
  ...TRANSFER,
  'C.onTrainBatchStart',
  'onTrainBatchStart',
  'optimizerStep',
  'trainingStep',
  'trainingStepEnd',
  'C.onBeforeZeroGrad',
  'onBeforeZeroGrad',
  'optimizerZeroGrad',
  'C.onBeforeBackward',
  'onBeforeBackward',
  'backward',
  'C.onAfterBackward',
  'onAfterBackward',
  'C.onBeforeOptimizerStep',
  'onBeforeOptimizerStep',
  'configureGradientClipping',
  'C.onTrainBatchEnd',
  'onTrainBatchEnd',
];

describe('order of hooks', () => {
  it('of fit is PyTorch Lightning’s', async () => {
    const calls: string[] = [];
    const module = new TinyModule();
    const observer = new Observer();
    record(module, '', calls);
    record(observer, 'C.', calls);
    const trainer = quietTrainer({
      callbacks: [observer],
      logger: false,
      enableCheckpointing: false,
      maxEpochs: 1,
      limitTrainBatches: 2,
      limitValBatches: 1,
      numSanityValSteps: 1,
    });
    await trainer.fit(module, tinyLoaders());
    expect(calls).toEqual([
      ...FIT_BEGINS,
      'C.onSanityCheckStart',
      ...VALIDATION(1),
      'C.onSanityCheckEnd',
      'C.onTrainStart',
      'onTrainStart',
      'C.onTrainEpochStart',
      'onTrainEpochStart',
      ...TRAIN_BATCH,
      ...TRAIN_BATCH,
      'onValidationModelZeroGrad',
      ...VALIDATION(1),
      'trainingEpochEnd',
      'C.onTrainEpochEnd',
      'onTrainEpochEnd',
      'C.onTrainEnd',
      'onTrainEnd',
      'C.onFitEnd',
      'onFitEnd',
      'C.teardown',
      'teardown',
    ]);
    module.dispose();
  });

  it('calls a monitoring callback’s onTrainEpochEnd after the module’s', async () => {
    const calls: string[] = [];
    const module = new TinyModule();
    class Monitor extends Callback {
      override get isMonitor(): boolean {
        return true;
      }
    }
    const monitor = new Monitor();
    record(module, '', calls);
    record(monitor, 'C.', calls);
    const trainer = quietTrainer({ callbacks: [monitor], logger: false, enableCheckpointing: false, maxEpochs: 1 });
    await trainer.fit(module, tinyLoaders());
    const ends = calls.filter((name) => name.endsWith('TrainEpochEnd'));
    expect(ends).toEqual(['onTrainEpochEnd', 'C.onTrainEpochEnd']);
    module.dispose();
  });

  it('walks from fit to a trainingStep as ARCHITECTURE.md says', async () => {
    let stack = '';
    class Walker extends TinyModule {
      override trainingStep(batch: [never, never], batchIdx: number) {
        Error.stackTraceLimit = 50;
        stack ||= new Error('walk').stack ?? '';
        return super.trainingStep(batch, batchIdx);
      }
    }
    const module = new Walker();
    const trainer = quietTrainer({
      logger: false,
      enableCheckpointing: false,
      maxEpochs: 1,
      limitTrainBatches: 1,
      limitValBatches: 0,
    });
    await trainer.fit(module, tinyLoaders());
    module.dispose();
    const files = [...stack.matchAll(/src\/([\w/]+)\.ts:/g)].map(([, file]) => file).reverse();
    const walk = files.filter((file, index) => file !== files[index - 1] && file !== 'trainer/hookOrder');
    // The list of ARCHITECTURE.md, "Where a batch travels", with the way back down through the closure.
    expect(walk).toEqual([
      'trainer/trainer',
      'trainer/run',
      'loops/fitLoop',
      'loops/trainingEpochLoop',
      'loops/optimization/automatic',
      'trainer/hooks',
      'core/moduleHooks',
      'core/lightningOptimizer',
      'trainer/optimizerConnector',
      'core/lightningOptimizer',
      'trainer/optimizerConnector',
      'precision/precision',
      'optim/optimizer',
      'precision/precision',
      'core/lightningOptimizer',
      'loops/optimization/automatic',
      'loops/optimization/trainingStep',
      'trainer/hooks',
    ]);
  });
});
