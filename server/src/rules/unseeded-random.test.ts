import { testRule } from './testRule.js';
import { unseededRandom } from './unseeded-random.js';

testRule(unseededRandom, {
  silent: {
    'chance that a seed reaches':
      'class Lit extends LightningModule { trainingStep(b) { return Math.random() < 0.5 ? f(b) : g(b); } }',
    'a run that seeds':
      "import { LightningModule, Trainer, seedEverything } from 'lightning-tfjs';\nclass Lit extends LightningModule { trainingStep(b) { return f(b, Math.random()); } }\nseedEverything(1);\nnew Trainer().fit(new Lit());",
    'a name for a file':
      "import { randomUUID } from 'node:crypto';\nclass Lit extends LightningModule { id = randomUUID(); constructor() { super(); this.name = crypto.randomUUID(); } } // lightning-tfjs",
    'other objects':
      'class Lit extends LightningModule { trainingStep(b) { return this.rng.randomInt(3) + dice.random(); } }',
    'outside of modules':
      "import { randomInt } from 'node:crypto';\nconst port = randomInt(1000);\nclass Server { start() { return randomInt(3); } } // lightning-tfjs",
    'a file that another one may seed': {
      'train.ts':
        "import { LightningModule, Trainer } from 'lightning-tfjs';\nimport './seed.js';\nclass Lit extends LightningModule { trainingStep(b: any) { return b.mul(Math.random()); } }\nawait new Trainer().fit(new Lit());",
      'seed.ts': "import { seedEverything } from 'lightning-tfjs';\nseedEverything(7);",
    },
  },
  reports: {
    'a generator that no seed reaches': `
import { randomInt } from 'node:crypto';
import { LightningModule } from 'lightning-tfjs';
class Lit extends LightningModule {
  trainingStep(b) { return f(b, randomInt(10)); }
//                              ^^^^^^^^^^^^^ certain crypto
}`,
    'the browser’s': `
class Data extends LightningDataModule {
  setup() { crypto.getRandomValues(this.noise); }
//          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ certain crypto
}`,
    'a helper of a hook': `
import * as crypto from 'node:crypto';
import { LightningModule } from 'lightning-tfjs';
class Lit extends LightningModule {
  onTrainEpochStart() { this.shuffle(); }
  shuffle() { this.order.sort(() => crypto.randomInt(0, 2) - 0.5); }
//                                  ^^^^^^^^^^^^^^^^^^^^^^ certain crypto
}`,
    'a constructor': `
class Lit extends LightningModule {
  noise = crypto.getRandomValues(new Uint8Array(4));
//        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ likely crypto
}`,
    'a run that nobody seeds': `
class Lit extends LightningModule {
  trainingStep(b) { return Math.random() < 0.5 ? f(b) : g(b); }
//                         ^^^^^^^^^^^^^ likely unseeded
}
await new Trainer({ maxEpochs: 1 }).fit(new Lit());`,
    'a data module with its base in another file': {
      'data.ts': `import { randomInt } from 'node:crypto';
import { DataLoader } from 'lightning-tfjs';
import { Images } from './images.js';
export class Crops extends Images {
  override trainDataloader() {
    return new DataLoader(this.images(), { batchSize: 32, shuffle: true });
  }
  override onAfterBatchTransfer(batch: unknown) {
    const left = randomInt(4);
//               ^^^^^^^^^^^^ certain crypto
    return this.crop(batch, left);
  }
}`,
      'images.ts':
        "import { LightningDataModule } from 'lightning-tfjs';\nexport abstract class Images extends LightningDataModule { images(): any {} crop(b: unknown, left: number) { return b; } }",
    },
  },
  fixes: {
    'the one that is seeded': [
      "import { randomInt } from 'node:crypto';\nimport { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule { trainingStep(b) { return f(b, randomInt(10)); } }\n",
      "import { randomInt } from 'node:crypto';\nimport { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule { trainingStep(b) { return f(b, Math.floor(Math.random() * 10)); } }\n",
    ],
  },
});
