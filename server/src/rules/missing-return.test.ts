import { missingReturn } from './missing-return.js';
import { testRule } from './testRule.js';

testRule(missingReturn, {
  silent: {
    'hooks that return':
      'class Lit extends LightningModule { trainingStep(b) { return f(b); } predictStep = (b) => b; trainDataloader() { return this.loader; } }',
    'a step that has just been begun': 'class Lit extends LightningModule { trainingStep(b) {} predictStep(b) { } }',
    'manual optimization':
      'class Lit extends LightningModule { automaticOptimization = false; async trainingStep(b) { await this.manualBackward(f(b)); } }',
    'a return that says so': 'class Lit extends LightningModule { trainingStep(b) { f(b); return; } }',
    'hooks that return nothing':
      "class Lit extends LightningModule { validationStep(b) { this.log('a', f(b)); } onTrainEpochEnd() { f(this.a); } setup() { this.x = 1; } }",
    'a type that says so':
      'class Lit extends LightningModule { predictStep(b): void { f(b); } async trainingStep(b): Promise<undefined> { await f(b); } }',
    'half-typed text': 'class Lit extends LightningModule { trainingStep(b) { const loss = f(b',
    'an end that throws':
      "class Lit extends LightningModule { valDataloader() { throw new Error('no'); } trainDataloader() { for (;;) f(); } }",
    'batches one by one': 'class Data extends LightningDataModule { async *trainDataloader() { yield 1; } }',
    'a base that returns, in another file': {
      'lit.ts':
        "import { Base } from './base.js';\nexport class Lit extends Base { validationStep(b: unknown) { this.log('a', 1); } }",
      'base.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport class Base extends LightningModule { trainingStep(b: unknown): any { return b; } }",
    },
  },
  reports: {
    'a loss that goes nowhere': `
class Lit extends LightningModule {
  trainingStep(b) { const loss = f(b); this.log('loss', loss); }
//^^^^^^^^^^^^ certain missing
}`,
    'predictions that go nowhere': `
class Lit extends LightningModule {
  predictStep(b) { this.forward(b); }
//^^^^^^^^^^^ certain missing
}`,
    'loaders that go nowhere': `
class Data extends LightningDataModule {
  trainDataloader() { new DataLoader(this.rows, { batchSize: 4 }); }
//^^^^^^^^^^^^^^^ certain missing
  async valDataloader() { await this.open(); }
//      ^^^^^^^^^^^^^ certain missing
}`,
    'batches that go nowhere': `
class Lit extends LightningModule {
  onAfterBatchTransfer(batch) { batch.x = normalise(batch.x); }
//^^^^^^^^^^^^^^^^^^^^ certain missing
}`,
    'a return in a function inside': `
class Lit extends LightningModule {
  trainingStep(b) { const one = (x) => { return f(x); }; b.map(one); }
//^^^^^^^^^^^^ certain missing
}`,
    'state that goes nowhere': `
class Watch extends Callback {
  stateDict() { ({ count: this.count }); }
//^^^^^^^^^ certain missing
}`,
    'a module with its base in another file': {
      'lit.ts': `import { tf } from 'lightning-tfjs';
import { Base } from './base.js';
export class LitAutoencoder extends Base {
  override trainingStep([x]: [tf.Tensor], batchIdx: number) {
//         ^^^^^^^^^^^^ certain missing
    const loss = tf.losses.meanSquaredError(x, this.decode(this.encode(x)));
    this.log('train_loss', loss, { progBar: true });
  }
}`,
      'base.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport abstract class Base extends LightningModule { encode(x: any): any {} decode(x: any): any {} }",
    },
  },
  fixes: {
    'the loss': [
      "import { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule {\n  trainingStep(b) {\n    const loss = f(b);\n    this.log('loss', loss);\n  }\n}\n",
      "import { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule {\n  trainingStep(b) {\n    const loss = f(b);\n    this.log('loss', loss);\n    return loss;\n  }\n}\n",
    ],
  },
});
