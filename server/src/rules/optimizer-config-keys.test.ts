import { optimizerConfigKeys } from './optimizer-config-keys.js';
import { testRule } from './testRule.js';

const config = (returned: string) =>
  `import { LightningModule, optim } from 'lightning-tfjs';\nclass Lit extends LightningModule {\n  configureOptimizers() {\n    const optimizer = new optim.Adam(this.parameters());\n    const scheduler = new optim.StepLR(optimizer, { stepSize: 1 });\n    return ${returned};\n  }\n}\n`;

testRule(optimizerConfigKeys, {
  silent: {
    'keys that there are': config(
      "{ optimizer, lrScheduler: { scheduler, interval: 'step', frequency: 2, name: 'a', strict: false }, monitor: 'b' }",
    ),
    'an optimizer alone': config('optimizer'),
    lists: config('[[optimizer], [scheduler]]'),
    'what may be among the rest': config('{ ...this.base(), lrScheduler: { ...this.settings(), scheduler } }'),
    'values that only a run can tell': config(
      '{ optimizer, lrScheduler: { scheduler, interval: this.interval, frequency: this.frequency } }',
    ),
    'other objects of the method': config('(this.note({ optimiser: 1, lr_scheduler: 2 }), optimizer)'),
    'settings in another file': {
      'lit.ts':
        "import { LightningModule, optim } from 'lightning-tfjs';\nimport { settings } from './settings.js';\nexport class Lit extends LightningModule { configureOptimizers() { const optimizer = new optim.SGD(this.parameters()); return { optimizer, ...settings }; } }",
      'settings.ts': 'export const settings = { lr_scheduler: 1 };',
    },
  },
  reports: {
    'keys of Python': `
class Lit extends LightningModule {
  configureOptimizers() {
    const optimizer = new optim.Adam(this.parameters());
    return { optimizer, lr_scheduler: new optim.StepLR(optimizer, { stepSize: 1 }) };
//                      ^^^^^^^^^^^^ certain optimizerKey
  }
}`,
    'keys of the settings': `
class Lit extends LightningModule {
  configureOptimizers() {
    const optimizer = new optim.Adam(this.parameters());
    const scheduler = new optim.StepLR(optimizer, { stepSize: 1 });
    return { optimizer, lrScheduler: { scheduler, intervall: 'step', every: 2 } };
//                                                ^^^^^^^^^ certain schedulerKey
//                                                                   ^^^^^ certain schedulerKey
  }
}`,
    'values of the settings': `
class Lit extends LightningModule {
  configureOptimizers() {
    const optimizer = new optim.Adam(this.parameters());
    const scheduler = new optim.StepLR(optimizer, { stepSize: 1 });
    return [[optimizer], [{ scheduler, interval: 'steps', frequency: 0 }]];
//                                               ^^^^^^^ certain interval
//                                                                   ^ certain frequency
  }
}`,
    'what is missing': `
class Lit extends LightningModule {
  configureOptimizers() {
    const optimizer = new optim.Adam(this.parameters());
    if (this.a) return { lrScheduler: new optim.StepLR(optimizer, { stepSize: 1 }) };
//                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ certain noOptimizer
    return { optimizer, lrScheduler: { interval: 'step' } };
//                                   ^^^^^^^^^^^^^^^^^^^^ certain noScheduler
  }
}`,
    'settings that nobody reads': `
class Lit extends LightningModule {
  automaticOptimization = false;
  configureOptimizers() {
    const optimizer = new optim.Adam(this.parameters());
    return { optimizer, lrScheduler: { scheduler: new optim.StepLR(optimizer, { stepSize: 1 }), monitor: 'a' } };
//                                                                                              ^^^^^^^^^^^^ certain manual
  }
}`,
    'a list of objects': `
class Lit extends LightningModule {
  configureOptimizers() {
    const optimizers = [{ optimizer: new optim.Adam(this.a), schedule: 1 }];
//                                                           ^^^^^^^^ certain optimizerKey
    return optimizers;
  }
}`,
    'a base that cannot be read': `
import { TheirLightningModule } from './theirs'; // not lightning-tfjs
class Lit extends TheirLightningModule {
  configureOptimizers() { return { optimiser: this.make() }; }
//                                 ^^^^^^^^^ likely optimizerKey
}`,
    'a module with its base in another file': {
      'lit.ts': `import { optim } from 'lightning-tfjs';
import { Vision } from './vision.js';
export class LitResNet extends Vision {
  override async configureOptimizers() {
    const optimizer = new optim.SGD(this.parameters(), { lr: 0.1, momentum: 0.9 });
    const scheduler = new optim.OneCycleLR(optimizer, { maxLr: 0.4, totalSteps: await this.steps() });
    return { optimizer, lrSchedular: { scheduler, interval: 'step' } };
//                      ^^^^^^^^^^^ certain optimizerKey
  }
}`,
      'vision.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport abstract class Vision extends LightningModule { async steps() { return 100; } }",
    },
  },
  fixes: {
    'a key': [config('{ optimizer, lr_scheduler: scheduler }'), config('{ optimizer, lrScheduler: scheduler }')],
    'a value': [
      config("{ optimizer, lrScheduler: { scheduler, interval: 'epochs' } }"),
      config("{ optimizer, lrScheduler: { scheduler, interval: 'epoch' } }"),
    ],
  },
});
