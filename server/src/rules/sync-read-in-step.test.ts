import { syncReadInStep } from './sync-read-in-step.js';
import { testRule } from './testRule.js';

testRule(syncReadInStep, {
  silent: {
    'reads that are awaited':
      'class Lit extends LightningModule { async trainingStep(b) { const [v] = await f(b).data(); return f(b); } }',
    'once an epoch':
      'class Lit extends LightningModule { onTrainEpochEnd() { this.total = this.sum.dataSync()[0]; } setup() { this.x.arraySync(); } }',
    'a function for later':
      'class Lit extends LightningModule { trainingStep(b) { this.report = () => f(b).dataSync(); return f(b); } }',
    'methods that no step calls': 'class Lit extends LightningModule { show(t) { return t.arraySync(); } }',
    'a function of that name': 'class Lit extends LightningModule { trainingStep(b) { dataSync(b); return f(b); } }',
    'a class that is no module': 'class A { trainingStep(b) { return b.dataSync(); } }',
    'what other files read': {
      'lit.ts':
        "import { LightningModule } from 'lightning-tfjs';\nimport { show } from './show.js';\nexport class Lit extends LightningModule { onTrainEnd() { show(this); } trainingStep(b: unknown): any { return b; } }",
      'show.ts': 'export const show = (m: any) => m.weights.map((w: any) => w.dataSync());',
    },
  },
  reports: {
    'a loss that is read': `
class Lit extends LightningModule {
  trainingStep(b) {
    const loss = f(b);
    console.log(loss.dataSync()[0]);
//                   ^^^^^^^^ certain step
    return loss;
  }
}`,
    'in an async step': `
class Lit extends LightningModule {
  async validationStep(b) { this.log('a', this.forward(b).arraySync()); }
//                                                        ^^^^^^^^^ certain step
}`,
    'a helper': `
class Lit extends LightningModule {
  trainingStep(b) { this.note(b); return f(b); }
  note(b) { this.seen.push(...b.dataSync()); }
//                              ^^^^^^^^ certain step
}`,
    'in a loop and in a tidy': `
class Lit extends LightningModule {
  testStep(b) {
    for (const x of b) this.sum += x.dataSync()[0];
//                                   ^^^^^^^^ certain step
    return tf.tidy(() => tf.mean(b).arraySync());
//                                  ^^^^^^^^^ certain step
  }
}`,
    'a callback': `
class Watch extends Callback {
  onTrainBatchEnd(trainer, module, outputs) { this.last = outputs.loss.dataSync()[0]; }
//                                                                     ^^^^^^^^ certain step
}`,
    'a type that says what it returns': `
class Lit extends LightningModule {
  predictStep(b: tf.Tensor): number { return b.dataSync()[0]!; }
//                                             ^^^^^^^^ certain step
}`,
    'a module with its base in another file': {
      'lit.ts': `import { tf } from 'lightning-tfjs';
import { Classifier } from './classifier.js';
export class LitDigits extends Classifier {
  override validationStep([x, y]: [tf.Tensor, tf.Tensor]) {
    const logits = this.forward(x);
    const predicted = tf.argMax(logits, 1).arraySync() as number[];
//                                         ^^^^^^^^^ certain step
    const truth = Array.from(y.dataSync());
//                             ^^^^^^^^ certain step
    this.log('val_acc', predicted.filter((p, i) => p === truth[i]).length / truth.length);
  }
}`,
      'classifier.ts':
        "import { LightningModule, tf } from 'lightning-tfjs';\nexport abstract class Classifier extends LightningModule { forward(x: tf.Tensor) { return x; } }",
    },
  },
  fixes: {
    'the step becomes async': [
      "import { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule {\n  override trainingStep(b) {\n    const loss = f(b);\n    this.note(loss.dataSync()[0]);\n    return loss;\n  }\n}\n",
      "import { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule {\n  override async trainingStep(b) {\n    const loss = f(b);\n    this.note((await loss.data())[0]);\n    return loss;\n  }\n}\n",
    ],
  },
});
