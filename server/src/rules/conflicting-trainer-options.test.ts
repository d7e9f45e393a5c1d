import { conflictingTrainerOptions } from './conflicting-trainer-options.js';
import { testRule } from './testRule.js';

testRule(conflictingTrainerOptions, {
  silent: {
    'options that go together':
      'new Trainer({ barebones: true, logger: false, maxEpochs: 3, numSanityValSteps: 0, fastDevRun: 0 });',
    'several devices with a strategy':
      "new Trainer({ devices: 2, strategy: 'dp' });\nnew Trainer({ devices: 1 });\nnew Trainer({ devices: 'auto' });",
    'a strategy that may be in the rest': 'new Trainer({ devices: 4, ...rest() });',
    'batches counted across epochs':
      'new Trainer({ checkValEveryNEpoch: null, valCheckInterval: 500 });\nnew Trainer({ checkValEveryNEpoch: null, valCheckInterval: { minutes: 5 } });',
    'no checkpoints, and no callback for them':
      'new Trainer({ enableCheckpointing: false, callbacks: [new EarlyStopping({ monitor: "a" })] });',
    'nothing is written in a trial run':
      'new Trainer({ enableCheckpointing: false, fastDevRun: true, callbacks: new ModelCheckpoint() });',
    'values that only a run can tell':
      'new Trainer({ barebones: true, logger: process.env.LOG ? undefined : false, enableCheckpointing: flag() });',
    'callbacks that another file makes': {
      'train.ts': `import { Trainer } from 'lightning-tfjs';
import { callbacks } from './callbacks.js';
export const trainer = new Trainer({ enableCheckpointing: false, callbacks, accumulateGradBatches: 4 });`,
      'callbacks.ts':
        "import { ModelCheckpoint } from 'lightning-tfjs';\nexport const callbacks = [new ModelCheckpoint()];",
    },
  },
  reports: {
    'barebones, and what costs time': `
new Trainer({ barebones: true, logger: true, profiler: 'simple', logEveryNSteps: 10 });
//                             ^^^^^^^^^^^^ certain barebones
//                                           ^^^^^^^^^^^^^^^^^^ certain barebones
//                                                               ^^^^^^^^^^^^^^^^^^ certain barebones`,
    'several devices and no strategy': `
new Trainer({ devices: 2 });
//            ^^^^^^^^^^ certain devices
new Trainer({ devices: [0, 1, 2], strategy: 'auto' });
//            ^^^^^^^^^^^^^^^^^^ certain devices
new Trainer({ devices: '0,1' });
//            ^^^^^^^^^^^^^^ certain devices`,
    'epochs that are not counted, and a part of one': `
new Trainer({ checkValEveryNEpoch: null });
//            ^^^^^^^^^^^^^^^^^^^^^^^^^ certain interval
new Trainer({ checkValEveryNEpoch: null, valCheckInterval: 0.25 });
//            ^^^^^^^^^^^^^^^^^^^^^^^^^ certain interval`,
    'no checkpoints, and a callback that writes them': `
const checkpoint = new ModelCheckpoint({ monitor: 'val_loss' });
new Trainer({ enableCheckpointing: false, callbacks: [checkpoint] });
//            ^^^^^^^^^^^^^^^^^^^^^^^^^^ certain checkpoint`,
    'no progress bar, and a callback that draws one': `
import { TQDMProgressBar, Trainer } from 'lightning-tfjs';
new Trainer({ enableProgressBar: false, callbacks: new TQDMProgressBar({ refreshRate: 5 }) });
//            ^^^^^^^^^^^^^^^^^^^^^^^^ certain progressBar`,
    'two ways to accumulate': `
import { GradientAccumulationScheduler, Trainer } from 'lightning-tfjs';
new Trainer({ accumulateGradBatches: 4, callbacks: [new GradientAccumulationScheduler({ scheduling: { 4: 2 } })] });
//            ^^^^^^^^^^^^^^^^^^^^^^^^ certain accumulation`,
    'a script that trains': {
      'train.ts': `import { Checkpointing, EarlyStopping, Trainer } from './lightning.js';
import { LitSegmenter } from './segmenter.js';
const callbacks = [new EarlyStopping({ monitor: 'val_iou', mode: 'max' }), new Checkpointing({ monitor: 'val_iou' })];
const trainer = new Trainer({
  maxEpochs: 50,
  enableCheckpointing: false,
//^^^^^^^^^^^^^^^^^^^^^^^^^^ certain checkpoint
  callbacks,
});
await trainer.fit(new LitSegmenter());`,
      'lightning.ts': "export { EarlyStopping, ModelCheckpoint as Checkpointing, Trainer } from 'lightning-tfjs';",
      'segmenter.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport class LitSegmenter extends LightningModule {}",
    },
  },
  fixes: {
    'the line goes': [
      "import { ModelCheckpoint, Trainer } from 'lightning-tfjs';\nnew Trainer({\n  maxEpochs: 1,\n  enableCheckpointing: false,\n  callbacks: [new ModelCheckpoint()],\n});\n",
      "import { ModelCheckpoint, Trainer } from 'lightning-tfjs';\nnew Trainer({\n  maxEpochs: 1,\n  callbacks: [new ModelCheckpoint()],\n});\n",
    ],
    'the last of them': [
      "import { Trainer } from 'lightning-tfjs';\nnew Trainer({ barebones: true, logger: true });\n",
      "import { Trainer } from 'lightning-tfjs';\nnew Trainer({ barebones: true });\n",
    ],
  },
});
