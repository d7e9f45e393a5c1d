import { monitorNeverLogged } from './monitor-never-logged.js';
import { testRule } from './testRule.js';

const lit = (body: string) => `class Lit extends LightningModule { ${body} }`;
const fit = (callbacks: string) => `const trainer = new Trainer({ callbacks: ${callbacks} });\ntrainer.fit(new Lit());`;

testRule(monitorNeverLogged, {
  silent: {
    'a name that is logged': `${lit("validationStep() { this.log('val_loss', 1); }")}\n${fit("[new EarlyStopping({ monitor: 'val_loss' }), new ModelCheckpoint({ monitor: 'epoch' })]")}`,
    'a name that may be logged': `${lit("validationStep(b) { this.shared(b, 'val'); } shared(b, stage) { this.log(`${stage}_loss`, 1); }")}\n${fit("new EarlyStopping({ monitor: 'val_loss' })")}`,
    'one of two names': `${lit("trainingStep() { this.log('loss', 1, { onEpoch: true }); }")}\n${fit("[new EarlyStopping({ monitor: 'loss_epoch' }), new ModelCheckpoint({ monitor: 'loss_step' })]")}`,
    'a callback that may log it': `class Watch extends Callback { onValidationEnd(t, m) {} }\n${lit("validationStep() { this.log('a', 1); }")}\n${fit("[new Watch(), new EarlyStopping({ monitor: 'score' })]")}`,
    'a log that takes anything': `${lit('validationStep(b) { this.logDict(b.metrics); }')}\n${fit("new EarlyStopping({ monitor: 'score' })")}`,
    'helpers that are given the module': `${lit('validationStep() { logAll(this); }')}\n${fit("new EarlyStopping({ monitor: 'score' })")}`,
    'learning rates': `import { EarlyStopping, LearningRateMonitor, LightningModule, Trainer } from 'lightning-tfjs';\n${lit("validationStep() { this.log('a', 1); }")}\n${fit("[new LearningRateMonitor(), new EarlyStopping({ monitor: 'lr-Adam' })]")}`,
    'a Trainer that fits nothing here':
      "export const trainer = new Trainer({ callbacks: [new EarlyStopping({ monitor: 'val_loss' })] });",
    'loaders that are numbered': `${lit("validationStep() { this.log('a', 1); }")}\n${fit("new EarlyStopping({ monitor: 'a/dataloader_idx_1' })")}`,
    'a module that a function makes': `${fit("new EarlyStopping({ monitor: 'a' })").replace('new Lit()', 'makeModule()')}`,
    'a module in another file, whose base logs it': {
      'train.ts':
        "import { EarlyStopping, Trainer } from 'lightning-tfjs';\nimport { Lit } from './lit.js';\nconst trainer = new Trainer({ callbacks: [new EarlyStopping({ monitor: 'val_loss' })] });\nawait trainer.fit(new Lit());",
      'lit.ts':
        "import { Base } from './base.js';\nexport class Lit extends Base { trainingStep() { this.log('train_loss', 1); } }",
      'base.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport class Base extends LightningModule { validationStep() { this.log('val_loss', 1); } }",
    },
  },
  reports: {
    'a slip of the keys': `
class Lit extends LightningModule { validationStep() { this.log('val_loss', 1); } }
const stop = new EarlyStopping({ monitor: 'val_los' });
//                                        ^^^^^^^^^ certain never
const trainer = new Trainer({ callbacks: [stop] });
trainer.fit(new Lit());`,
    'another name': `
class Lit extends LightningModule { validationStep() { this.log('accuracy', 1); } }
const trainer = new Trainer({ callbacks: [new ModelCheckpoint({ monitor: 'val_loss' })] });
//                                                                       ^^^^^^^^^^ certain never
await trainer.fit(new Lit());`,
    'nothing at all': `
class Lit extends LightningModule { validationStep() {} }
await new Trainer({ callbacks: new EarlyStopping({ monitor: 'loss' }) }).fit(new Lit());
//                                                          ^^^^^^ certain nothing`,
    'a name that is not forked': `
class Lit extends LightningModule { trainingStep() { this.log('loss', 1); } }
const trainer = new Trainer({ callbacks: [new EarlyStopping({ monitor: 'loss_epoch' })] });
//                                                                     ^^^^^^^^^^^^ certain never
trainer.fit(new Lit());`,
    'where it is no error': `
class Lit extends LightningModule { validationStep() { this.log('val_loss', 1); } }
const trainer = new Trainer({ callbacks: [new EarlyStopping({ monitor: 'valLoss', strict: false })] });
//                                                                     ^^^^^^^^^ likely never
trainer.fit(new Lit());`,
    'a scheduler': `
class Lit extends LightningModule {
  validationStep() { this.log('val_loss', 1); }
  configureOptimizers() {
    const optimizer = new optim.SGD(this.parameters(), { lr: 0.1 });
    return { optimizer, lrScheduler: { scheduler: new optim.ReduceLROnPlateau(optimizer), monitor: 'val_lost' } };
//                                                                                                 ^^^^^^^^^^ likely never
  }
}`,
    'callbacks of the module': `
class Lit extends LightningModule {
  validationStep() { this.log('val_loss', 1); }
  configureCallbacks() { return [new EarlyStopping({ monitor: 'val_lss' })]; }
//                                                            ^^^^^^^^^ likely never
}`,
    'a script and its module': {
      'train.ts': `import { EarlyStopping, ModelCheckpoint, Trainer } from 'lightning-tfjs';
import { LitMnist } from './mnist.js';
import { MnistData } from './data.js';
const module = new LitMnist();
const trainer = new Trainer({
  maxEpochs: 10,
  callbacks: [
    new ModelCheckpoint({ monitor: 'val_acc', mode: 'max' }),
    new EarlyStopping({ monitor: 'valid_loss', patience: 2 }),
//                               ^^^^^^^^^^^^ certain never
  ],
});
await trainer.fit(module, { datamodule: new MnistData() });`,
      'mnist.ts': `import { LightningModule } from 'lightning-tfjs';
export class LitMnist extends LightningModule {
  trainingStep() { this.log('train_loss', 1); }
  validationStep() { this.logDict({ val_loss: 1, val_acc: 2 }); }
}`,
      'data.ts':
        "import { LightningDataModule } from 'lightning-tfjs';\nexport class MnistData extends LightningDataModule {}",
    },
  },
  fixes: {
    'the nearest name': [
      `import { EarlyStopping, LightningModule, Trainer } from 'lightning-tfjs';\n${lit("validationStep() { this.log('val_loss', 1); }")}\n${fit("new EarlyStopping({ monitor: 'val_los' })")}`,
      `import { EarlyStopping, LightningModule, Trainer } from 'lightning-tfjs';\n${lit("validationStep() { this.log('val_loss', 1); }")}\n${fit("new EarlyStopping({ monitor: 'val_loss' })")}`,
    ],
  },
});
