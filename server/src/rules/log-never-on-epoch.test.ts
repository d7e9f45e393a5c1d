import { logNeverOnEpoch } from './log-never-on-epoch.js';
import { testRule } from './testRule.js';

const lit = (body: string) => `class Lit extends LightningModule { ${body} }`;
const FIT =
  "const trainer = new Trainer({ callbacks: [new EarlyStopping({ monitor: 'loss' })] });\ntrainer.fit(new Lit());";

testRule(logNeverOnEpoch, {
  silent: {
    'values of the epoch': `${lit("validationStep() { this.log('loss', 1); }")}\n${FIT}`,
    'both of them': `${lit("trainingStep() { this.log('loss', 1, { onEpoch: true }); }")}\n${FIT}`,
    'a name that nobody watches': `${lit("trainingStep() { this.log('train_loss', 1); }")}\n${FIT}`,
    'options that only a run can tell': `${lit("validationStep() { this.log('loss', 1, this.options); this.log('loss', 1, { onEpoch: this.flag }); }")}\n${FIT}`,
    'the epoch’s value is logged elsewhere': `${lit("trainingStep() { this.log('loss', 1); } onTrainEpochEnd() { this.log('loss', 2); }")}\n${FIT}`,
    'nobody fits it': lit("trainingStep() { this.log('loss', 1); }"),
    'a helper of several hooks': `${lit("trainingStep() { this.report(); } validationStep() { this.report(); } report() { this.log('loss', 1); }")}\n${FIT}`,
    'a Trainer in another file that watches another name': {
      'lit.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport class Lit extends LightningModule { trainingStep() { this.log('loss', 1); } }",
      'train.ts':
        "import { EarlyStopping, Trainer } from 'lightning-tfjs';\nimport { Lit } from './lit.js';\nnew Trainer({ callbacks: [new EarlyStopping({ monitor: 'val_loss' })] }).fit(new Lit());",
    },
  },
  reports: {
    'steps of the validation only': `
class Lit extends LightningModule {
  validationStep() { this.log('loss', 1, { onStep: true, onEpoch: false }); }
//                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ certain evaluation
}
${FIT}`,
    'steps of the training only': `
class Lit extends LightningModule {
  trainingStep() { this.log('loss', 1); }
//                 ^^^^^^^^^^^^^^^^^^^ likely lastBatch
}
${FIT}`,
    'several at once': `
class Lit extends LightningModule {
  trainingStep() { this.logDict({ loss: 1, accuracy: 2 }, { progBar: true }); }
//                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ likely lastBatch
}
${FIT}`,
    'a helper of one hook': `
class Lit extends LightningModule {
  trainingStep() { this.report(); }
  report() { this.log('loss', 1); }
//           ^^^^^^^^^^^^^^^^^^^ likely lastBatch
}
${FIT}`,
    'a scheduler that watches': `
class Lit extends LightningModule {
  validationStep() { this.log('loss', 1, { onStep: true, onEpoch: false }); }
//                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ certain evaluation
  configureOptimizers() {
    const optimizer = new optim.Adam(this.parameters());
    return { optimizer, lrScheduler: { scheduler: new optim.ReduceLROnPlateau(optimizer), monitor: 'loss' } };
  }
}`,
    'callbacks of its own': `
class Lit extends LightningModule {
  configureCallbacks() { return new ModelCheckpoint({ monitor: 'acc', mode: 'max' }); }
  trainingStep() { this.log('acc', 1, { onStep: true }); }
//                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ likely lastBatch
}`,
    'a Trainer in another file': {
      'lit.ts': `import { LightningModule, tf } from 'lightning-tfjs';
export class LitForecaster extends LightningModule {
  validationStep([x, y]: [tf.Tensor, tf.Tensor]) {
    const mae = tf.mean(tf.abs(tf.sub(y, this.forward(x))));
    this.log('val_mae', mae, {
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^ certain evaluation
      onStep: true, onEpoch: false });
  }
  forward(x: tf.Tensor) { return x; }
}`
        .replace(
          '{\n//  ^^^^^^^^^^^^^^^^^^^^^^^^^^ certain evaluation\n      onStep: true, onEpoch: false });',
          'STEPS);\n//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ certain evaluation',
        )
        .replace('export class', 'const STEPS = { onStep: true, onEpoch: false };\nexport class'),
      'train.ts':
        "import { EarlyStopping, Trainer } from 'lightning-tfjs';\nimport { LitForecaster } from './lit.js';\nconst trainer = new Trainer({ callbacks: [new EarlyStopping({ monitor: 'val_mae' })] });\nawait trainer.fit(new LitForecaster());",
    },
  },
});
