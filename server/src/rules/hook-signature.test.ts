import { hookSignature } from './hook-signature.js';
import { testRule } from './testRule.js';

testRule(hookSignature, {
  silent: {
    'parameters as they are given':
      'class Lit extends LightningModule { trainingStep(batch, batchIdx) {} validationStep(batch, batchIdx, dataloaderIdx = 0) {} onTrainBatchEnd(outputs, batch, batchIdx) {} }',
    'fewer of them, and names of their own':
      'class Lit extends LightningModule { trainingStep([x, y]) {} optimizerStep(epoch, index, opt, run) {} onTrainBatchEnd(out) {} setup() {} }',
    'one more with a default':
      'class Lit extends LightningModule { trainingStep(batch, batchIdx, weight = 1) {} onTrainEpochEnd(verbose = false) {} }',
    'the rest': 'class Lit extends LightningModule { trainingStep(...args) {} onTrainBatchEnd(...rest) {} }',
    'pieces of time':
      'class Lit extends LightningModule { truncatedBpttSteps = 5; trainingStep(batch, batchIdx, hiddens) {} }',
    'hooks of a callback':
      'class Watch extends Callback { onTrainBatchEnd(trainer, plModule, outputs, batch, batchIdx) {} onFitStart(_t, _m) {} stateDict() {} loadStateDict(state) {} setup(trainer, module, stage) {} }',
    'snake_case and underscores':
      'class Lit extends LightningModule { trainingStep(batch, batch_idx) {} onTrainBatchEnd(_outputs, _batch, _batchIdx) {} }',
    'methods that are no hooks':
      'class Lit extends LightningModule { sharedStep(stage, batch, batchIdx, optimizerIdx) {} }',
    'a subclass that a file of its own describes': {
      'lit.ts': `import { Base, type Batch } from './base.js';
export class Lit extends Base {
  validationStep(batch: Batch, batchIdx: number, dataloaderIdx?: number) { return this.evaluate('val', batch, batchIdx, dataloaderIdx); }
}`,
      'base.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport type Batch = unknown;\nexport class Base extends LightningModule { evaluate(stage: string, batch: Batch, batchIdx: number, dataloaderIdx?: number) {} }",
    },
  },
  reports: {
    'an index of optimizers': `
class Lit extends LightningModule {
  trainingStep(batch: unknown, batchIdx: number, optimizerIdx: number) {}
//                                               ^^^^^^^^^^^^^^^^^^^^ certain optimizerIdx
  optimizerStep(epoch, batchIdx, optimizer, optimizer_idx, closure) {}
//                                          ^^^^^^^^^^^^^ certain optimizerIdx
}`,
    'the wrong order': `
class Lit extends LightningModule {
  validationStep(batchIdx: number, batch: unknown) {}
//               ^^^^^^^^^^^^^^^^ certain order
  onValidationBatchEnd(batch: unknown, batchIdx: number) {}
//                     ^^^^^^^^^^^^^^ certain order
}`,
    'the signature of a callback, in a module': `
class Lit extends LightningModule {
  onTrainEpochEnd(trainer: unknown, module: unknown) {}
//                ^^^^^^^^^^^^^^^^ certain trainer
  onTrainBatchEnd(trainer, plModule, outputs, batch) {}
//                ^^^^^^^ certain trainer
}`,
    'the signature of a module, in a callback': `
class Watch extends Callback {
  onTrainBatchEnd(outputs: unknown, batch: unknown, batchIdx: number) {}
//                ^^^^^^^^^^^^^^^^ certain order
  onTrainEpochEnd(module: unknown) {}
//                ^^^^^^^^^^^^^^^ certain order
}`,
    'one too many': `
class Lit extends LightningModule {
  onTrainEpochEnd(outputs) {}
//                ^^^^^^^ certain arity
  validationStep(batch, batchIdx, dataloaderIdx, stage) {}
//                                               ^^^^^ certain arity
}`,
    'state that may come from the Trainer’s option': `
class Lit extends LightningModule {
  trainingStep(batch, batchIdx, hx) {}
//                              ^^ likely arity
}`,
    'a data module': `
class Data extends LightningDataModule {
  setup(trainer: unknown, stage: string) {}
//                        ^^^^^^^^^^^^^ certain order
}`,
    'code of 1.6 with two optimizers': {
      'gan.ts': `import { optim, tf } from 'lightning-tfjs';
import { ImageModule } from './image.js';
export class LitGan extends ImageModule {
  trainingStep([real]: [tf.Tensor], batchIdx: number, optimizerIdx: number) {
//                                                    ^^^^^^^^^^^^^^^^^^^^ certain optimizerIdx
    return optimizerIdx === 0 ? this.generatorLoss(real) : this.discriminatorLoss(real);
  }
  configureOptimizers() { return [new optim.Adam(this.parameters()), new optim.Adam(this.parameters())]; }
}`,
      'image.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport abstract class ImageModule extends LightningModule {}",
    },
  },
  fixes: {
    'a parameter that nothing reads': [
      "import { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule { trainingStep(batch, batchIdx, optimizerIdx) { return batch; } }",
      "import { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule { trainingStep(batch, batchIdx) { return batch; } }",
    ],
    'the order, and what was left out': [
      "import { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule { onValidationBatchEnd(batch: unknown, batchIdx: number) {} }",
      "import { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule { onValidationBatchEnd(_outputs: unknown, batch: unknown, batchIdx: number) {} }",
    ],
    'a callback': [
      "import { Callback } from 'lightning-tfjs';\nclass Watch extends Callback { onTrainEpochEnd(module: unknown) {} }",
      "import { Callback } from 'lightning-tfjs';\nclass Watch extends Callback { onTrainEpochEnd(_trainer: unknown, module: unknown) {} }",
    ],
    'a module': [
      "import { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule { onTrainBatchEnd(trainer, plModule, outputs, batch) { this.print(batch); } }",
      "import { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule { onTrainBatchEnd(outputs, batch) { this.print(batch); } }",
    ],
  },
});
