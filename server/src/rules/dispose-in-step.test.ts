import { disposeInStep } from './dispose-in-step.js';
import { testRule } from './testRule.js';

testRule(disposeInStep, {
  silent: {
    'tensors of its own':
      'class Lit extends LightningModule { trainingStep(b) { const mask = tf.ones([2]); const loss = f(b, mask); mask.dispose(); return loss; } }',
    'once an epoch':
      'class Lit extends LightningModule { onTrainEpochEnd() { this.cache.dispose(); } teardown() { tf.dispose(this.all); } }',
    'a batch of its own':
      'class Lit extends LightningModule { trainingStep(batch) { batch = clone(batch); const loss = f(batch); batch.dispose(); return loss; } }',
    'a function for later':
      'class Lit extends LightningModule { trainingStep(b) { this.later = () => b.dispose(); return f(b); } }',
    fields:
      'class Lit extends LightningModule { trainingStep(b) { this.last?.dispose(); this.last.dispose(); return f(b); } }',
    'one of two cases':
      'class Lit extends LightningModule { trainingStep(b) { const loss = f(b); if (this.bad) { loss.dispose(); return null; } return loss; } }',
    'a helper of another file': {
      'lit.ts':
        "import { LightningModule } from 'lightning-tfjs';\nimport { free } from './free.js';\nexport class Lit extends LightningModule { trainingStep(b: any) { const x = b.clone(); free(x); return b.mean(); } }",
      'free.ts': 'export const free = (x: any) => x.dispose();',
    },
  },
  reports: {
    'the batch': `
class Lit extends LightningModule {
  trainingStep(batch) { const loss = f(batch); batch.dispose(); return loss; }
//                                             ^^^^^^^^^^^^^^^ certain batch
}`,
    'parts of the batch': `
class Lit extends LightningModule {
  validationStep([x, y]) {
    this.log('a', f(x, y));
    x.dispose();
//  ^^^^^^^^^^^ certain batch
    tf.dispose([y]);
//  ^^^^^^^^^^^^^^^ certain batch
  }
}`,
    'the loss': `
class Lit extends LightningModule {
  trainingStep(b) {
    const loss = f(b);
    this.log('a', loss);
    loss.dispose();
//  ^^^^^^^^^^^^^^ certain returned
    return { loss };
  }
}`,
    'in a callback': `
class Watch extends Callback {
  onTrainBatchEnd(trainer, module, outputs, batch) { tf.dispose(outputs); tf.dispose(batch); }
//                                                   ^^^^^^^^^^^^^^^^^^^ certain batch
//                                                                        ^^^^^^^^^^^^^^^^^ certain batch
}`,
    'an import of tfjs': `
import { dispose } from '@tensorflow/tfjs';
import { LightningModule } from 'lightning-tfjs';
class Lit extends LightningModule {
  predictStep = (batch) => { const out = this.forward(batch); dispose(batch); return out; };
//                                                            ^^^^^^^^^^^^^^ certain batch
}`,
    'a module with its base in another file': {
      'lit.ts': `import { tf } from 'lightning-tfjs';
import { Vision } from './vision.js';
export class LitStyle extends Vision {
  override trainingStep([content, style]: [tf.Tensor4D, tf.Tensor4D]) {
    const features = this.features(content);
    const loss = this.compare(features, this.features(style));
    tf.dispose([content, style]);
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ certain batch
    features.dispose();
    return loss;
  }
}`,
      'vision.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport abstract class Vision extends LightningModule { features(x: unknown): any {} compare(a: unknown, b: unknown): any {} }",
    },
  },
  fixes: {
    'the line goes': [
      "import { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule {\n  trainingStep(batch) {\n    const loss = f(batch);\n    batch.dispose();\n    return loss;\n  }\n}\n",
      "import { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule {\n  trainingStep(batch) {\n    const loss = f(batch);\n    return loss;\n  }\n}\n",
    ],
  },
});
