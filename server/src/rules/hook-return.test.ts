import { hookReturn } from './hook-return.js';
import { testRule } from './testRule.js';

testRule(hookReturn, {
  silent: {
    'a loss':
      'class Lit extends LightningModule { trainingStep([x, y]) { const loss = tf.losses.meanSquaredError(y, this.forward(x)); return loss; } }',
    'an object with a loss':
      'class Lit extends LightningModule { trainingStep(batch) { return { loss: this.loss(batch), preds: 3 }; } }',
    'nothing, where that is written':
      'class Lit extends LightningModule { trainingStep(batch) { if (isBad(batch)) return null; return this.loss(batch); } }',
    'a batch that was made into something else':
      'class Lit extends LightningModule { trainingStep(batch) { batch = this.forward(batch); return batch; } }',
    'what is made a loss later':
      'class Lit extends LightningModule { trainingStep(batch) { return batch; } trainingStepEnd(out) { return tf.mean(out); } }',
    'an end that throws':
      'class Lit extends LightningModule { trainingStep(batch) { if (batch) return this.loss(batch); throw new Error("empty"); } }',
    'functions inside':
      'class Lit extends LightningModule { trainingStep(batch) { const sizes = batch.map((x) => { return 1; }); return this.loss(sizes); } }',
    'manual optimization':
      'class Lit extends LightningModule { automaticOptimization = false; async trainingStep(batch) { if (batch) return; await this.manualBackward(this.loss(batch)); } }',
    'other steps return what they like':
      'class Lit extends LightningModule { validationStep(batch) { return 1; } predictStep(batch) { return batch; } }',
    'all cases of a choice':
      "class Lit extends LightningModule { trainingStep(batch) { switch (this.mode) { case 'a': return this.a(batch); default: return this.b(batch); } } }",
    'a step in a base, a loss in another file': {
      'lit.ts':
        "import { Base } from './base.js';\nexport class Lit extends Base { trainingStep(batch: unknown) { return super.trainingStep(batch); } }",
      'base.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport class Base extends LightningModule { trainingStep(batch: unknown): any { return this.forward(batch as never); } }",
    },
  },
  reports: {
    'a number': `
class Lit extends LightningModule {
  trainingStep(batch) { return 0.5; }
//                             ^^^ certain notTensor
}`,
    'one of two': `
const NONE = 0;
class Lit extends LightningModule {
  trainingStep(batch) { return batch ? this.loss(batch) : NONE; }
//                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ certain notTensor
}`,
    'values that were read': `
class Lit extends LightningModule {
  trainingStep([x, y]: [tf.Tensor, tf.Tensor]) {
    return tf.losses.meanSquaredError(y, x).dataSync()[0];
//         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ certain detached
  }
}
class Other extends LightningModule {
  async trainingStep(batch) { const loss = this.loss(batch); return (await loss.data())[0]; }
//                                                                  ^^^^^^^^^^^^^^^^^^^^^^ certain detached
}`,
    'the batch': `
class Lit extends LightningModule {
  trainingStep(batch) { return batch; }
//                             ^^^^^ certain batch
}
class Other extends LightningModule {
  trainingStep = ([x, y]) => x;
//                           ^ certain batch
}`,
    'nothing in some case': `
class Lit extends LightningModule {
  trainingStep(batch) { if (batch) { return this.loss(batch); } }
//^^^^^^^^^^^^ likely somePath
}`,
    'no -1': `
class Lit extends LightningModule {
  onTrainBatchStart(batch) { if (!batch) return false; }
//                                              ^^^^^ certain notSkipping
}`,
    'optimizers that are none': `
class Lit extends LightningModule {
  configureOptimizers() { return tf.train.adam(1e-3); }
//                               ^^^^^^^^^^^^^^^^^^^ certain tfOptimizer
}
class Other extends LightningModule {
  configureOptimizers() { return 'adam'; }
//                               ^^^^^^ certain notOptimizer
}`,
    'a number under manual optimization': `
class Lit extends LightningModule {
  automaticOptimization = false;
  async trainingStep(batch) { await this.manualBackward(this.loss(batch)); return 1; }
//                                                                                ^ certain notTensor
}`,
    'code that came from Keras': {
      'regressor.ts': `import * as tf from '@tensorflow/tfjs';
import { Regressor } from './base.js';
export class PriceRegressor extends Regressor {
  configureOptimizers() {
    const optimizer = tf.train.adam(0.01);
    return optimizer;
//         ^^^^^^^^^ certain tfOptimizer
  }
  async trainingStep([features, price]: [tf.Tensor, tf.Tensor]) {
    const loss = tf.losses.meanSquaredError(price, this.forward(features));
    const value = loss.arraySync();
    this.log('loss', value);
    return value;
//         ^^^^^ certain detached
  }
}`,
      'base.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport abstract class Regressor extends LightningModule { forward(x: any): any { return x; } }",
    },
  },
});
