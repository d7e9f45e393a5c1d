import { testRule } from './testRule.js';
import { tidyAroundReturn } from './tidy-around-return.js';

testRule(tidyAroundReturn, {
  silent: {
    'a tidy of a part':
      'class Lit extends LightningModule { trainingStep(b) { const x = tf.tidy(() => tf.mul(b, 2)); return f(x); } validationStep(b) { return tf.tidy(() => f(b)); } }',
    'a field that is set with what it returns':
      'class Lit extends LightningModule { setup() { this.mean = tf.tidy(() => tf.mean(this.all)); } }',
    'a field that it returns':
      'class Lit extends LightningModule { setup() { tf.tidy(() => { this.mean = tf.mean(this.all); return this.mean; }); tf.tidy(() => (this.sum = tf.sum(this.all))); } }',
    'a field that is kept':
      'class Lit extends LightningModule { setup() { tf.tidy(() => { this.mean = tf.keep(tf.mean(this.all)); this.w = tf.variable(tf.zeros([1])); }); } }',
    'plain values':
      'class Lit extends LightningModule { setup() { tf.tidy(() => { this.count = 3; this.max = tf.max(this.all).arraySync(); }); } }',
    'a tidy of its own':
      'const tf2 = { tidy: (f) => f() };\nclass Lit extends LightningModule { trainingStep(b) { return tf2.tidy(async () => f(b)); } }',
    'a helper of another file': {
      'lit.ts':
        "import { LightningModule } from 'lightning-tfjs';\nimport { tidy } from './tidy.js';\nexport class Lit extends LightningModule { trainingStep(b: unknown) { return tidy(async () => b); } }",
      'tidy.ts': 'export const tidy = (f: () => any) => f();',
    },
  },
  reports: {
    'an async function': `
class Lit extends LightningModule {
  async trainingStep(b) { return tf.tidy(async () => { await f(b); return b; }); }
//                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ certain async
}`,
    'a field': `
class Lit extends LightningModule {
  trainingStep(b) {
    const loss = tf.tidy(() => { this.hidden = tf.tanh(b); return f(b); });
//                               ^^^^^^^^^^^^^^^^^^^^^^^^ certain field
    return loss;
  }
}`,
    'a field in a data module': `
import * as tf from '@tensorflow/tfjs';
import { LightningDataModule } from 'lightning-tfjs';
class Data extends LightningDataModule {
  setup() { tf.tidy(() => { if (this.big) { this.images = tf.concat(this.parts); } }); }
//                                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ certain field
}`,
    'a tidy that does nothing more': `
class Lit extends LightningModule {
  trainingStep(b) { return tf.tidy(() => f(b)); }
//                            ^^^^ likely needless
}`,
    'a name of its own': `
import { tidy } from '@tensorflow/tfjs-core';
import { LightningModule } from 'lightning-tfjs';
class Lit extends LightningModule {
  validationStep(b) { const work = async () => b; return tidy(work); }
//                                                       ^^^^^^^^^^ certain async
}`,
    'a module with its base in another file': {
      'lit.ts': `import { tf } from 'lightning-tfjs';
import { Sequence } from './sequence.js';
export class LitForecaster extends Sequence {
  override trainingStep([x, y]: [tf.Tensor3D, tf.Tensor2D]) {
    const { loss, state } = tf.tidy(() => {
      const out = this.forward(x);
      this.lastError = tf.sub(out, y);
//    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ certain field
      return { loss: tf.losses.meanSquaredError(y, out), state: out };
    });
    this.remember(state);
    return loss;
  }
}`,
      'sequence.ts':
        "import { LightningModule, type tf } from 'lightning-tfjs';\nexport abstract class Sequence extends LightningModule { lastError?: tf.Tensor; forward(x: any): any {} remember(s: unknown) {} }",
    },
  },
});
