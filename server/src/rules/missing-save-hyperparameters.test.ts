import { missingSaveHyperparameters } from './missing-save-hyperparameters.js';
import { testRule } from './testRule.js';

testRule(missingSaveHyperparameters, {
  silent: {
    'they are saved':
      "class Lit extends LightningModule { constructor(options: object) { super(); this.saveHyperparameters(options); } }\nLit.loadFromCheckpoint('a.ckpt');",
    'nobody loads it': 'class Lit extends LightningModule { constructor(options: object) { super(); } }',
    'they are passed again':
      "class Lit extends LightningModule { constructor(options: object) { super(); } }\nLit.loadFromCheckpoint('a.ckpt', { lr: 1 });",
    'nothing is needed':
      "class Lit extends LightningModule { constructor(options = {}) { super(); } }\nLit.loadFromCheckpoint('a.ckpt');",
    'a parameter that is kept by itself':
      "class Lit extends LightningModule { constructor(readonly hparams: { lr: number }) { super(); } }\nLit.loadFromCheckpoint('a.ckpt');",
    'another class is loaded':
      "class A extends LightningModule { constructor(lr: number) { super(); } }\nclass B extends LightningModule {}\nB.loadFromCheckpoint('a.ckpt');",
    'a base in another file saves them': {
      'lit.ts':
        "import { Base } from './base.js';\nexport class Lit extends Base { constructor(o: { lr: number }) { super(o); } }\nLit.loadFromCheckpoint('a.ckpt');",
      'base.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport class Base extends LightningModule { constructor(o: object) { super(); this.saveHyperparameters(o); } }",
    },
  },
  reports: {
    'an object that is not saved': `
class Lit extends LightningModule {
  constructor(options: { lr: number }) {
//^^^^^^^^^^^ certain missing
    super();
    this.lr = options.lr;
  }
}
await Lit.loadFromCheckpoint('best.ckpt');`,
    'an object that is taken apart': `
class Lit extends LightningModule {
  constructor({ lr, hidden }: { lr: number; hidden: number }) { super(); this.lr = lr; }
//^^^^^^^^^^^ certain missing
}
Lit.loadFromCheckpoint('best.ckpt');`,
    'several parameters': `
class Lit extends LightningModule {
  constructor(readonly lr: number, readonly hidden = 3) { super(); }
//^^^^^^^^^^^ certain missing
}
const load = (path) => Lit.loadFromCheckpoint(path);`,
    'a data module': `
class Data extends LightningDataModule {
  constructor(folder: string) { super(); this.folder = folder; }
//^^^^^^^^^^^ certain missing
}
Data.loadFromCheckpoint('best.ckpt');`,
    'helpers that may save them': `
class Lit extends LightningModule {
  constructor(lr: number) { super(); keep(this, lr); }
//^^^^^^^^^^^ likely missing
}
Lit.loadFromCheckpoint('best.ckpt');`,
    'it is loaded in another file': {
      'model.ts': `import { LightningModule, tf } from 'lightning-tfjs';
export interface Options { readonly units: number; readonly lr: number }
export class LitPricer extends LightningModule {
  readonly net: tf.LayersModel;
  constructor(private readonly options: Options) {
//^^^^^^^^^^^ certain missing
    super();
    this.net = tf.sequential({ layers: [tf.layers.dense({ units: options.units, inputShape: [4] })] });
  }
}`,
      'serve.ts':
        "import { LitPricer } from './model.js';\nexport const pricer = await LitPricer.loadFromCheckpoint('lightning-tfjs.ckpt');",
    },
  },
  fixes: {
    'behind super': [
      "import { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule {\n  constructor(options) {\n    super();\n    this.lr = options.lr;\n  }\n}\nLit.loadFromCheckpoint('a');\n",
      "import { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule {\n  constructor(options) {\n    super();\n    this.saveHyperparameters(options);\n    this.lr = options.lr;\n  }\n}\nLit.loadFromCheckpoint('a');\n",
    ],
  },
});
