import { missingValidationLoader } from './missing-validation-loader.js';
import { testRule } from './testRule.js';

testRule(missingValidationLoader, {
  silent: {
    'a loader of its own':
      'class Lit extends LightningModule { validationStep() {} valDataloader() {} }\nnew Trainer().validate(new Lit());',
    'loaders that are given':
      'class Lit extends LightningModule { validationStep() {} }\nnew Trainer().validate(new Lit(), { dataloaders: loader });',
    'a data module':
      'class Data extends LightningDataModule { valDataloader() {} }\nclass Lit extends LightningModule { validationStep() {} }\nnew Trainer().validate(new Lit(), { datamodule: new Data() });',
    'what only a run can tell':
      'class Lit extends LightningModule { validationStep() {} }\nnew Trainer().validate(new Lit(), options);\nnew Trainer().validate(new Lit(), { ...options });\nnew Trainer().validate(make());',
    'nobody runs it': 'class Lit extends LightningModule { validationStep() {} }',
    'somebody else’s validate':
      'class Lit extends LightningModule { validationStep() {} }\nrunner.validate(new Lit());',
    'a data module in another file': {
      'run.ts':
        "import { Trainer } from 'lightning-tfjs';\nimport { Lit } from './lit.js';\nimport { Data } from './data.js';\nawait new Trainer().validate(new Lit(), { datamodule: new Data() });",
      'lit.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport class Lit extends LightningModule { validationStep() {} }",
      'data.ts': "import { Base } from './base.js';\nexport class Data extends Base {}",
      'base.ts':
        "import { LightningDataModule } from 'lightning-tfjs';\nexport class Base extends LightningDataModule { valDataloader() {} }",
    },
  },
  reports: {
    'nothing is given': `
class Lit extends LightningModule { validationStep() {} }
new Trainer().validate(new Lit());
//            ^^^^^^^^ certain run`,
    'only a checkpoint is given': `
class Lit extends LightningModule { validationStep() {} }
const trainer = new Trainer();
const lit = new Lit();
trainer.validate(lit, { ckptPath: 'best.ckpt' });
//      ^^^^^^^^ certain run`,
    'a step that fit never reaches': `
class Lit extends LightningModule { trainingStep() {} validationStep() {} trainDataloader() {} }
new Trainer().fit(new Lit());
//            ^^^ certain fit`,
    'a data module without it': `
class Data extends LightningDataModule { trainDataloader() {} }
class Lit extends LightningModule { trainingStep() {} validationStep() {} }
new Trainer({ maxEpochs: 1 }).fit(new Lit(), { datamodule: new Data() });
//                            ^^^ certain fit`,
    'a base that cannot be read': `
import { TheirLightningModule } from './theirs';
import { Trainer } from 'lightning-tfjs';
class Lit extends TheirLightningModule { validationStep() {} }
new Trainer().validate(new Lit());
//            ^^^^^^^^ likely run`,
    'a script and its module': {
      'run.ts': `import { Trainer } from 'lightning-tfjs';
import { LitRanker } from './ranker.js';
import { trainLoader } from './loaders.js';
const ranker = new LitRanker();
const trainer = new Trainer({ maxEpochs: 4 });
await trainer.fit(ranker, { trainDataloader: trainLoader(), valDataloaders: trainLoader() });
await trainer.validate(ranker, { ckptPath: 'best' });
//            ^^^^^^^^ certain run`,
      'ranker.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport class LitRanker extends LightningModule { trainingStep() {} validationStep() {} }",
      'loaders.ts': 'export const trainLoader = () => [1, 2, 3];',
    },
  },
});
