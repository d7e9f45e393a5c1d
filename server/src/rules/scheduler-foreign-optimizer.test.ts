import { schedulerForeignOptimizer } from './scheduler-foreign-optimizer.js';
import { testRule } from './testRule.js';

const config = (body: string) =>
  `import { LightningModule, optim } from 'lightning-tfjs';\nclass Lit extends LightningModule {\n  configureOptimizers() {\n    const optimizer = new optim.Adam(this.parameters());\n    ${body}\n  }\n}\n`;

testRule(schedulerForeignOptimizer, {
  silent: {
    'the one that is returned': config(
      'return { optimizer, lrScheduler: new optim.StepLR(optimizer, { stepSize: 1 }) };',
    ),
    'another name for it': config(
      'const same = optimizer;\n    return [[optimizer], [new optim.StepLR(same, { stepSize: 1 })]];',
    ),
    'two of them': config(
      'const other = new optim.SGD(this.b);\n    return [[optimizer, other], [new optim.StepLR(other, { stepSize: 1 })]];',
    ),
    'an optimizer that only a run can tell': config(
      'return { optimizer, lrScheduler: new optim.StepLR(this.other, { stepSize: 1 }) };',
    ),
    'what is returned only a run can tell': config(
      'return { optimizer: this.make(), lrScheduler: new optim.StepLR(optimizer, { stepSize: 1 }) };',
    ),
    'a variable that may have changed': config(
      'let other = new optim.SGD(this.b); other = optimizer;\n    return { optimizer, lrScheduler: new optim.StepLR(other, { stepSize: 1 }) };',
    ),
    'an optimizer of another file': {
      'lit.ts':
        "import { LightningModule, optim } from 'lightning-tfjs';\nimport { makeOptimizer } from './make.js';\nexport class Lit extends LightningModule { configureOptimizers() { const optimizer = makeOptimizer(this); return { optimizer, lrScheduler: new optim.StepLR(optimizer, { stepSize: 1 }) }; } }",
      'make.ts':
        "import { optim } from 'lightning-tfjs';\nexport const makeOptimizer = (m: any) => new optim.SGD(m.parameters());",
    },
  },
  reports: {
    'one of its own': `
class Lit extends LightningModule {
  configureOptimizers() {
    const optimizer = new optim.Adam(this.a);
    const scheduler = new optim.StepLR(new optim.Adam(this.a), { stepSize: 1 });
//                                     ^^^^^^^^^^^^^^^^^^^^^^ certain foreign
    return { optimizer, lrScheduler: scheduler };
  }
}`,
    'the wrong one': `
class Lit extends LightningModule {
  configureOptimizers() {
    const g = new optim.Adam(this.a);
    const d = new optim.Adam(this.b);
    return [[g], [new optim.StepLR(d, { stepSize: 1 })]];
//                                 ^ certain foreign
  }
}`,
    settings: `
class Lit extends LightningModule {
  configureOptimizers() {
    const old = new optim.SGD(this.a);
    const optimizer = new optim.Adam(this.a);
    return { optimizer, lrScheduler: { scheduler: new optim.ExponentialLR(old, 0.9), interval: 'step' } };
//                                                                        ^^^ certain foreign
  }
}`,
    'constructed twice': `
class Lit extends LightningModule {
  configureOptimizers() {
    return { optimizer: new optim.Adam(this.a), lrScheduler: new optim.StepLR(new optim.Adam(this.a), { stepSize: 2 }) };
//                                                                            ^^^^^^^^^^^^^^^^^^^^^^ certain foreign
  }
}`,
    'one of several': `
class Lit extends LightningModule {
  automaticOptimization = false;
  configureOptimizers() {
    const a = new optim.Adam(this.a);
    const b = new optim.Adam(this.b);
    const c = new optim.Adam(this.c);
    return [[a, b], [new optim.StepLR(a, { stepSize: 1 }), new optim.StepLR(c, { stepSize: 1 })]];
//                                                                          ^ certain foreign
  }
}`,
    'a module with its base in another file': {
      'lit.ts': `import { optim } from 'lightning-tfjs';
import { Language } from './language.js';
export class LitTransformer extends Language {
  override configureOptimizers() {
    const warm = new optim.AdamW(this.head.parameters(), { lr: 1e-3 });
    const optimizer = new optim.AdamW(this.parameters(), { lr: 5e-5, weightDecay: 0.01 });
    const scheduler = new optim.LinearLR(warm, { totalIters: 500 });
//                                       ^^^^ certain foreign
    return { optimizer, lrScheduler: { scheduler, interval: 'step' } };
  }
}`,
      'language.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport abstract class Language extends LightningModule { head: any; }",
    },
  },
  fixes: {
    'the one that is returned': [
      config(
        'const scheduler = new optim.StepLR(new optim.SGD(this.a), { stepSize: 1 });\n    return { optimizer, lrScheduler: scheduler };',
      ),
      config(
        'const scheduler = new optim.StepLR(optimizer, { stepSize: 1 });\n    return { optimizer, lrScheduler: scheduler };',
      ),
    ],
  },
});
