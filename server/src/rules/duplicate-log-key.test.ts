import { duplicateLogKey } from './duplicate-log-key.js';
import { testRule } from './testRule.js';

testRule(duplicateLogKey, {
  silent: {
    'names of their own':
      "class Lit extends LightningModule { trainingStep() { this.log('a', 1); this.log('b', 2); this.logDict({ c: 3, d: 4 }); } }",
    'one in each hook':
      "class Lit extends LightningModule { trainingStep() { this.log('a', 1); } validationStep() { this.log('a', 1, { progBar: true }); } }",
    'one in each case':
      "class Lit extends LightningModule { trainingStep(b) { if (b) { this.log('a', 1); } else { this.log('a', 2, { progBar: true }); } } }",
    'names that only a run can tell':
      'class Lit extends LightningModule { trainingStep(b) { this.log(`a_${b}`, 1); this.log(`a_${b}`, 2); this.log(b.name, 1); this.log(b.name, 2); } }',
    'a function for later':
      "class Lit extends LightningModule { trainingStep() { this.log('a', 1); this.later = () => this.log('a', 2, { progBar: true }); } }",
    'a log of its own':
      "class Lit extends LightningModule { log() {} trainingStep() { this.log('a', 1); this.log('a', 2); } }",
    'a base in another file': {
      'lit.ts':
        "import { Base } from './base.js';\nexport class Lit extends Base { validationStep(b: unknown) { this.log('a', 2); } }",
      'base.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport class Base extends LightningModule { validationStep(b: unknown) { this.log('a', 1); } }",
    },
  },
  reports: {
    'other options': `
class Lit extends LightningModule {
  trainingStep() {
    this.log('loss', 1);
    this.log('loss', 1, { progBar: true });
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ certain options
  }
}`,
    'the same options in other words': `
class Lit extends LightningModule {
  trainingStep() {
    this.log('loss', 1, { onStep: true });
    this.log('loss', 2, { progBar: false });
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ likely mixed
  }
}`,
    'the same call twice': `
class Lit extends LightningModule {
  validationStep() {
    this.log('acc', 1);
    this.log('acc', 2);
//  ^^^^^^^^^^^^^^^^^^ likely mixed
  }
}`,
    'among others': `
class Lit extends LightningModule {
  validationStep() {
    this.logDict({ loss: 1, acc: 2 });
    this.log('acc', 2, { onStep: true });
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ certain options
  }
}`,
    'a helper': `
class Lit extends LightningModule {
  report() {
    this.log('a', 1, { onEpoch: true, onStep: true });
    this.log('a', 1, { onEpoch: true, onStep: false });
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ certain options
    this.log('b', 1);
    this.log('b', 1, { onStep: true });
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ likely mixed
  }
}`,
    'inside of a case': `
const NAME = 'lr';
class Lit extends LightningModule {
  trainingStep(b) {
    if (b) {
      this.log(NAME, 1);
      this.log('lr', 1, { logger: false });
//    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ certain options
    }
  }
}`,
    'a module that grew': {
      'lit.ts': `import { Detector, type Batch } from './detector.js';
export class LitDetector extends Detector {
  trainingStep(batch: Batch) {
    const { boxes, classes } = this.losses(batch);
    this.log('loss', boxes + classes, { progBar: true });
    this.logDict({ boxes, classes });
    this.log('loss', boxes + classes, { onEpoch: true });
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ certain options
    return this.total;
  }
}`,
      'detector.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport type Batch = unknown;\nexport abstract class Detector extends LightningModule { total: any; losses(batch: Batch) { return { boxes: 1, classes: 2 }; } }",
    },
  },
});
