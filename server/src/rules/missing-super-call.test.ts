import { missingSuperCall } from './missing-super-call.js';
import { testRule } from './testRule.js';

testRule(missingSuperCall, {
  silent: {
    'a constructor that calls it':
      'class Lit extends LightningModule { constructor(lr: number) { super(); this.lr = lr; } }',
    'no constructor': 'class Lit extends LightningModule { trainingStep() {} }',
    'a step of the optimizer':
      'class Lit extends LightningModule { async optimizerStep(epoch, batchIdx, optimizer, closure) { await optimizer.step(closure); this.count += 1; } }',
    'the base’s step':
      'class Lit extends LightningModule { async optimizerStep(...args) { await super.optimizerStep(...args); } }',
    'clipping in its own way':
      'class Lit extends LightningModule { configureGradientClipping(optimizer) { this.clipGradients(optimizer, 1); } backward(loss) { scale(loss); } }',
    'hooks of the package that do nothing':
      'class Lit extends LightningModule { setup() {} onFitStart() {} onTrainEpochEnd() { this.epochs += 1; } }',
    'a base that does nothing there':
      'class A extends LightningModule { setup() {} }\nclass B extends A { setup() { this.x = 1; } }',
    'a class that is no module': 'class A {}\nclass B extends A { constructor() {} }',
    'a base in another file that is called': {
      'lit.ts':
        "import { Base } from './base.js';\nexport class Lit extends Base { constructor() { super(); } setup(stage: string) { super.setup(stage); } }",
      'base.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport class Base extends LightningModule { setup(stage: string) { this.stage = stage; } }",
    },
  },
  reports: {
    'a constructor': `
class Lit extends LightningModule {
  constructor(readonly lr: number) { this.net = lr; }
//^^^^^^^^^^^ certain constructor
}
class Data extends LightningDataModule {
  constructor() {}
//^^^^^^^^^^^ certain constructor
}
class Watch extends Callback {
  constructor() { return other; }
//^^^^^^^^^^^ likely constructor
}`,
    'no step at all': `
class Lit extends LightningModule {
  optimizerStep(epoch, batchIdx, optimizer, closure) { closure(); }
//^^^^^^^^^^^^^ certain working
}`,
    'gradients that nobody clears or computes': `
class Lit extends LightningModule {
  optimizerZeroGrad() { this.print('zero'); }
//^^^^^^^^^^^^^^^^^ certain working
  backward() { this.print('backward'); }
//^^^^^^^^ certain working
}`,
    'a mode that is not set': `
class Lit extends LightningModule {
  train(mode = true) { this.augment = mode; return this; }
//^^^^^ certain working
}`,
    'work of a base class': `
class A extends LightningModule { setup() { this.vocabulary = load(); } onTrainStart() { this.log('a', 1); } }
class B extends A {
  setup() { this.net = 1; }
//^^^^^ likely shared
  onTrainStart() {}
//^^^^^^^^^^^^ likely shared
}`,
    'a class that hands itself on': `
class Lit extends LightningModule {
  lrSchedulerStep() { helper(this); }
//^^^^^^^^^^^^^^^ likely working
}`,
    'a base in another file': {
      'lit.ts': `import { tf } from 'lightning-tfjs';
import { TextModule } from './text.js';
export class LitTagger extends TextModule {
  private net?: tf.LayersModel;
  override async setup(stage: string) {
//               ^^^^^ likely shared
    this.net = tf.sequential();
  }
  override trainingStep(batch: unknown) { return this.tag(batch); }
}`,
      'text.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport abstract class TextModule extends LightningModule { words: string[] = []; async setup(stage: string) { this.words = await readWords(stage); } tag(batch: unknown): any {} }\nasync function readWords(stage: string) { return [stage]; }",
    },
  },
  fixes: {
    'in a constructor': [
      "import { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule {\n  constructor() {\n    this.lr = 1;\n  }\n}\n",
      "import { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule {\n  constructor() {\n    super();\n    this.lr = 1;\n  }\n}\n",
    ],
    'in a hook': [
      "import { LightningModule } from 'lightning-tfjs';\nclass A extends LightningModule { setup(stage) { this.a = stage; } }\nclass B extends A { setup(stage) { this.b = 1; } }\n",
      "import { LightningModule } from 'lightning-tfjs';\nclass A extends LightningModule { setup(stage) { this.a = stage; } }\nclass B extends A { setup(stage) { super.setup(stage); this.b = 1; } }\n",
    ],
  },
});
