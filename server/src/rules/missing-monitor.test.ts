import { missingMonitor } from './missing-monitor.js';
import { testRule } from './testRule.js';

const plateau = (returned: string, more = '') =>
  `class Lit extends LightningModule { ${more} configureOptimizers() { const optimizer = new optim.SGD(this.parameters(), { lr: 1 }); const scheduler = new optim.ReduceLROnPlateau(optimizer); return ${returned}; } }`;

testRule(missingMonitor, {
  silent: {
    'a monitor beside the scheduler': plateau("{ optimizer, lrScheduler: { scheduler, monitor: 'val_loss' } }"),
    'a monitor beside the optimizer': plateau("{ optimizer, lrScheduler: scheduler, monitor: 'val_loss' }"),
    'manual optimization': plateau('[[optimizer], [scheduler]]', 'automaticOptimization = false;'),
    'settings that only a run can tell': plateau('{ optimizer, lrScheduler: { scheduler, ...settings } }'),
    'a scheduler without one':
      'class Lit extends LightningModule { configureOptimizers() { const o = new optim.Adam(this.parameters()); return [[o], [new optim.StepLR(o, { stepSize: 1 })]]; } }',
    'callbacks that have one, or need none':
      "new ModelCheckpoint({ saveTopK: 3, monitor: 'a' });\nnew ModelCheckpoint({ saveTopK: -1 });\nnew ModelCheckpoint();\nnew EarlyStopping({ monitor: 'a' });\nnew EarlyStopping(options);",
    'options in another file': {
      'lit.ts':
        "import { EarlyStopping, ModelCheckpoint } from 'lightning-tfjs';\nimport { watched } from './watched.js';\nexport const callbacks = [new EarlyStopping({ ...watched }), new ModelCheckpoint({ saveTopK: 2, ...watched })];",
      'watched.ts': "export const watched = { monitor: 'val_loss' };",
    },
  },
  reports: {
    'settings without one': `
class Lit extends LightningModule {
  configureOptimizers() {
    const optimizer = new optim.Adam(this.parameters());
    return { optimizer, lrScheduler: { scheduler: new optim.ReduceLROnPlateau(optimizer), interval: 'epoch' } };
//                                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ certain plateau
  }
}`,
    'a scheduler alone': `
class Lit extends LightningModule {
  validationStep() { this.log('val_loss', 1); }
  configureOptimizers() {
    const optimizer = new optim.Adam(this.parameters());
    const lrScheduler = new optim.ReduceLROnPlateau(optimizer);
    return { optimizer, lrScheduler };
//                      ^^^^^^^^^^^ certain plateau
  }
}`,
    'two lists': `
class Lit extends LightningModule {
  configureOptimizers() {
    const optimizer = new optim.Adam(this.parameters());
    return [[optimizer], [new optim.ReduceLROnPlateau(optimizer)]];
//                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ certain plateau
  }
}`,
    'the best of several': `
new ModelCheckpoint({ dirpath: 'runs', saveTopK: 3 });
//                                     ^^^^^^^^^^^ certain topK`,
    'nothing to stop for': `
new EarlyStopping();
//  ^^^^^^^^^^^^^ certain stopping
new EarlyStopping({ patience: 3, monitor: undefined });
//  ^^^^^^^^^^^^^ certain stopping`,
    'one of two cases': `
class Lit extends LightningModule {
  configureOptimizers() {
    const optimizer = new optim.Adam(this.parameters());
    if (this.plain) return optimizer;
    return { optimizer, lrScheduler: { scheduler: new optim.ReduceLROnPlateau(optimizer), frequency: 2 } };
//                                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ certain plateau
  }
}`,
    'a module with its base in another file': {
      'lit.ts': `import * as L from 'lightning-tfjs';
import { Vision } from './vision.js';
export class LitNet extends Vision {
  override configureOptimizers() {
    const optimizer = new L.optim.SGD(this.parameters(), { lr: 0.1, momentum: 0.9 });
    const scheduler = new L.optim.ReduceLROnPlateau(optimizer, { patience: 3 });
    return [{ optimizer, lrScheduler: { scheduler, name: 'plateau' } }];
//                                      ^^^^^^^^^ certain plateau
  }
}`,
      'vision.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport abstract class Vision extends LightningModule { validationStep() { this.log('val_loss', 1); } }",
    },
  },
  fixes: {
    'the only loss of validation': [
      "import { LightningModule, optim } from 'lightning-tfjs';\nclass Lit extends LightningModule {\n  validationStep() { this.log('val_loss', 1); }\n  configureOptimizers() {\n    const optimizer = new optim.Adam(this.parameters());\n    return { optimizer, lrScheduler: new optim.ReduceLROnPlateau(optimizer) };\n  }\n}\n",
      "import { LightningModule, optim } from 'lightning-tfjs';\nclass Lit extends LightningModule {\n  validationStep() { this.log('val_loss', 1); }\n  configureOptimizers() {\n    const optimizer = new optim.Adam(this.parameters());\n    return { optimizer, lrScheduler: new optim.ReduceLROnPlateau(optimizer), monitor: 'val_loss' };\n  }\n}\n",
    ],
  },
});
