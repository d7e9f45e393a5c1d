import { stepWithoutZeroGrad } from './step-without-zero-grad.js';
import { testRule } from './testRule.js';

testRule(stepWithoutZeroGrad, {
  silent: {
    'gradients that are cleared':
      'class Lit extends LightningModule { automaticOptimization = false; async trainingStep(b) { const [o] = this.optimizers(); o.zeroGrad(); await this.manualBackward(f(b)); await o.step(); } }',
    'cleared in another method':
      'class Lit extends LightningModule { automaticOptimization = false; async trainingStep(b) { const [o] = this.optimizers(); await this.manualBackward(f(b)); await o.step(); } onTrainBatchEnd() { this.zeroGrad(); } }',
    'automatic optimization': 'class Lit extends LightningModule { trainingStep(b) { return f(b); } }',
    'schedulers that step':
      'class Lit extends LightningModule { automaticOptimization = false; async trainingStep(b) { const [o] = this.optimizers(); const [sched] = this.lrSchedulers(); await this.manualBackward(f(b)); sched.step(); await this.apply(o); } }',
    'steps of something else':
      'class Lit extends LightningModule { automaticOptimization = false; async trainingStep(b) { await this.manualBackward(f(b)); await game.step(); } }',
    'somebody who clears all':
      'class Lit extends LightningModule { automaticOptimization = false; async trainingStep(b) { const [o] = this.optimizers(); [o].forEach((each) => each.zeroGrad()); await this.manualBackward(f(b)); await o.step(); } }',
    'a base in another file that clears them': {
      'lit.ts':
        "import { Base } from './base.js';\nexport class Lit extends Base { async trainingStep(b: unknown) { const [o] = this.optimizers(); await this.manualBackward(this.loss(b)); await o!.step(); } }",
      'base.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport class Base extends LightningModule { automaticOptimization = false; loss(b: unknown): any {} onTrainBatchStart() { this.zeroGrad(); } }",
    },
  },
  reports: {
    'an optimizer that steps': `
class Lit extends LightningModule {
  automaticOptimization = false;
  async trainingStep(b) {
    const [optimizer] = this.optimizers();
    await this.manualBackward(f(b));
    await optimizer.step();
//        ^^^^^^^^^^^^^^^^ certain never
  }
}`,
    'two of them': `
class Lit extends LightningModule {
  automaticOptimization = false;
  async trainingStep(b) {
    const [g, d] = this.optimizers();
    await this.manualBackward(f(b));
    await g.step();
//        ^^^^^^^^ certain never
    await this.manualBackward(h(b));
    await d.step();
  }
}`,
    'every few batches': `
class Lit extends LightningModule {
  automaticOptimization = false;
  async trainingStep(b, batchIdx) {
    const optimizer = this.optimizers()[0];
    await this.manualBackward(f(b));
    if (batchIdx % 4 === 3) await optimizer.step();
//                                ^^^^^^^^^^^^^^^^ certain never
  }
}`,
    'a helper': `
class Lit extends LightningModule {
  automaticOptimization = false;
  async trainingStep(b) { await this.manualBackward(f(b)); await this.update(); }
  async update() { for (const optimizer of this.optimizers()) await optimizer.step(); }
//                                                                  ^^^^^^^^^^^^^^^^ certain never
}`,
    'a class that hands itself on': `
class Lit extends LightningModule {
  automaticOptimization = false;
  async trainingStep(b) { clear(this); const [o] = this.optimizers(); await this.manualBackward(f(b)); await o.step(); }
//                                                                                                           ^^^^^^^^ likely never
}`,
    'a module with its base in another file': {
      'gan.ts': `import { tf } from 'lightning-tfjs';
import { GanBase } from './base.js';
export class LitGan extends GanBase {
  override async trainingStep([real]: [tf.Tensor]) {
    const [opt] = this.optimizers();
    const loss = this.generatorLoss(real);
    this.log('g_loss', loss);
    await this.manualBackward(loss);
    await opt!.step();
//        ^^^^^^^^^^^ certain never
  }
}`,
      'base.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport abstract class GanBase extends LightningModule { override automaticOptimization = false; generatorLoss(x: unknown): any {} }",
    },
  },
  fixes: {
    'before backward': [
      "import { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule {\n  automaticOptimization = false;\n  async trainingStep(b) {\n    const [optimizer] = this.optimizers();\n    await this.manualBackward(f(b));\n    await optimizer.step();\n  }\n}\n",
      "import { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule {\n  automaticOptimization = false;\n  async trainingStep(b) {\n    const [optimizer] = this.optimizers();\n    optimizer.zeroGrad();\n    await this.manualBackward(f(b));\n    await optimizer.step();\n  }\n}\n",
    ],
  },
});
