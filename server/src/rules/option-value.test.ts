import { TRAINER_OPTIONS } from 'lightning-tfjs/options';
import { expect, it } from 'vitest';
import { optionValue } from './option-value.js';
import { findingsIn, testRule } from './testRule.js';

testRule(optionValue, {
  silent: {
    'values that are allowed':
      "new Trainer({ maxEpochs: -1, limitTrainBatches: '25%', valCheckInterval: 0.5, fastDevRun: true, precision: 'bf16-mixed', devices: [0, 1], maxTime: { hours: 2 } });",
    'values that only a run can tell':
      'new Trainer({ maxEpochs: Number(process.argv[2]), limitValBatches: ratio(), logger: make() });',
    'null and undefined where they leave it open':
      'new Trainer({ gradientClipVal: null, checkValEveryNEpoch: null, maxEpochs: undefined });',
    'objects of classes': 'new Trainer({ callbacks: [new ModelCheckpoint()], logger: undefined, profiler: "simple" });',
    'a variable that may have changed': "let epochs = 'ten';\nnew Trainer({ maxEpochs: Number(epochs) });",
    'options of PyTorch Lightning 1.6': "new Trainer({ gpus: '0,1', weightsSummary: 'full', trackGradNorm: 'inf' });",
    'settings in another file': {
      'train.ts': `import { Trainer } from 'lightning-tfjs';
import config from './config.js';
export const trainer = new Trainer({ maxEpochs: config.epochs, precision: config.precision, ...config.debug });`,
      'config.ts': "export default { epochs: 'many', precision: 'half', debug: {} };",
    },
  },
  reports: {
    'a fraction above 1': `
new Trainer({ limitTrainBatches: 1.5 });
//                               ^^^ certain value`,
    'a count below what is allowed': `
new Trainer({ maxEpochs: -2, accumulateGradBatches: 0 });
//                       ^^ certain value
//                                                  ^ certain value`,
    'a choice that there is not': `
new Trainer({ accelerator: 'cpus', gradientClipAlgorithm: 'norms', strategy: 'ddp' });
//                         ^^^^^^ certain value
//                                                        ^^^^^^^ certain value
//                                                                           ^^^^^ certain value`,
    'a text for a number': `
new Trainer({ maxSteps: '100', gradientClipVal: '0.5' });
//                      ^^^^^ certain value
//                                              ^^^^^ certain value`,
    'a number for a flag': `
new Trainer({ enableCheckpointing: 1, detectAnomaly: 'yes' });
//                                 ^ certain value
//                                                   ^^^^^ certain value`,
    'a constant': `
const LIMIT = -0.25;
new Trainer({ limitValBatches: LIMIT });
//                             ^^^^^ certain value`,
    'devices that cannot be': `
new Trainer({ devices: 0 });
//                     ^ certain value
new Trainer({ devices: [0, 0] });
//                     ^^^^^^ certain value`,
    'a value of PyTorch Lightning 1.6 that there never was': `
new Trainer({ weightsSummary: 'long' });
//                            ^^^^^^ certain value`,
    'a script that trains': {
      'train.mjs': `import { Trainer } from 'lightning-tfjs';
import { LitAutoencoder } from './autoencoder.mjs';
const debug = process.argv.includes('--debug');
const trainer = new Trainer({
  maxEpochs: 5,
  fastDevRun: debug,
  precision: 'fp16',
//           ^^^^^^ certain value
  valCheckInterval: 0,
//                  ^ certain value
});
await trainer.fit(new LitAutoencoder(), { ckptPath: 'last' });`,
      'autoencoder.mjs':
        "import { LightningModule } from 'lightning-tfjs';\nexport class LitAutoencoder extends LightningModule {}",
    },
  },
  fixes: {
    'the nearest choice': [
      "import { Trainer } from 'lightning-tfjs';\nnew Trainer({ accelerator: 'cpus' });\n",
      "import { Trainer } from 'lightning-tfjs';\nnew Trainer({ accelerator: 'cpu' });\n",
    ],
    'a number without its quotes': [
      "import { Trainer } from 'lightning-tfjs';\nnew Trainer({ maxSteps: '100' });\n",
      "import { Trainer } from 'lightning-tfjs';\nnew Trainer({ maxSteps: 100 });\n",
    ],
  },
});

it('takes every default of the table', () => {
  const options = Object.entries(TRAINER_OPTIONS).filter(([, row]) => row.default !== undefined);
  const text = options.map(([name, row]) => `${name}: ${JSON.stringify(row.default)}`).join(', ');
  expect(
    findingsIn(optionValue, { 'a.ts': `import { Trainer } from 'lightning-tfjs';\nnew Trainer({ ${text} });` }),
  ).toEqual([]);
});
