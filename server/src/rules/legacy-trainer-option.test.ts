import { legacyTrainerOption } from './legacy-trainer-option.js';
import { testRule } from './testRule.js';

const trainer = (options: string, names = 'Trainer') =>
  `import { ${names} } from 'lightning-tfjs';\nnew Trainer(${options});\n`;

testRule(legacyTrainerOption, {
  silent: {
    'options of today':
      "new Trainer({ accelerator: 'gpu', devices: 1, enableProgressBar: false, precision: '16-mixed' });",
    'a strategy by its name': "new Trainer({ strategy: 'dp', devices: 2 });",
    'an option that there never was': 'new Trainer({ gpu: 1 });',
    'a value that only a run can tell':
      'new Trainer({ precision: Number(process.env.BITS), accumulateGradBatches: steps });',
    'an object that is no Trainer’s':
      'const settings = { gpus: 2, resumeFromCheckpoint: "a.ckpt" };\nnew Runner(settings);',
    'settings in another file': {
      'train.ts':
        "import { Trainer } from 'lightning-tfjs';\nimport { options } from './options.js';\nnew Trainer(options);",
      'options.ts': 'export const options = { gpus: 1 };',
    },
  },
  reports: {
    'devices by their kind': `
new Trainer({ gpus: 1 });
//            ^^^^ certain option
new Trainer({ tpuCores: 8 });
//            ^^^^^^^^ certain option
new Trainer({ gpus: 2, strategy: 'dp' });
//            ^^^^ certain option`,
    'a new name': `
new Trainer({ checkpointCallback: false, terminateOnNan: true });
//            ^^^^^^^^^^^^^^^^^^ certain option
//                                       ^^^^^^^^^^^^^^ certain option`,
    'callbacks of today': `
new Trainer({ progressBarRefreshRate: 20, weightsSummary: 'full' });
//            ^^^^^^^^^^^^^^^^^^^^^^ certain option
//                                        ^^^^^^^^^^^^^^ certain option`,
    'what has no effect': `
new Trainer({ prepareDataPerNode: true, moveMetricsToCpu: true });
//            ^^^^^^^^^^^^^^^^^^ certain option
//                                      ^^^^^^^^^^^^^^^^ certain option`,
    'what only a person can move': `
new Trainer({ trackGradNorm: 2, stochasticWeightAvg: true, flushLogsEveryNSteps: 10 });
//            ^^^^^^^^^^^^^ certain option
//                              ^^^^^^^^^^^^^^^^^^^ certain option
//                                                         ^^^^^^^^^^^^^^^^^^^^ certain option`,
    'values of 1.6': `
new Trainer({ precision: 16 });
//            ^^^^^^^^^^^^^ certain value
new Trainer({ accelerator: 'dp', devices: 2 });
//            ^^^^^^^^^^^^^^^^^ certain value
new Trainer({ accumulateGradBatches: { 0: 1, 5: 4 } });
//            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ certain value`,
    'a script of 1.6': {
      'train.ts': `import { EarlyStopping, Trainer } from 'lightning-tfjs';
import { LitTranslator } from './translator.js';
import { Multi30k } from './data.js';
const early = new EarlyStopping({ monitor: 'val_bleu', mode: 'max' });
const trainer = new Trainer({
  gpus: 0,
//^^^^ certain option
  maxEpochs: 30,
  callbacks: [early],
  resumeFromCheckpoint: 'runs/last.ckpt',
//^^^^^^^^^^^^^^^^^^^^ certain option
  progressBarRefreshRate: 10,
//^^^^^^^^^^^^^^^^^^^^^^ certain option
});
await trainer.fit(new LitTranslator(), { datamodule: new Multi30k() });`,
      'translator.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport class LitTranslator extends LightningModule {}",
      'data.ts':
        "import { LightningDataModule } from 'lightning-tfjs';\nexport class Multi30k extends LightningDataModule {}",
    },
  },
  fixes: {
    'one GPU': [trainer('{ gpus: 1 }'), trainer("{ accelerator: 'gpu', devices: 1 }")],
    'no GPU': [trainer('{ gpus: 0, maxEpochs: 1 }'), trainer('{ maxEpochs: 1 }')],
    'a new name': [trainer('{ checkpointCallback: false }'), trainer('{ enableCheckpointing: false }')],
    'a callback': [
      trainer('{ progressBarRefreshRate: 20 }'),
      trainer('{ callbacks: [new TQDMProgressBar({ refreshRate: 20 })] }', 'Trainer, TQDMProgressBar'),
    ],
    'one more callback': [
      trainer("{ callbacks: [early], weightsSummary: 'full' }"),
      trainer('{ callbacks: [early, new ModelSummary({ maxDepth: -1 })] }', 'Trainer, ModelSummary'),
    ],
    'no progress bar': [trainer('{ progressBarRefreshRate: 0 }'), trainer('{ enableProgressBar: false }')],
    precision: [trainer('{ precision: 16 }'), trainer("{ precision: '16-mixed' }")],
    'a schedule of accumulation': [
      trainer('{ accumulateGradBatches: { 4: 2 } }'),
      trainer(
        '{ callbacks: [new GradientAccumulationScheduler({ scheduling: { 4: 2 } })] }',
        'Trainer, GradientAccumulationScheduler',
      ),
    ],
    'a checkpoint moves to fit': [
      "import { Trainer } from 'lightning-tfjs';\nconst trainer = new Trainer({ maxEpochs: 3, resumeFromCheckpoint: path });\ntrainer.fit(module);\n",
      "import { Trainer } from 'lightning-tfjs';\nconst trainer = new Trainer({ maxEpochs: 3 });\ntrainer.fit(module, { ckptPath: path });\n",
    ],
    'beside what fit is given': [
      "import { Trainer } from 'lightning-tfjs';\nconst trainer = new Trainer({ resumeFromCheckpoint: 'a.ckpt' });\ntrainer.fit(module, { datamodule });\n",
      "import { Trainer } from 'lightning-tfjs';\nconst trainer = new Trainer({ });\ntrainer.fit(module, { datamodule, ckptPath: 'a.ckpt' });\n",
    ],
  },
});
