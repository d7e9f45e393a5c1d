import { severalOptimizersAutomatic } from './several-optimizers-automatic.js';
import { testRule } from './testRule.js';

testRule(severalOptimizersAutomatic, {
  silent: {
    'one optimizer':
      'class Lit extends LightningModule { configureOptimizers() { return [new optim.Adam(this.parameters())]; } }',
    'one, and its scheduler':
      'class Lit extends LightningModule { configureOptimizers() { const o = new optim.Adam(this.parameters()); return [[o], [new optim.StepLR(o, { stepSize: 1 })]]; } }',
    'manual optimization':
      'class Lit extends LightningModule { automaticOptimization = false; configureOptimizers() { return [new optim.Adam(this.a), new optim.Adam(this.b)]; } }',
    'a switch that only a run can tell':
      'class Lit extends LightningModule { automaticOptimization = this.one; configureOptimizers() { return [new optim.Adam(this.a), new optim.Adam(this.b)]; } }',
    'objects that may be anything':
      'class Lit extends LightningModule { configureOptimizers() { return [this.first, this.second]; } }',
    'groups of parameters':
      'class Lit extends LightningModule { configureOptimizers() { return new optim.Adam([{ params: this.a }, { params: this.b, lr: 1 }]); } }',
    'a base in another file that switches': {
      'lit.ts':
        "import { optim } from 'lightning-tfjs';\nimport { Base } from './base.js';\nexport class Lit extends Base { configureOptimizers() { return [new optim.SGD(this.parameters()), new optim.SGD(this.parameters())]; } }",
      'base.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport class Base extends LightningModule { automaticOptimization = false; }",
    },
  },
  reports: {
    'a list': `
class Lit extends LightningModule {
  configureOptimizers() { return [new optim.Adam(this.a), new optim.SGD(this.b)]; }
//                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ certain several
}`,
    'two lists': `
class Lit extends LightningModule {
  configureOptimizers() {
    const g = new optim.Adam(this.a);
    const d = new optim.Adam(this.b);
    return [[g, d], []];
//         ^^^^^^^^^^^^ certain several
  }
}`,
    objects: `
class Lit extends LightningModule {
  configureOptimizers() {
    return [{ optimizer: new optim.Adam(this.a) }, { optimizer: new optim.Adam(this.b) }];
//         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ certain several
  }
}`,
    'a step that is manual in all but name': `
class Lit extends LightningModule {
  async trainingStep(b) { await this.manualBackward(f(b)); }
  configureOptimizers() { const list = [new optim.Adam(this.a), new optim.Adam(this.b)]; return list; }
//                                                                                              ^^^^ certain several
}`,
    'a base for others': `
abstract class Lit extends LightningModule {
  async configureOptimizers() { return [new optim.Adam(this.a), new optim.Adam(this.b)]; }
//                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ likely several
}`,
    'a GAN of 1.6': {
      'gan.ts': `import * as L from 'lightning-tfjs';
import { GanBase } from './base.js';
export class LitGan extends GanBase {
  override configureOptimizers() {
    const { lr } = this.hparams;
    const generator = new L.optim.Adam(this.generator.parameters(), { lr });
    const discriminator = new L.optim.Adam(this.discriminator.parameters(), { lr });
    return [generator, discriminator];
//         ^^^^^^^^^^^^^^^^^^^^^^^^^^ certain several
  }
}`,
      'base.ts':
        "import { LightningModule } from 'lightning-tfjs';\nexport abstract class GanBase extends LightningModule<{ lr: number }> { generator: any; discriminator: any; }",
    },
  },
  fixes: {
    'the switch': [
      "import { LightningModule, optim } from 'lightning-tfjs';\nclass Lit extends LightningModule {\n  async trainingStep(b) { await this.manualBackward(f(b)); }\n  configureOptimizers() { return [new optim.Adam(this.a), new optim.Adam(this.b)]; }\n}\n",
      "import { LightningModule, optim } from 'lightning-tfjs';\nclass Lit extends LightningModule {\n  automaticOptimization = false;\n  async trainingStep(b) { await this.manualBackward(f(b)); }\n  configureOptimizers() { return [new optim.Adam(this.a), new optim.Adam(this.b)]; }\n}\n",
    ],
  },
});
