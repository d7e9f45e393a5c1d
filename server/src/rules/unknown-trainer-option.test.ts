import { testRule } from './testRule.js';
import { unknownTrainerOption } from './unknown-trainer-option.js';

testRule(unknownTrainerOption, {
  silent: {
    'options that there are': 'new Trainer({ maxEpochs: 3, callbacks: [], accelerator: "cpu" });',
    'options of PyTorch Lightning 1.6': 'new Trainer({ gpus: 1, progressBarRefreshRate: 5, weightsSummary: null });',
    'no options at all': 'const trainer = new Trainer();',
    'somebody else’s Trainer':
      "import { Trainer } from 'pokemon'; // not lightning-tfjs\nnew Trainer({ maxEpoch: 3 });",
    'a Trainer of the file itself':
      'class Trainer { constructor(o: object) {} }\nnew Trainer({ maxEpoch: 3 }); // not lightning-tfjs',
    'what is spread in': 'const base = {};\nnew Trainer({ ...base, maxEpochs: 3 });',
    'a name that is hidden by a parameter': 'function run(Trainer: any) { return new Trainer({ maxEpoch: 3 }); }',
    'a run that is put together from other files': {
      'train.ts': `import { Trainer, type TrainerOptions } from 'lightning-tfjs';
import { LitMnist } from './model.js';
import { MnistData } from './data.js';
import { defaults } from './defaults.js';
const options: TrainerOptions = { ...defaults, maxEpochs: Number(process.env.EPOCHS ?? 10), gradientClipVal: 0.5 };
const trainer = new Trainer(options);
await trainer.fit(new LitMnist(), { datamodule: new MnistData() });`,
      'defaults.ts': 'export const defaults = { logger: false, notChecked: true };',
      'model.ts': "import { LightningModule } from 'lightning-tfjs';\nexport class LitMnist extends LightningModule {}",
    },
  },
  reports: {
    'a slip of the keys': `
new Trainer({ maxEpoch: 3 });
//            ^^^^^^^^ certain unknown`,
    snake_case: `
new Trainer({ max_epochs: 3, "limit_train_batches": 0.5 });
//            ^^^^^^^^^^ certain unknown
//                           ^^^^^^^^^^^^^^^^^^^^^ certain unknown`,
    'a name of its own': `
new Trainer({ turbo: true });
//            ^^^^^ certain unknown`,
    'options that have a name': `
const epochs = 3;
const options = { maxEpoch: epochs };
//                ^^^^^^^^ certain unknown
export const trainer = new Trainer(options);`,
    'a short form': `
const fastdevRun = true;
new Trainer({ fastdevRun });
//            ^^^^^^^^^^ certain unknown`,
    'a namespace': `
import * as L from 'lightning-tfjs';
new L.Trainer({ maxSteps: 1, minEpoch: 2 });
//                           ^^^^^^^^ certain unknown`,
    'the right one is there already': `
new Trainer({ maxEpochs: 3, maxEpoch: 3 });
//                          ^^^^^^^^ certain unknown`,
    'a Trainer that another file hands on': {
      'train.ts': `import { Trainer as Runner } from './lightning.js';
import { Lit } from './lit.js';
async function main() {
  const trainer = new Runner({
    maxEpochs: 20,
    checkValEveryNEpochs: 5,
//  ^^^^^^^^^^^^^^^^^^^^ certain unknown
    logEveryNSteps: 10,
  });
  await trainer.fit(new Lit());
}
await main();`,
      'lightning.ts': "export * from 'lightning-tfjs';",
      'lit.ts': "import { LightningModule } from './lightning.js';\nexport class Lit extends LightningModule {}",
    },
  },
  fixes: {
    'the name only': [
      "import { Trainer } from 'lightning-tfjs';\nnew Trainer({ max_epochs: 3 });\n",
      "import { Trainer } from 'lightning-tfjs';\nnew Trainer({ maxEpochs: 3 });\n",
    ],
    'a short form keeps its value': [
      "import { Trainer } from 'lightning-tfjs';\nconst fastdevRun = true;\nnew Trainer({ fastdevRun });\n",
      "import { Trainer } from 'lightning-tfjs';\nconst fastdevRun = true;\nnew Trainer({ fastDevRun: fastdevRun });\n",
    ],
  },
});
