import { expect, it } from 'vitest';
import { LOG_OPTIONS, logBadArguments } from './log-bad-arguments.js';
import { findingsIn, testRule } from './testRule.js';

const step = (call: string) => `class Lit extends LightningModule {\n  trainingStep(batch) { ${call} }\n}`;

testRule(logBadArguments, {
  silent: {
    'what log takes': step(
      "this.log('a', 1); this.log(`b_${batch}`, tf.mean(batch), { progBar: true, onEpoch: true, reduceFx: 'MAX' }); this.logDict({ c: 1, d: batch });",
    ),
    'values that only a run can tell': step(
      'this.log(batch.name, batch.value, batch.options); this.logDict(batch.all); this.log(...batch);',
    ),
    'a metric object': step("this.log('a', { compute() { return 1; }, reset() {} }); this.log('b', this.accuracy);"),
    'once an epoch':
      "class Lit extends LightningModule { onTrainEpochEnd() { this.log('a', 1, { onEpoch: true, onStep: false }); } }",
    'a log of its own': "class Lit extends LightningModule { log(text) {} trainingStep() { this.log('only text'); } }",
    'one of them off': step(
      "this.log('a', 1, { onStep: false, onEpoch: flag }); this.log('b', 1, { onStep: false, onEpoch: true });",
    ),
    'a reduction of its own': step("this.log('a', 1, { reduceFx: tf.max });"),
    'other objects that log': step("console.log('a', 'b'); this.logger.log(1); this.run.log({ a: 1 }, true);"),
    'options in another file': {
      'lit.ts':
        "import { LightningModule } from 'lightning-tfjs';\nimport { SHOWN } from './options.js';\nexport class Lit extends LightningModule { trainingStep() { this.log('a', 1, SHOWN); this.log('b', 1, { ...SHOWN, onEpoch: true }); } }",
      'options.ts': 'export const SHOWN = { prog_bar: true };',
    },
  },
  reports: {
    'values that are none': `
class Lit extends LightningModule {
  trainingStep() {
    this.log('a', 'good');
//                ^^^^^^ certain value
    this.log('b', [1, 2]);
//                ^^^^^^ certain value
    this.log('c', { loss: 1 });
//                ^^^^^^^^^^^ certain value
    this.log('d');
//  ^^^^^^^^^^^^^ certain noValue
  }
}`,
    'names that are none': `
class Lit extends LightningModule {
  trainingStep() {
    this.log({ a: 1 }, {});
//           ^^^^^^^^ certain name
//                     ^^ certain value
    this.logDict('a', 1);
//               ^^^ certain values
//                    ^ certain options
    this.log('a/dataloader_idx_0', 1);
//           ^^^^^^^^^^^^^^^^^^^^ certain loader
  }
}`,
    'options of Python': `
class Lit extends LightningModule {
  trainingStep() {
    this.log('a', 1, { prog_bar: true, on_epoch: true });
//                     ^^^^^^^^ certain option
//                                     ^^^^^^^^ certain option
    this.log('b', 1, true);
//                   ^^^^ certain options
  }
}`,
    'a value that is never seen': `
class Lit extends LightningModule {
  trainingStep() {
    this.log('a', 1, { onStep: false, onEpoch: false });
//                                    ^^^^^^^^^^^^^^ certain never
  }
}`,
    'a step where there is none': `
const OPTIONS = { onStep: true };
class Lit extends LightningModule {
  onValidationEpochEnd() {
    this.log('a', 1, { onStep: true, progBar: true });
//                     ^^^^^^^^^^^^ certain onStep
    this.log('b', 1, { onEpoch: false });
//                     ^^^^^^^^^^^^^^ certain onStep
  }
}`,
    'a reduction that there is not': `
class Lit extends LightningModule {
  trainingStep() { this.log('a', 1, { reduceFx: 'median' }); }
//                                              ^^^^^^^^ certain reduce
}`,
    'an option of no name that is near': `
class Lit extends LightningModule {
  trainingStep() { this.logDict({ a: 1 }, { colour: 'red' }); }
//                                          ^^^^^^ certain option
}`,
    'a module that came from Python': {
      'segmenter.ts': `import { tf } from 'lightning-tfjs';
import { VisionModule, type Batch } from './vision.js';
export class LitSegmenter extends VisionModule {
  trainingStep(batch: Batch) {
    const { loss, iou } = this.evaluate(batch);
    this.log('train_loss', loss, { sync_dist: true, prog_bar: true, logger: true });
//                                 ^^^^^^^^^ certain option
//                                                  ^^^^^^^^ certain option
    this.log(\`train_iou_\${this.mode}\`, iou);
    return loss;
  }
  onTrainEpochEnd() { this.log('epoch_done', tf.scalar(1), { onStep: true, onEpoch: true }); }
//                                                           ^^^^^^^^^^^^ certain onStep
}`,
      'vision.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport type Batch = unknown;\nexport abstract class VisionModule extends LightningModule { mode = 'a'; evaluate(batch: Batch): any {} }",
    },
  },
  fixes: {
    'names of options': [
      step("this.log('a', 1, { prog_bar: true });"),
      step("this.log('a', 1, { progBar: true });"),
    ].map((text) => `import { LightningModule } from 'lightning-tfjs';\n${text}`) as [string, string],
    'a third argument': [step("this.log('a', 1, true);"), step("this.log('a', 1, { progBar: true });")].map(
      (text) => `import { LightningModule } from 'lightning-tfjs';\n${text}`,
    ) as [string, string],
  },
});

it('knows the options of the runtime', async () => {
  const { readFileSync } = await import('node:fs');
  const text = readFileSync(new URL('../../../runtime/src/core/logOptions.ts', import.meta.url), 'utf8');
  const [, body = ''] = /export interface LogOptions \{([\s\S]*?)\n\}/.exec(text) ?? [];
  expect([...body.matchAll(/^ {2}(\w+)\?:/gm)].map(([, name]) => name)).toEqual(LOG_OPTIONS);
});

it('names the option that was meant', () => {
  const [finding] = findingsIn(logBadArguments, {
    'a.ts': `import { LightningModule } from 'lightning-tfjs';\n${step("this.log('a', 1, { prog_bar: true });")}`,
  });
  expect(finding?.message).toBe("log has no option 'prog_bar'. Did you mean 'progBar'?");
});
