import { manualWithClipOrAccumulate } from './manual-with-clip-or-accumulate.js';
import { testRule } from './testRule.js';

const MANUAL = 'class Lit extends LightningModule { automaticOptimization = false; trainingStep() {} }';

testRule(manualWithClipOrAccumulate, {
  silent: {
    'automatic optimization':
      'class Lit extends LightningModule { trainingStep() {} }\nnew Trainer({ gradientClipVal: 1, accumulateGradBatches: 4 }).fit(new Lit());',
    'options that do nothing': `${MANUAL}\nnew Trainer({ gradientClipVal: 0, accumulateGradBatches: 1 }).fit(new Lit());`,
    'no fit': `${MANUAL}\nnew Trainer({ gradientClipVal: 1 }).validate(new Lit());`,
    'values that only a run can tell': `${MANUAL}\nnew Trainer({ gradientClipVal: Number(process.env.CLIP), ...options }).fit(new Lit());`,
    'another module': `${MANUAL}\nclass Other extends LightningModule {}\nnew Trainer({ gradientClipVal: 1 }).fit(new Other());`,
    'a switch that only a run can tell':
      'class Lit extends LightningModule { automaticOptimization = flag; }\nnew Trainer({ gradientClipVal: 1 }).fit(new Lit());',
    'a module in another file': {
      'train.ts':
        "import { Trainer } from 'lightning-tfjs';\nimport { Lit } from './lit.js';\nawait new Trainer({ gradientClipVal: 1 }).fit(new Lit());",
      'lit.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport class Lit extends LightningModule { trainingStep(b: unknown): any { return b; } }",
    },
  },
  reports: {
    clipping: `
${MANUAL}
new Trainer({ gradientClipVal: 0.5 }).fit(new Lit());
//            ^^^^^^^^^^^^^^^^^^^^ certain clip`,
    accumulation: `
${MANUAL}
const trainer = new Trainer({ maxEpochs: 1, accumulateGradBatches: 4 });
//                                          ^^^^^^^^^^^^^^^^^^^^^^^^ certain accumulate
await trainer.fit(new Lit());`,
    both: `
${MANUAL}
const options = { gradientClipVal: 1, accumulateGradBatches: 2 };
//                ^^^^^^^^^^^^^^^^^^ certain clip
//                                    ^^^^^^^^^^^^^^^^^^^^^^^^ certain accumulate
const trainer = new Trainer(options);
trainer.fit(new Lit());
trainer.fit(new Lit());`,
    'a schedule of accumulation': `
import { GradientAccumulationScheduler, LightningModule, Trainer } from 'lightning-tfjs';
${MANUAL}
new Trainer({ callbacks: [new GradientAccumulationScheduler({ scheduling: { 2: 4 } })] }).fit(new Lit());
//                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ certain scheduler`,
    'a base that cannot be read': `
import { Trainer } from 'lightning-tfjs';
import { TheirLightningModule } from './theirs';
class Lit extends TheirLightningModule { automaticOptimization = false; }
new Trainer({ gradientClipVal: 0.5 }).fit(new Lit());
//            ^^^^^^^^^^^^^^^^^^^^ likely clip`,
    'a module in another file': {
      'train.ts': `import { Trainer } from 'lightning-tfjs';
import { LitGan } from './gan.js';
import { Faces } from './faces.js';
const trainer = new Trainer({
  maxEpochs: 100,
  gradientClipVal: 1,
//^^^^^^^^^^^^^^^^^^ certain clip
  logger: false,
});
await trainer.fit(new LitGan(64), { datamodule: new Faces() });`,
      'gan.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport class LitGan extends LightningModule { constructor(size: number) { super(); this.automaticOptimization = false; } }",
      'faces.ts':
        "import { LightningDataModule } from 'lightning-tfjs';\nexport class Faces extends LightningDataModule {}",
    },
  },
});
