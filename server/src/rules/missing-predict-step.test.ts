import { missingPredictStep } from './missing-predict-step.js';
import { testRule } from './testRule.js';

testRule(missingPredictStep, {
  silent: {
    'both of them': 'class Lit extends LightningModule { predictDataloader() {} predictStep() {} }',
    'none of them': 'class Lit extends LightningModule { trainingStep() {} trainDataloader() {} }',
    'forward, which predictStep calls':
      'class Lit extends LightningModule { predictDataloader() {} forward(x) { return x; } }',
    'the step in the base class':
      'class A extends LightningModule { predictStep() {} }\nclass B extends A { predictDataloader() {} }',
    'an abstract class': 'abstract class Lit extends LightningModule { predictDataloader() {} }',
    'a data module': 'class Data extends LightningDataModule { predictDataloader() {} }',
    'a run of another kind': 'class Lit extends LightningModule { trainingStep() {} }\nnew Trainer().fit(new Lit());',
    'a run of a module that another file completes': {
      'run.ts':
        "import { Trainer } from 'lightning-tfjs';\nimport { Lit } from './lit.js';\nawait new Trainer().predict(new Lit());",
      'lit.ts': "import { Base } from './base.js';\nexport class Lit extends Base {}",
      'base.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport class Base extends LightningModule { predictStep() {} }",
    },
  },
  reports: {
    'a loader alone': `
class Lit extends LightningModule { predictDataloader() {} trainingStep() {} }
//    ^^^ certain loader`,
    'a loader in the base class': `
abstract class A extends LightningModule { predictDataloader() {} }
class B extends A {}
//    ^ certain loader`,
    'a loader that is a property': `
class Lit extends LightningModule {
//    ^^^ certain loader
  predictDataloader = () => [1, 2];
}`,
    'a run of its kind': `
class Lit extends LightningModule { trainingStep() {} }
const trainer = new Trainer();
await trainer.predict(new Lit(), { dataloaders: loader });
//            ^^^^^^^ certain run`,
    'a base that cannot be read': `
import { TheirLightningModule } from './theirs'; // not lightning-tfjs
class Lit extends TheirLightningModule { predictDataloader() {} }
//    ^^^ likely loader`,
    'a run of a module in another file': {
      'run.ts': `import { Trainer } from 'lightning-tfjs';
import { Lit } from './lit.js';
import { Data } from './data.js';
const module = new Lit();
const trainer = new Trainer({ maxEpochs: 2, logger: false });
await trainer.fit(module, { datamodule: new Data() });
await trainer.predict(module, { datamodule: new Data() });
//            ^^^^^^^ certain run`,
      'lit.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport class Lit extends LightningModule { trainingStep() {} configureOptimizers() { return null; } }",
      'data.ts':
        "import { LightningDataModule } from 'lightning-tfjs';\nexport class Data extends LightningDataModule { trainDataloader() {} predictDataloader() {} }",
    },
  },
});
