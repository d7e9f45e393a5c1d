import { manualWithoutOptimizers } from './manual-without-optimizers.js';
import { testRule } from './testRule.js';

testRule(manualWithoutOptimizers, {
  silent: {
    'optimizers that step':
      'class Lit extends LightningModule { automaticOptimization = false; async trainingStep(b) { const [o] = this.optimizers(); await this.manualBackward(f(b)); await o.step(); } }',
    'automatic optimization': 'class Lit extends LightningModule { trainingStep(b) { return f(b); } }',
    'a helper that gets them':
      'class Lit extends LightningModule { automaticOptimization = false; async trainingStep(b) { await this.manualBackward(f(b)); await this.update(); } async update() { await this.optimizers()[0].step(); } }',
    'the Trainer’s list':
      'class Lit extends LightningModule { automaticOptimization = false; async trainingStep(b) { await this.manualBackward(f(b)); await this.trainer.optimizers[0].step(); } }',
    'no step at all': 'class Lit extends LightningModule { automaticOptimization = false; validationStep() {} }',
    'a switch that only a run can tell':
      'class Lit extends LightningModule { automaticOptimization = process.env.AUTO === "1"; trainingStep(b) { this.manualBackward(f(b)); } }',
    'a base in another file that gets them': {
      'lit.ts':
        "import { Base } from './base.js';\nexport class Lit extends Base { async trainingStep(b: unknown) { await this.manualBackward(this.loss(b)); await this.update(); } }",
      'base.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport class Base extends LightningModule { automaticOptimization = false; loss(b: unknown): any {} async update() { const [o] = this.optimizers(); await o!.step(); } }",
    },
  },
  reports: {
    'gradients that nobody uses': `
class Lit extends LightningModule {
  automaticOptimization = false;
  async trainingStep(b) { await this.manualBackward(f(b)); }
//      ^^^^^^^^^^^^ certain unused
}`,
    'a constructor that switches': `
class Lit extends LightningModule {
  constructor() { super(); this.automaticOptimization = false; }
  async trainingStep(b) { await this.manualBackward(f(b)); }
//      ^^^^^^^^^^^^ certain unused
}`,
    'a constant': `
const AUTOMATIC = false;
class Lit extends LightningModule {
  automaticOptimization = false as boolean;
  trainingStep = async (b) => { await this.manualBackward(f(b)); };
//^^^^^^^^^^^^ certain unused
}`,
    'nothing at all': `
class Lit extends LightningModule {
  automaticOptimization = false;
  trainingStep(b) { return f(b); }
//^^^^^^^^^^^^ likely nothing
}`,
    'a class that hands itself on': `
class Lit extends LightningModule {
  automaticOptimization = false;
  async trainingStep(b) { await this.manualBackward(f(b)); await update(this); }
//      ^^^^^^^^^^^^ likely unused
}`,
    'a module with its base in another file': {
      'gan.ts': `import { tf } from 'lightning-tfjs';
import { GanBase } from './base.js';
export class LitGan extends GanBase {
  async trainingStep([real]: [tf.Tensor]) {
//      ^^^^^^^^^^^^ certain unused
    const gLoss = this.generatorLoss(real);
    await this.manualBackward(gLoss);
    const dLoss = this.discriminatorLoss(real);
    await this.manualBackward(dLoss);
    this.logDict({ gLoss, dLoss });
  }
}`,
      'base.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport abstract class GanBase extends LightningModule { override automaticOptimization = false; generatorLoss(x: unknown): any {} discriminatorLoss(x: unknown): any {} }",
    },
  },
});
