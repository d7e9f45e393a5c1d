import { missingPredictLoader } from './missing-predict-loader.js';
import { testRule } from './testRule.js';

testRule(missingPredictLoader, {
  silent: {
    'a loader of its own':
      'class Lit extends LightningModule { predictStep() {} predictDataloader() {} }\nnew Trainer().predict(new Lit());',
    'loaders that are given':
      'class Lit extends LightningModule { predictStep() {} }\nnew Trainer().predict(new Lit(), { dataloaders: loader });',
    'a data module':
      'class Data extends LightningDataModule { predictDataloader() {} }\nclass Lit extends LightningModule { predictStep() {} }\nnew Trainer().predict(new Lit(), { datamodule: new Data() });',
    'what only a run can tell':
      'class Lit extends LightningModule { predictStep() {} }\nnew Trainer().predict(new Lit(), options);\nnew Trainer().predict(new Lit(), { ...options });\nnew Trainer().predict(make());',
    'nobody runs it': 'class Lit extends LightningModule { predictStep() {} }',
    'somebody else’s predict': 'class Lit extends LightningModule { predictStep() {} }\nrunner.predict(new Lit());',
    'a data module in another file': {
      'run.ts':
        "import { Trainer } from 'lightning-tfjs';\nimport { Lit } from './lit.js';\nimport { Data } from './data.js';\nawait new Trainer().predict(new Lit(), { datamodule: new Data() });",
      'lit.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport class Lit extends LightningModule { predictStep() {} }",
      'data.ts': "import { Base } from './base.js';\nexport class Data extends Base {}",
      'base.ts':
        "import { LightningDataModule } from 'lightning-tfjs';\nexport class Base extends LightningDataModule { predictDataloader() {} }",
    },
  },
  reports: {
    'nothing is given': `
class Lit extends LightningModule { predictStep() {} }
new Trainer().predict(new Lit());
//            ^^^^^^^ certain run`,
    'only a checkpoint is given': `
class Lit extends LightningModule { predictStep() {} }
const trainer = new Trainer();
const lit = new Lit();
trainer.predict(lit, { ckptPath: 'best.ckpt' });
//      ^^^^^^^ certain run`,
    'a data module without it': `
class Data extends LightningDataModule { trainDataloader() {} }
class Lit extends LightningModule { predictStep() {} }
new Trainer({ logger: false }).predict(new Lit(), { datamodule: new Data() });
//                             ^^^^^^^ certain run`,
    'an argument that is nothing': `
class Lit extends LightningModule { predictStep() {} }
new Trainer().predict(new Lit(), undefined);
//            ^^^^^^^ certain run`,
    'a base that cannot be read': `
import { TheirLightningModule } from './theirs';
import { Trainer } from 'lightning-tfjs';
class Lit extends TheirLightningModule { predictStep() {} }
new Trainer().predict(new Lit());
//            ^^^^^^^ likely run`,
    'a script and its module': {
      'run.ts': `import { Trainer } from 'lightning-tfjs';
import { LitRanker } from './ranker.js';
import { trainLoader } from './loaders.js';
const ranker = new LitRanker();
const trainer = new Trainer({ maxEpochs: 4 });
await trainer.fit(ranker, { trainDataloader: trainLoader(), valDataloaders: trainLoader() });
await trainer.predict(ranker, { ckptPath: 'best' });
//            ^^^^^^^ certain run`,
      'ranker.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport class LitRanker extends LightningModule { trainingStep() {} predictStep() {} }",
      'loaders.ts': 'export const trainLoader = () => [1, 2, 3];',
    },
  },
});
