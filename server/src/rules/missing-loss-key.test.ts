import { missingLossKey } from './missing-loss-key.js';
import { testRule } from './testRule.js';

testRule(missingLossKey, {
  silent: {
    'a loss': 'class Lit extends LightningModule { trainingStep(b) { return { loss: f(b), accuracy: 1 }; } }',
    'a loss by its name':
      'class Lit extends LightningModule { trainingStep(b) { const loss = f(b); return { loss }; } }',
    'a loss that may be among the rest':
      'class Lit extends LightningModule { trainingStep(b) { return { ...this.shared(b), b }; } }',
    'manual optimization':
      'class Lit extends LightningModule { automaticOptimization = false; trainingStep(b) { return { gLoss: 1, dLoss: 2 }; } }',
    'what is made a loss later':
      'class Lit extends LightningModule { trainingStep(b) { return { preds: b }; } trainingStepEnd(o) { return f(o); } }',
    'other steps':
      'class Lit extends LightningModule { validationStep(b) { return { accuracy: 1 }; } shared(b) { return { x: b }; } }',
    'what another file returns': {
      'lit.ts':
        "import { Base } from './base.js';\nexport class Lit extends Base { trainingStep(b: unknown) { return this.outputs(b); } }",
      'base.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport class Base extends LightningModule { outputs(b: unknown): any { return { cost: b }; } }",
    },
  },
  reports: {
    'another name': `
class Lit extends LightningModule {
  trainingStep(b) { return { trainLoss: f(b), accuracy: 1 }; }
//                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ certain missing
}`,
    'a short form': `
class Lit extends LightningModule {
  trainingStep = (b) => { const mseLoss = f(b); return { mseLoss }; };
//                                                     ^^^^^^^^^^^ certain missing
}`,
    'a variable': `
class Lit extends LightningModule {
  trainingStep(b) { const outputs = { preds: b, targets: b }; return outputs; }
//                                                                   ^^^^^^^ certain missing
}`,
    'one of two': `
class Lit extends LightningModule {
  async trainingStep(b) { return b ? { loss: f(b) } : { error: 1 }; }
//                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ certain missing
}`,
    'a base of others': `
class A extends LightningModule { trainingStep(b) { return { logits: b }; } }
//                                                         ^^^^^^^^^^^^^ likely missing
class B extends A { trainingStep(b) { return { loss: f(super.trainingStep(b)) }; } }`,
    'a module with its base in another file': {
      'lit.ts': `import { tf } from 'lightning-tfjs';
import { Detector, type Targets } from './detector.js';
export class LitDetector extends Detector {
  trainingStep([images, targets]: [tf.Tensor4D, Targets], batchIdx: number) {
    const { boxes, scores } = this.detect(images);
    const boxLoss = this.compare(boxes, targets);
    const scoreLoss = this.compare(scores, targets);
    this.logDict({ boxLoss, scoreLoss });
    return { boxLoss, scoreLoss };
//         ^^^^^^^^^^^^^^^^^^^^^^ certain missing
  }
}`,
      'detector.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport type Targets = unknown;\nexport abstract class Detector extends LightningModule { detect(x: unknown): any {} compare(a: unknown, b: unknown) { return 1; } }",
    },
  },
  fixes: {
    'the name': [
      "import { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule { trainingStep(b) { const mseLoss = f(b); return { mseLoss }; } }",
      "import { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule { trainingStep(b) { const mseLoss = f(b); return { loss: mseLoss }; } }",
    ],
  },
});
