import { logInForbiddenHook } from './log-in-forbidden-hook.js';
import { testRule } from './testRule.js';

testRule(logInForbiddenHook, {
  silent: {
    'hooks that allow it':
      "class Lit extends LightningModule { trainingStep() { this.log('a', 1); } onValidationEpochEnd() { this.logDict({ b: 2 }); } onTrainStart() { this.log('c', 3); } }",
    'the logger itself':
      "class Lit extends LightningModule { onFitEnd() { this.logger?.logMetrics({ a: 1 }, 0); console.log('done'); } }",
    'a function that may run in another hook':
      "class Lit extends LightningModule { onFitStart() { this.report = () => this.log('a', 1); } }",
    'a log of its own': "class Lit extends LightningModule { log(name) {} onFitEnd() { this.log('done'); } }",
    'methods that are no hooks': "class Lit extends LightningModule { helper() { this.log('a', 1); } }",
    'a callback in a hook that allows it':
      "class Watch extends Callback { onTrainBatchEnd(trainer, module) { module.log('a', 1); } onFitEnd(trainer, module) { trainer.log('b'); } }",
    'a mathematical log':
      'class Lit extends LightningModule { predictStep(x) { return Math.log(x); } onPredictEnd() { tf.log(1); } }',
    'a class of another kind': {
      'a.ts': "import { Base } from './b.js';\nexport class Lit extends Base { predictStep() { this.log('a', 1); } }",
      'b.ts': 'export class Base { log(a: string, b: number) {} }',
    },
  },
  reports: {
    'hooks that forbid it': `
class Lit extends LightningModule {
  predictStep(batch) { this.log('n', 1); return batch; }
//                     ^^^^^^^^^^^^^^^^ certain forbidden
  onFitEnd() { if (this.best) { this.logDict({ best: this.best }); } }
//                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ certain forbidden
}`,
    'a constructor': `
class Lit extends LightningModule {
  constructor() { super(); this.log('parameters', 1); }
//                         ^^^^^^^^^^^^^^^^^^^^^^^^^ certain constructor
}`,
    'set-up and optimizers': `
class Lit extends LightningModule {
  setup() { this.log('stage', 0); }
//          ^^^^^^^^^^^^^^^^^^^^ certain forbidden
  configureOptimizers() { this.log('lr', 1e-3); return null; }
//                        ^^^^^^^^^^^^^^^^^^^^ certain forbidden
}`,
    'functions that run at once': `
class Lit extends LightningModule {
  onTestEnd() { ['a', 'b'].forEach((name) => this.log(name, 1)); tf.tidy(() => { this.log('c', 2); }); }
//                                           ^^^^^^^^^^^^^^^^^ certain forbidden
//                                                                               ^^^^^^^^^^^^^^^^ certain forbidden
}`,
    'a callback': `
class Watch extends Callback {
  onTrainEnd(trainer: Trainer, module: LightningModule) { module.log('done', 1); }
//                                                        ^^^^^^^^^^^^^^^^^^^^^ certain forbidden
}`,
    'a base that cannot be read': `
import { TheirLightningModule } from './theirs'; // not lightning-tfjs
class Lit extends TheirLightningModule { onFitEnd() { this.log('a', 1); } }
//                                                    ^^^^^^^^^^^^^^^^ likely forbidden`,
    'a module that ends with a summary': {
      'classifier.ts': `import { tf } from 'lightning-tfjs';
import { ImageModule } from './image.js';
export class LitClassifier extends ImageModule {
  private correct = 0;
  override testStep([x, y]: [tf.Tensor, tf.Tensor]) { this.correct += this.count(x, y); this.log('test_count', 1); }
  override onTestEnd() {
    const accuracy = this.correct / this.size;
    this.log('test_accuracy', accuracy);
//  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ certain forbidden
    this.print(accuracy);
  }
}`,
      'image.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport abstract class ImageModule extends LightningModule { size = 1; count(x: unknown, y: unknown) { return 0; } }",
    },
  },
});
