import { missingTestLoader } from './missing-test-loader.js';
import { testRule } from './testRule.js';

testRule(missingTestLoader, {
  silent: {
    'a loader of its own':
      'class Lit extends LightningModule { testStep() {} testDataloader() {} }\nnew Trainer().test(new Lit());',
    'loaders that are given':
      'class Lit extends LightningModule { testStep() {} }\nnew Trainer().test(new Lit(), { dataloaders: loader });',
    'a data module':
      'class Data extends LightningDataModule { testDataloader() {} }\nclass Lit extends LightningModule { testStep() {} }\nnew Trainer().test(new Lit(), { datamodule: new Data() });',
    'what only a run can tell':
      'class Lit extends LightningModule { testStep() {} }\nnew Trainer().test(new Lit(), options);\nnew Trainer().test(new Lit(), { ...options });\nnew Trainer().test(make());',
    'nobody runs it': 'class Lit extends LightningModule { testStep() {} }',
    'somebody else’s test': 'class Lit extends LightningModule { testStep() {} }\nrunner.test(new Lit());',
    'a data module in another file': {
      'run.ts':
        "import { Trainer } from 'lightning-tfjs';\nimport { Lit } from './lit.js';\nimport { Data } from './data.js';\nawait new Trainer().test(new Lit(), { datamodule: new Data() });",
      'lit.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport class Lit extends LightningModule { testStep() {} }",
      'data.ts': "import { Base } from './base.js';\nexport class Data extends Base {}",
      'base.ts':
        "import { LightningDataModule } from 'lightning-tfjs';\nexport class Base extends LightningDataModule { testDataloader() {} }",
    },
  },
  reports: {
    'nothing is given': `
class Lit extends LightningModule { testStep() {} }
new Trainer().test(new Lit());
//            ^^^^ certain run`,
    'only a checkpoint is given': `
class Lit extends LightningModule { testStep() {} }
const trainer = new Trainer();
const lit = new Lit();
trainer.test(lit, { ckptPath: 'best.ckpt' });
//      ^^^^ certain run`,
    'a data module without it': `
class Data extends LightningDataModule { trainDataloader() {} }
class Lit extends LightningModule { testStep() {} }
new Trainer({ logger: false }).test(new Lit(), { datamodule: new Data() });
//                             ^^^^ certain run`,
    'an argument that is nothing': `
class Lit extends LightningModule { testStep() {} }
new Trainer().test(new Lit(), undefined);
//            ^^^^ certain run`,
    'a base that cannot be read': `
import { TheirLightningModule } from './theirs';
import { Trainer } from 'lightning-tfjs';
class Lit extends TheirLightningModule { testStep() {} }
new Trainer().test(new Lit());
//            ^^^^ likely run`,
    'a script and its module': {
      'run.ts': `import { Trainer } from 'lightning-tfjs';
import { LitRanker } from './ranker.js';
import { trainLoader } from './loaders.js';
const ranker = new LitRanker();
const trainer = new Trainer({ maxEpochs: 4 });
await trainer.fit(ranker, { trainDataloader: trainLoader(), valDataloaders: trainLoader() });
await trainer.test(ranker, { ckptPath: 'best' });
//            ^^^^ certain run`,
      'ranker.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport class LitRanker extends LightningModule { trainingStep() {} testStep() {} }",
      'loaders.ts': 'export const trainLoader = () => [1, 2, 3];',
    },
  },
});
