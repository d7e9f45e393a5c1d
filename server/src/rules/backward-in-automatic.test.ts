import { backwardInAutomatic } from './backward-in-automatic.js';
import { testRule } from './testRule.js';

testRule(backwardInAutomatic, {
  silent: {
    'manual optimization':
      'class Lit extends LightningModule { automaticOptimization = false; async trainingStep(b) { await this.manualBackward(f(b)); } }',
    'a switch in the constructor':
      'class Lit extends LightningModule { constructor() { super(); this.automaticOptimization = false; } async trainingStep(b) { await this.manualBackward(f(b)); } }',
    'a switch that only a run can tell':
      'class Lit extends LightningModule { setup() { this.automaticOptimization = false; } async trainingStep(b) { await this.manualBackward(f(b)); } }',
    'a step that returns its loss': 'class Lit extends LightningModule { trainingStep(b) { return f(b); } }',
    'a look at the optimizer':
      "class Lit extends LightningModule { trainingStep(b) { this.log('lr', this.optimizers()[0].lr); return f(b); } }",
    'an override of its own step':
      'class Lit extends LightningModule { async optimizerStep(epoch, batchIdx, optimizer, closure) { await optimizer.step(closure); this.optimizers(); } }',
    'a base in another file that switches': {
      'lit.ts':
        "import { Base } from './base.js';\nexport class Lit extends Base { async trainingStep(b: unknown) { await this.manualBackward(this.loss(b)); } }",
      'base.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport class Base extends LightningModule { automaticOptimization = false; loss(b: unknown): any {} }",
    },
  },
  reports: {
    'a backward of its own': `
class Lit extends LightningModule {
  async trainingStep(b) { const loss = f(b); await this.manualBackward(loss); return loss; }
//                                                 ^^^^^^^^^^^^^^^^^^^^^^^^^ certain backward
}`,
    'manual in all but name': `
class Lit extends LightningModule {
  async trainingStep(b) {
    const [o] = this.optimizers();
    o.zeroGrad();
    await this.manualBackward(f(b));
//        ^^^^^^^^^^^^^^^^^^^^^^^^^ certain backward
    await o.step();
  }
}`,
    'automatic in so many words': `
class Lit extends LightningModule {
  automaticOptimization = true;
  trainingStep(b) { return this.update(f(b)); }
  async update(loss) { await this.manualBackward(loss); return loss; }
//                           ^^^^^^^^^^^^^^^^^^^^^^^^^ certain backward
}`,
    'a step too many': `
class Lit extends LightningModule {
  async trainingStep(b) { const [o] = this.optimizers(); const loss = f(b); await o.step(); return loss; }
//                                                                                ^^^^^^^^ likely step
}`,
    'a base for others': `
export abstract class Lit extends LightningModule {
  async trainingStep(b) { await this.manualBackward(f(b)); }
//                              ^^^^^^^^^^^^^^^^^^^^^^^^^ likely backward
}`,
    'a module with its base in another file': {
      'gan.ts': `import { tf } from 'lightning-tfjs';
import { GanBase } from './base.js';
export class LitGan extends GanBase {
  override async trainingStep([real]: [tf.Tensor], batchIdx: number) {
    const [g, d] = this.optimizers();
    await this.manualBackward(this.generatorLoss(real));
//        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ certain backward
    await g!.step();
    g!.zeroGrad();
    await this.manualBackward(this.discriminatorLoss(real));
    await d!.step();
    d!.zeroGrad();
  }
}`,
      'base.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport abstract class GanBase extends LightningModule { generatorLoss(x: unknown): any {} discriminatorLoss(x: unknown): any {} }",
    },
  },
  fixes: {
    'the switch': [
      "import { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule {\n  async trainingStep(b) {\n    const [o] = this.optimizers();\n    await this.manualBackward(f(b));\n  }\n}\n",
      "import { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule {\n  automaticOptimization = false;\n  async trainingStep(b) {\n    const [o] = this.optimizers();\n    await this.manualBackward(f(b));\n  }\n}\n",
    ],
  },
});
