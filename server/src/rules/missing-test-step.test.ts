import { missingTestStep } from './missing-test-step.js';
import { testRule } from './testRule.js';

testRule(missingTestStep, {
  silent: {
    'both of them': 'class Lit extends LightningModule { testDataloader() {} testStep() {} }',
    'none of them': 'class Lit extends LightningModule { trainingStep() {} trainDataloader() {} }',
    'the step in the base class':
      'class A extends LightningModule { testStep() {} }\nclass B extends A { testDataloader() {} }',
    'an abstract class': 'abstract class Lit extends LightningModule { testDataloader() {} }',
    'a data module': 'class Data extends LightningDataModule { testDataloader() {} }',
    'a run of another kind': 'class Lit extends LightningModule { trainingStep() {} }\nnew Trainer().fit(new Lit());',
    'a run of a module that another file completes': {
      'run.ts':
        "import { Trainer } from 'lightning-tfjs';\nimport { Lit } from './lit.js';\nawait new Trainer().test(new Lit());",
      'lit.ts': "import { Base } from './base.js';\nexport class Lit extends Base {}",
      'base.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport class Base extends LightningModule { testStep() {} }",
    },
  },
  reports: {
    'a loader alone': `
class Lit extends LightningModule { testDataloader() {} trainingStep() {} }
//    ^^^ certain loader`,
    'a loader in the base class': `
abstract class A extends LightningModule { testDataloader() {} }
class B extends A {}
//    ^ certain loader`,
    'a loader that is a property': `
class Lit extends LightningModule {
//    ^^^ certain loader
  testDataloader = () => [1, 2];
}`,
    'a run of its kind': `
class Lit extends LightningModule { trainingStep() {} }
const trainer = new Trainer();
await trainer.test(new Lit(), { dataloaders: loader });
//            ^^^^ certain run`,
    'a base that cannot be read': `
import { TheirLightningModule } from './theirs'; // not lightning-tfjs
class Lit extends TheirLightningModule { testDataloader() {} }
//    ^^^ likely loader`,
    'a run of a module in another file': {
      'run.ts': `import { Trainer } from 'lightning-tfjs';
import { Lit } from './lit.js';
import { Data } from './data.js';
const module = new Lit();
const trainer = new Trainer({ maxEpochs: 2, logger: false });
await trainer.fit(module, { datamodule: new Data() });
await trainer.test(module, { datamodule: new Data() });
//            ^^^^ certain run`,
      'lit.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport class Lit extends LightningModule { trainingStep() {} configureOptimizers() { return null; } }",
      'data.ts':
        "import { LightningDataModule } from 'lightning-tfjs';\nexport class Data extends LightningDataModule { trainDataloader() {} testDataloader() {} }",
    },
  },
});
