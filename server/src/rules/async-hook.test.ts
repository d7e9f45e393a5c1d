import { asyncHook } from './async-hook.js';
import { testRule } from './testRule.js';

testRule(asyncHook, {
  silent: {
    'steps and hooks that are awaited':
      'class Lit extends LightningModule { async trainingStep() {} async onTrainEpochEnd() {} async configureOptimizers() { return null; } }',
    'callbacks at once':
      'class Lit extends LightningModule { configureCallbacks() { return [new EarlyStopping({ monitor: "a" })]; } }',
    'a loader that is a generator':
      'class Data extends LightningDataModule { async *trainDataloader() { yield 1; } *valDataloader() { yield 2; } }',
    'state of a callback, which is awaited':
      'class Watch extends Callback { async stateDict() { return {}; } async loadStateDict() {} }',
    'methods that are no hooks': 'class Lit extends LightningModule { async configure() {} *batches() { yield 1; } }',
    'forward that is awaited':
      'class Lit extends LightningModule { async forward(x) { return x; } async trainingStep(batch) { return await this.forward(batch); } }',
    'a class that is no module': {
      'a.ts':
        "import { Module } from './module.js';\nexport class Lit extends Module { async configureCallbacks() { return []; } }",
      'module.ts': 'export class Module {}',
    },
  },
  reports: {
    'callbacks in a Promise': `
class Lit extends LightningModule {
  async configureCallbacks() { return []; }
//      ^^^^^^^^^^^^^^^^^^ certain notAwaited
}`,
    'callbacks that wait for something': `
class Lit extends LightningModule {
  configureCallbacks = async () => { return [await load()]; };
//^^^^^^^^^^^^^^^^^^ certain notAwaited
}`,
    'state of a data module': `
class Data extends LightningDataModule {
  override async stateDict() { return { seed: 1 }; }
//               ^^^^^^^^^ certain notAwaited
}`,
    generators: `
class Lit extends LightningModule {
  *trainingStep(batch: unknown) { yield batch; }
// ^^^^^^^^^^^^ certain generator
  async *onTrainEpochEnd() {}
//       ^^^^^^^^^^^^^^^ certain generator
}
class Watch extends Callback {
  *onFitStart() {}
// ^^^^^^^^^^ certain generator
}`,
    'forward that is not awaited': `
class Lit extends LightningModule {
  async forward(x: tf.Tensor) { return x; }
  trainingStep(batch: tf.Tensor) { return tf.mean(this.forward(batch)); }
//                                                ^^^^^^^^^^^^^^^^^^^ likely forward
}`,
    'a base that cannot be read': `
import { TheirLightningModule } from './theirs'; // not lightning-tfjs
class Lit extends TheirLightningModule { async configureCallbacks() { return []; } }
//                                             ^^^^^^^^^^^^^^^^^^ likely notAwaited`,
    'a data module that remembers where it was': {
      'data.ts': `import { DataLoader } from 'lightning-tfjs';
import { FileDataModule } from './fileData.js';
export class Reviews extends FileDataModule {
  private offset = 0;
  async setup() { await this.open('reviews.csv'); }
  trainDataloader() { return new DataLoader(this.rows(this.offset), { batchSize: 32 }); }
  async stateDict() {
//      ^^^^^^^^^ certain notAwaited
    return { offset: this.offset };
  }
}`,
      'fileData.ts':
        "import { LightningDataModule } from 'lightning-tfjs';\nexport class FileDataModule extends LightningDataModule { async open(path: string) {} rows(from: number) { return []; } }",
    },
  },
  fixes: {
    'the keyword': [
      "import { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule {\n  override async configureCallbacks() {\n    return [];\n  }\n}\n",
      "import { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule {\n  override configureCallbacks() {\n    return [];\n  }\n}\n",
    ],
  },
});
