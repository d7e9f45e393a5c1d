import { legacyHook } from './legacy-hook.js';
import { testRule } from './testRule.js';

testRule(legacyHook, {
  silent: {
    'hooks of today': 'class Lit extends LightningModule { onTrainEpochEnd() {} onValidationBatchEnd() {} }',
    'a way to split time that is still the only one':
      'class Lit extends LightningModule { tbpttSplitBatch(batch: unknown) { return [batch]; } }',
    'hooks that are refused, which removed-hook reports': 'class Lit extends LightningModule { onEpochEnd() {} }',
    'a callback, which never had them': 'class Watch extends Callback { trainingEpochEnd() {} }',
    'a static method': 'class Lit extends LightningModule { static trainingEpochEnd() {} }',
    'a class of its own': {
      'lit.ts': "import { Base } from './base.js';\nexport class Lit extends Base { validationEpochEnd() {} }",
      'base.ts': 'export class Base { validationEpochEnd() {} }',
    },
  },
  reports: {
    'ends of epochs': `
class Lit extends LightningModule {
  trainingEpochEnd() { this.print('done'); }
//^^^^^^^^^^^^^^^^ certain epochEnd
  testEpochEnd(outputs: unknown[]) { this.log('n', outputs.length); }
//^^^^^^^^^^^^ certain epochEnd
}`,
    'ends of steps': `
class Lit extends LightningModule {
  trainingStepEnd(output: unknown) { return output; }
//^^^^^^^^^^^^^^^ certain stepEnd
}`,
    'outputs that nothing reads': `
class Lit extends LightningModule {
  async validationEpochEnd(_outputs: unknown[]) { await this.save(); }
//      ^^^^^^^^^^^^^^^^^^ certain epochEnd
  async save() {}
}`,
    'an arrow': `
class Lit extends LightningModule {
  validationEpochEnd = (outputs) => { this.log('x', 1); };
//^^^^^^^^^^^^^^^^^^ certain epochEnd
}`,
    'beside the one of today': `
class Lit extends LightningModule {
  trainingEpochEnd() {}
//^^^^^^^^^^^^^^^^ certain epochEnd
  onTrainEpochEnd() {}
}`,
    'a base that cannot be read': `
import { TheirLightningModule } from './theirs'; // not lightning-tfjs
class Lit extends TheirLightningModule { testEpochEnd() {} }
//                                       ^^^^^^^^^^^^ likely epochEnd`,
    'code of 1.6': {
      'translator.ts': `import { tf } from 'lightning-tfjs';
import { SequenceModule } from './sequence.js';
export class LitTranslator extends SequenceModule {
  override validationStep(batch: [tf.Tensor, tf.Tensor]) { return { bleu: this.bleu(batch) }; }
  override validationEpochEnd(outputs: { bleu: number }[]) {
//         ^^^^^^^^^^^^^^^^^^ certain epochEnd
    this.log('val_bleu', outputs.reduce((sum, { bleu }) => sum + bleu, 0) / outputs.length);
  }
}`,
      'sequence.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport abstract class SequenceModule extends LightningModule { bleu(batch: unknown) { return 0; } }",
    },
  },
  fixes: {
    'name and parameters': [
      "import { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule {\n  validationEpochEnd(outputs: unknown[]) {\n    this.print('done');\n  }\n}\n",
      "import { LightningModule } from 'lightning-tfjs';\nclass Lit extends LightningModule {\n  onValidationEpochEnd() {\n    this.print('done');\n  }\n}\n",
    ],
  },
});
