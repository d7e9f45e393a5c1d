import { tensorInConstructorLoop } from './tensor-in-constructor-loop.js';
import { testRule } from './testRule.js';

testRule(tensorInConstructorLoop, {
  silent: {
    'variables, which are learned':
      'class Lit extends LightningModule { constructor() { super(); for (let i = 0; i < 3; i++) this.w.push(tf.variable(tf.zeros([3]))); } }',
    'one tensor':
      'class Lit extends LightningModule { mask = tf.tensor([1, 0]); constructor() { super(); this.table = tf.zeros([10, 3]); } }',
    'what a tidy frees':
      'class Lit extends LightningModule { constructor() { super(); this.m = tf.tidy(() => { const all = []; for (const n of [1, 2]) all.push(tf.scalar(n)); return tf.stack(all); }); } }',
    layers:
      'class Lit extends LightningModule { constructor() { super(); for (const n of [1, 2]) this.layers.push(tf.layers.dense({ units: n })); } }',
    'a function for later':
      'class Lit extends LightningModule { make = () => { for (;;) tf.zeros([1]); }; constructor() { super(); this.lazy = () => { for (;;) tf.zeros([1]); }; } }',
    'a step, whose tensors are freed':
      'class Lit extends LightningModule { trainingStep(b) { for (const x of b) tf.scalar(x); return b; } }',
    'what another file makes': {
      'lit.ts':
        "import { LightningModule } from 'lightning-tfjs';\nimport { masks } from './masks.js';\nexport class Lit extends LightningModule { masks = masks(10); }",
      'masks.ts': "import { tf } from 'lightning-tfjs';\nexport const masks = (n: number) => tf.eye(n);",
    },
  },
  reports: {
    'a loop': `
class Lit extends LightningModule {
  constructor() { super(); for (let i = 0; i < 3; i++) this.masks.push(tf.zeros([3])); }
//                                                                     ^^^^^^^^^^^^^ certain tensor
}`,
    'a list that is mapped': `
class Lit extends LightningModule {
  constructor(sizes) { super(); this.masks = sizes.map((n) => tf.ones([n])); }
//                                                            ^^^^^^^^^^^^ certain tensor
}`,
    'a field': `
class Lit extends LightningModule {
  rows = [1, 2, 3].map((n) => tf.tensor1d([n]));
//                            ^^^^^^^^^^^^^^^^ certain tensor
}`,
    'an import of tfjs': `
import { oneHot, tensor1d } from '@tensorflow/tfjs';
import { LightningDataModule } from 'lightning-tfjs';
class Data extends LightningDataModule {
  constructor(labels) { super(); for (const label of labels) { this.y.push(oneHot(label, 10)); } }
//                                                                         ^^^^^^^^^^^^^^^^^ certain tensor
}`,
    'one that disposes, perhaps of these': `
class Lit extends LightningModule {
  constructor() { super(); for (const n of [1, 2]) { const t = tf.scalar(n); this.sum += n; t.dispose(); } }
//                                                             ^^^^^^^^^^^^ likely tensor
}`,
    'a data module with its base in another file': {
      'data.ts': `import { tf } from 'lightning-tfjs';
import { Csv } from './csv.js';
export class Prices extends Csv {
  readonly samples: tf.Tensor[] = [];
  constructor(path: string) {
    super(path);
    for (const row of this.rows()) {
      this.samples.push(tf.tensor(row));
//                      ^^^^^^^^^^^^^^ certain tensor
    }
  }
}`,
      'csv.ts':
        "import { LightningDataModule } from 'lightning-tfjs';\nexport abstract class Csv extends LightningDataModule { constructor(readonly path: string) { super(); } rows(): number[][] { return []; } }",
    },
  },
});
