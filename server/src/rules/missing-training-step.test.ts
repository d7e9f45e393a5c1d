import { missingTrainingStep } from './missing-training-step.js';
import { testRule } from './testRule.js';

testRule(missingTrainingStep, {
  silent: {
    'a module that has one': 'class Lit extends LightningModule { trainingStep() {} }',
    'an async one': 'class Lit extends LightningModule { async trainingStep(batch: unknown) {} }',
    'an arrow property': 'class Lit extends LightningModule { trainingStep = (batch: unknown) => 1; }',
    'a hook in the base class': 'class A extends LightningModule { trainingStep() {} }\nclass B extends A {}',
    'a hook in a base class of another file': {
      'lit.ts': "import { Base } from './base.js';\nexport class Lit extends Base {}",
      'base.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport class Base extends LightningModule { trainingStep() {} }",
    },
    'an abstract class': 'export abstract class Lit extends LightningModule {}',
    'a class that another extends': 'class A extends LightningModule {}\nclass B extends A { trainingStep() {} }',
    'a class that a mixin extends':
      'class A extends LightningModule {}\nclass B extends WithSteps(A) { trainingStep() {} }',
    'a class that is named a base':
      'export class BaseVision extends LightningModule {}\nclass VisionBase extends LightningModule {}',
    'a part of another module':
      'class Encoder extends LightningModule { forward() {} }\nclass Lit extends LightningModule { encoder = new Encoder(); trainingStep() {} }',
    'a step that is assigned':
      'class Lit extends LightningModule { constructor(step) { super(); this.trainingStep = step; } }',
    'a step on the prototype': {
      'lit.js':
        "const { LightningModule } = require('lightning-tfjs');\nclass Lit extends LightningModule {}\nLit.prototype.trainingStep = function () {};",
    },
    'a step that the parser swallowed':
      'class Lit extends LightningModule {\n  forward(x) {\n    if (x {\n  }\n  trainingStep() {}\n}',
    'a class that a brace too many ends early':
      'class Lit extends LightningModule {\n  forward() { } }\n  trainingStep(batch) { return 1; }\n}',
    'a class without its end': 'class Lit extends LightningModule {\n  forward() {',
    'another LightningModule, declared here': {
      'lit.ts': 'class LightningModule {}\nclass Lit extends LightningModule {}',
    },
    'a base that is a parameter':
      'const mixin = (Base) => class extends Base {};\nconst other = (LightningModule) => class extends LightningModule {};',
    'an unrelated class': "import { Component } from 'react';\nclass Lit extends Component {}",
    'a data module': "import { LightningDataModule } from 'lightning-tfjs';\nclass Data extends LightningDataModule {}",
    'a misspelt one, which unknown-hook reports': 'class Lit extends LightningModule { training_step() {} }',
  },
  reports: {
    'a module without one': `
class Lit extends LightningModule {}
//    ^^^ certain missing`,
    'other hooks do not help': `
export class Lit extends LightningModule {
//           ^^^ certain missing
  forward(x: unknown) { return x; }
  static trainingStep() {}
  #trainingStep() {}
  configureOptimizers() {}
}`,
    'an alias': `
import { LightningModule as LM } from 'lightning-tfjs';
class Lit extends LM {}
//    ^^^ certain missing`,
    'a namespace': `
import * as L from 'lightning-tfjs';
export default class Lit extends L.LightningModule {
//                   ^^^ certain missing
  forward() {}
}`,
    'a default export without a name': `
export default class extends LightningModule {}
//             ^^^^^ certain missing`,
    'a class expression': `
const Lit = class extends LightningModule { forward() {} };
//    ^^^ certain missing`,
    CommonJS: {
      'lit.js': `const { LightningModule } = require('lightning-tfjs');
class Lit extends LightningModule {
//    ^^^ certain missing
  forward(x) { return x; }
}
module.exports = { Lit };`,
    },
    'a base in another file, through a re-export and a namespace': {
      'lit.ts': `import * as bases from './bases';
export class Lit extends bases.Base<number> {
//           ^^^ certain missing
}`,
      'bases/index.ts': "export * from './base.js';",
      'bases/base.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport abstract class Base<T> extends LightningModule { x?: T }",
    },
    'a base that cannot be read': `
import { MyLightningModule } from '@acme/bases'; // not lightning-tfjs
class Lit extends MyLightningModule {}
//    ^^^ likely missing`,
    'a mixin': `
class Lit extends WithLogging(LightningModule) {}
//    ^^^ likely missing`,
    'members that nobody can list': `
class Lit extends LightningModule {
//    ^^^ likely missing
  constructor(hooks: object) { super(); Object.assign(this, hooks); }
}`,
    'a computed name': `
class Lit extends LightningModule { [name]() {} }
//    ^^^ likely missing`,
    'a module for validation only': `
class Lit extends LightningModule {
//    ^^^ likely evaluationOnly
  validationStep(batch: unknown) {}
}`,
    'a module for prediction only': `
export class Lit extends LightningModule {
//           ^^^ likely evaluationOnly
  predictStep(batch: unknown) { return batch; }
}`,
    'validation beside training data': `
class Lit extends LightningModule {
//    ^^^ certain missing
  validationStep(batch: unknown) {}
  trainDataloader() { return []; }
}`,
    'a syntax error that swallowed nothing': `
class Lit extends LightningModule {
//    ^^^ certain missing
  forward(x) { return this. }
}`,
    'astral characters': `
/* 𝔏 */ class Lit extends LightningModule { name = '⚡𝔏'; }
//             ^^^ certain missing`,
  },
  fixes: {
    'an empty class': [
      "import { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule {}\n",
      `import { LightningModule } from 'lightning-tfjs';
class Lit extends LightningModule {
  trainingStep(batch: unknown, batchIdx: number) {
    throw new Error('trainingStep: return the loss of this batch');
  }
}
`,
    ],
    'before configureOptimizers, in four spaces, as an override': [
      `import { LightningModule, optim } from 'lightning-tfjs';
export class Lit extends LightningModule {
    forward(x: number) {
        return x;
    } // the model

    /** Adam. */
    override configureOptimizers() {
        return new optim.Adam(this.parameters());
    }
}
`,
      `import { LightningModule, optim } from 'lightning-tfjs';
export class Lit extends LightningModule {
    forward(x: number) {
        return x;
    } // the model

    override trainingStep(batch: unknown, batchIdx: number) {
        throw new Error('trainingStep: return the loss of this batch');
    }

    /** Adam. */
    override configureOptimizers() {
        return new optim.Adam(this.parameters());
    }
}
`,
    ],
    'JavaScript with tabs, on one line': [
      {
        'lit.js':
          "const L = require('lightning-tfjs');\nfunction make() {\n\tclass Lit extends L.LightningModule { forward(x) { return x; } }\n\treturn Lit;\n}\n",
      },
      "const L = require('lightning-tfjs');\nfunction make() {\n\tclass Lit extends L.LightningModule { forward(x) { return x; }\n\n\t\ttrainingStep(batch, batchIdx) {\n\t\t\tthrow new Error('trainingStep: return the loss of this batch');\n\t\t}\n\t}\n\treturn Lit;\n}\n",
    ],
    'a body with nothing but a comment': [
      "import { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule {\n  // a model\n}\n",
      "import { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule {\n  // a model\n\n  trainingStep(batch: unknown, batchIdx: number) {\n    throw new Error('trainingStep: return the loss of this batch');\n  }\n}\n",
    ],
  },
});
