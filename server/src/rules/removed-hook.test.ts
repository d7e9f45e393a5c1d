import { LEGACY_HOOKS, type LegacyHookRow } from 'lightning-tfjs/hooks';
import { expect, it } from 'vitest';
import { removedHook } from './removed-hook.js';
import { findingsIn, testRule } from './testRule.js';

testRule(removedHook, {
  silent: {
    'hooks of today':
      'class Lit extends LightningModule { onTrainEpochStart() {} onFitStart() {} trainDataloader() {} }',
    'hooks of 1.6 that work here':
      'class Lit extends LightningModule { trainingEpochEnd() {} trainingStepEnd() {} tbpttSplitBatch() {} }',
    'a hook of 1.x that only callbacks had': 'class Lit extends LightningModule { onBatchEnd() {} onInitStart() {} }',
    'fields and accessors':
      'class Lit extends LightningModule { onEpochEnd = 3; get onHpcSave() { return 1; } static onEpochStart() {} }',
    'a class that is no module': 'class Player { onEpochEnd() {} onTrainDataloader() {} }',
    'a method that the file itself calls':
      'class Lit extends LightningModule { onHpcSave() {} onFitEnd() { this.onHpcSave(); } }',
    'a data module': 'class Data extends LightningDataModule { onEpochEnd() {} }',
    'a base in another file that somebody else has to mend': {
      'lit.ts': "import { Base } from './base.js';\nexport class Lit extends Base { trainingStep() {} }",
      'base.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport class Base extends LightningModule { onEpochEnd() {} }",
    },
  },
  reports: {
    'hooks that the Trainer refuses': `
class Lit extends LightningModule {
  onEpochStart() {}
//^^^^^^^^^^^^ certain refused
  async onEpochEnd() {}
//      ^^^^^^^^^^ certain refused
  onPretrainRoutineEnd = () => {};
//^^^^^^^^^^^^^^^^^^^^ certain refused
}`,
    'hooks of a callback': `
class Watch extends Callback {
  onBatchEnd(trainer: unknown) {}
//^^^^^^^^^^ certain ignored
  onInitStart(trainer: unknown) {}
//^^^^^^^^^^^ certain ignored
  onKeyboardInterrupt() {}
//^^^^^^^^^^^^^^^^^^^ certain ignored
}`,
    'hooks that are long gone': `
class Lit extends LightningModule {
  onTrainDataloader() {}
//^^^^^^^^^^^^^^^^^ certain ignored
  configureShardedModel() {}
//^^^^^^^^^^^^^^^^^^^^^ certain ignored
}`,
    'the one of today is there already': `
class Lit extends LightningModule {
  onEpochEnd() {}
//^^^^^^^^^^ certain refused
  onTrainEpochEnd() {}
}`,
    'a base that cannot be read': `
import { TheirLightningModule } from './theirs'; // not lightning-tfjs
class Lit extends TheirLightningModule { onEpochEnd() {} }
//                                       ^^^^^^^^^^ likely refused`,
    'code of 1.5, with its base in another file': {
      'gan.ts': `import { GanBase } from './base.js';
export class LitGan extends GanBase {
  private samples: number[] = [];
  onTrainEpochStart() { this.samples = []; }
  onEpochEnd() {
//^^^^^^^^^^ certain refused
    for (const sample of this.samples) this.log('sample', sample);
  }
}`,
      'base.ts':
        "import * as L from 'lightning-tfjs';\nexport abstract class GanBase extends L.LightningModule { configureOptimizers() { return []; } }",
    },
  },
  fixes: {
    'a new name': [
      "import { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule {\n  onEpochEnd() {}\n}\n",
      "import { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule {\n  onTrainEpochEnd() {}\n}\n",
    ],
  },
});

const hooks = Object.entries<LegacyHookRow>(LEGACY_HOOKS).filter(([, { owners }]) => owners.includes('module'));
it.each(hooks)('knows %s of the table', (name) => {
  const text = `import { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule { ${name}() {} }`;
  expect(findingsIn(removedHook, { 'a.ts': text }).map(({ messageId }) => messageId)).toEqual(['refused']);
});
