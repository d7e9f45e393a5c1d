import { BASE_METHODS, HOOK_NAMES, HOOKS, type HookRow, LEGACY_HOOKS } from 'lightning-tfjs/hooks';
import { describe, expect, it } from 'vitest';
import { nearestHook } from './nearestHook.js';
import { findingsIn, testRule } from './testRule.js';
import { unknownHook } from './unknown-hook.js';

testRule(unknownHook, {
  silent: {
    'hooks, old hooks and methods of the base class':
      'class Lit extends LightningModule { trainingStep() {} validationEpochEnd() {} forward() {} logDict() {} stateDict() {} }',
    'private, static and hidden methods':
      'class Lit extends LightningModule { #trainingSetp() {} static trainingSetp() {} private onTrainEpochStrat() {} protected trainEpochEnd() {} _onTrainEnd() {} }',
    'fields and accessors': 'class Lit extends LightningModule { trainingSteps = 3; get traningStep() { return 1; } }',
    'helpers of their own name':
      'class Lit extends LightningModule { onMetrics() {} onTrainPatchStart() {} trainStep() {} sharedStep() {} saveCheckpoint() {} bestStep() {} trainingSteps() {} setupData() {} valDataset() {} }',
    'a method that the file calls':
      'class Lit extends LightningModule { trainingSetp() {} trainingStep() { return this.trainingSetp(); } }',
    'a method that the file names in quotes':
      "class Lit extends LightningModule { trainEpochEnd() {} trainingStep() { this['trainEpochEnd'](); } }",
    'a variant beside the hook itself': 'class Lit extends LightningModule { trainingStep() {} trainingStepp() {} }',
    'a method that the base class brought':
      'class A extends LightningModule { run() { this.trainEpochEnd(); } trainEpochEnd() {} }\nclass B extends A { trainEpochEnd() {} }',
    'an override of a base that cannot be read':
      "import { MyLightningModule } from './x';\nclass Lit extends MyLightningModule { override trainingSetp() {} } // not lightning-tfjs",
    'a class that is no module': 'class Lit extends Component { training_step() {} onTrainEpochStrat() {} }',
    'names of their own in other classes':
      'class Watch extends Callback { report() {} onBest() {} get stateKey() { return "a"; } }\nclass Data extends LightningDataModule { rows() {} trainRows() {} valSize() {} }',
    'hooks of a data module':
      'class Data extends LightningDataModule { prepareData() {} setup() {} trainDataloader() {} transferBatchToDevice() {} onException() {} stateDict() {} }',
    'a Callback, where its hooks belong':
      "import { Callback } from 'lightning-tfjs';\nclass Watch extends Callback { onSanityCheckStart() {} }",
  },
  reports: {
    'slips of the keys': `
class Lit extends LightningModule {
  traningStep() {}
//^^^^^^^^^^^ certain misspelt
  async onTrainEpochStrat() {}
//      ^^^^^^^^^^^^^^^^^ certain misspelt
  configureOptimizer() {}
//^^^^^^^^^^^^^^^^^^ certain misspelt
}`,
    snake_case: `
class Lit extends LightningModule {
  training_step(batch: unknown, batch_idx: number) {}
//^^^^^^^^^^^^^ certain misspelt
  on_train_epoch_end() {}
//^^^^^^^^^^^^^^^^^^ certain misspelt
  validation_epoch_end(outputs: unknown[]) {}
//^^^^^^^^^^^^^^^^^^^^ certain misspelt
}`,
    'upper and lower case': `
class Lit extends LightningModule {
  trainDataLoader() {}
//^^^^^^^^^^^^^^^ certain misspelt
}`,
    'a missing on': `
class Lit extends LightningModule {
  trainEpochEnd() {}
//^^^^^^^^^^^^^ certain misspelt
  fitEnd() {}
//^^^^^^ likely misspelt
}`,
    'another word for the same thing': `
class Lit extends LightningModule {
  onTrainingEpochEnd() {}
//^^^^^^^^^^^^^^^^^^ certain misspelt
  validationDataloader() {}
//^^^^^^^^^^^^^^^^^^^^ certain misspelt
}`,
    'an arrow property': `
class Lit extends LightningModule {
  trainingSetp = (batch: unknown) => {};
//^^^^^^^^^^^^ certain misspelt
}`,
    'overloads, once': `
class Lit extends LightningModule {
  trainingSetp(batch: number): void;
//^^^^^^^^^^^^ certain misspelt
  trainingSetp(batch: unknown): void {}
}`,
    'its own super call is no caller': `
class Lit extends LightningModule {
  onTrainEpochStrt() { super.onTrainEpochStrt(); }
//^^^^^^^^^^^^^^^^ certain misspelt
}`,
    'hooks of Callback': `
class Lit extends LightningModule {
  onSanityCheckStart() {}
//^^^^^^^^^^^^^^^^^^ certain callbackOnly
  onException() {}
//^^^^^^^^^^^ likely callbackOnly
}`,
    'hooks of a module in a Callback': `
class Watch extends Callback {
  trainingStep() {}
//^^^^^^^^^^^^ certain misplaced
  configureOptimizers() {}
//^^^^^^^^^^^^^^^^^^^ certain misplaced
  backward() {}
//^^^^^^^^ likely misplaced
}`,
    'slips of the keys in a Callback': `
class Watch extends Callback {
  on_train_epoch_end() {}
//^^^^^^^^^^^^^^^^^^ certain misspelt
  onTrainBatchEnds() {}
//^^^^^^^^^^^^^^^^ certain misspelt
}`,
    'a data module': `
class Data extends LightningDataModule {
  train_dataloader() {}
//^^^^^^^^^^^^^^^^ certain misspelt
  onTrainEpochStart() {}
//^^^^^^^^^^^^^^^^^ certain misplaced
}`,
    'real code over several files': {
      'watch.ts': `import type { LightningModule, Trainer } from 'lightning-tfjs';
import { TimedCallback } from './timed.js';
export class LossWatch extends TimedCallback {
  private best = Number.POSITIVE_INFINITY;
  override onTrainStart() { this.begin(); }
  onValidationEpochEnds(trainer: Trainer, module: LightningModule) {
//^^^^^^^^^^^^^^^^^^^^^ certain misspelt
    this.best = Math.min(this.best, trainer.callbackMetrics.val_loss ?? this.best);
  }
}`,
      'timed.ts':
        "import { Callback } from 'lightning-tfjs';\nexport abstract class TimedCallback extends Callback { begin() {} }",
    },
    'a base class, whose subclasses may call it': `
export abstract class Lit extends LightningModule {
  traningStep() {}
//^^^^^^^^^^^ likely misspelt
}`,
    'a base that cannot be read': `
import { MyLightningModule } from './x'; // not lightning-tfjs
class Lit extends MyLightningModule { traningStep() {} }
//                                    ^^^^^^^^^^^ likely misspelt`,
    'an interface that may ask for it': `
class Lit extends LightningModule implements Trainable { traningStep() {} }
//                                                       ^^^^^^^^^^^ likely misspelt`,
    JavaScript: {
      'lit.cjs': `const L = require('lightning-tfjs');
exports.Lit = class extends L.LightningModule {
  configure_optimizers() {}
//^^^^^^^^^^^^^^^^^^^^ certain misspelt
};`,
    },
  },
  fixes: {
    'all overloads are renamed': [
      "import { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule {\n  trainingSetp(b: number): void;\n  trainingSetp(b: unknown) {}\n}\n",
      "import { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule {\n  trainingStep(b: number): void;\n  trainingStep(b: unknown) {}\n}\n",
    ],
  },
});

describe('nearestHook', () => {
  it('leaves every known name alone', () => {
    for (const name of [...HOOK_NAMES, ...Object.keys(LEGACY_HOOKS), ...BASE_METHODS])
      expect(nearestHook(name)).toBeNull();
  });

  const moduleHooks = HOOK_NAMES.filter((name) => (HOOKS[name] as HookRow).owners.includes('module'));
  it.each(moduleHooks)('finds %s behind snake_case', (hook) => {
    const snake = hook.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    expect(snake === hook ? hook : nearestHook(snake)?.hook).toBe(hook);
  });

  it.each(moduleHooks.filter((hook) => hook.length >= 10))('finds %s behind two letters in the wrong order', (hook) => {
    const swapped = hook.slice(0, -2) + hook.at(-1) + hook.at(-2);
    expect(swapped === hook ? hook : nearestHook(swapped)?.hook).toBe(hook);
  });

  it.each([
    'train',
    'step',
    'onBatch',
    'onText',
    'onTextStart',
    'onNextStart',
    'nextStep',
    'lastStep',
    'validStep',
    'valStep',
    'trainerStep',
    'optimizeStep',
    'optimizersStep',
    'prepareBatch',
    'prepareDataset',
    'configureModels',
    'loadCheckpoint',
    'onFirstStart',
    'onMatchStart',
    'onStepEnd',
    'onTrainStepEnd',
    'onTrainStop',
    'reset',
    'onData',
    'onEnd',
    'onStart',
    'predictorStep',
    'trainLoader',
    'teardownAll',
    'backwards',
    'validatorStep',
    'onUpdate',
    'on',
    '',
    '_trainingStep',
    '$',
  ])('takes %s for a name of its own', (name) => {
    expect(nearestHook(name)).toBeNull();
  });
});

it('names the hook that was meant', () => {
  const [finding] = findingsIn(unknownHook, {
    'lit.ts':
      "import { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule { traningStep() {} }",
  });
  expect(finding?.message).toBe(
    "LightningModule has no hook 'traningStep', so the Trainer never calls it. Did you mean 'trainingStep'?",
  );
  expect(finding?.fix?.title).toBe('Rename to trainingStep');
});
