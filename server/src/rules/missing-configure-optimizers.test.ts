import { missingConfigureOptimizers } from './missing-configure-optimizers.js';
import { testRule } from './testRule.js';

testRule(missingConfigureOptimizers, {
  silent: {
    'a module that has one': 'class Lit extends LightningModule { trainingStep() {} configureOptimizers() {} }',
    'one in the base class':
      'class A extends LightningModule { configureOptimizers() {} }\nclass B extends A { trainingStep() {} }',
    'an abstract class': 'abstract class Lit extends LightningModule { trainingStep() {} }',
    'a module for validation, test and prediction only':
      'class Lit extends LightningModule { validationStep() {} testStep() {} predictStep() {} }',
    'a misspelt one, which unknown-hook reports':
      'class Lit extends LightningModule { trainingStep() {} configureOptimizer() {} }',
    'one in a base class of another file': {
      'lit.ts': "import Base from './base.js';\nexport class Lit extends Base { trainingStep() {} }",
      'base.ts':
        "import * as L from 'lightning-tfjs';\nexport default abstract class extends L.LightningModule { configureOptimizers() {} }",
    },
  },
  reports: {
    'a module without one': `
class Lit extends LightningModule { trainingStep() {} }
//    ^^^ certain missing`,
    'manual optimization needs one too': `
class Lit extends LightningModule {
//    ^^^ certain missing
  automaticOptimization = false;
  trainingStep() { this.manualBackward(1); }
}`,
    'a class that has a step for validation too': `
class Lit extends LightningModule {
//    ^^^ certain missing
  trainingStep() {}
  validationStep() {}
}`,
    'a base that cannot be read': `
import { BaseLightningModule } from './bases.js'; // of lightning-tfjs
class Lit extends BaseLightningModule { trainingStep() {} }
//    ^^^ likely missing`,
    'JavaScript, a namespace': {
      'lit.mjs': `import * as L from 'lightning-tfjs';
export class Lit extends L.LightningModule {
//           ^^^ certain missing
  trainingStep(batch) { return this.forward(batch); }
}`,
    },
    'a JSX file': {
      'lit.tsx': `import { LightningModule } from 'lightning-tfjs';
export class Lit extends LightningModule {
//           ^^^ certain missing
  trainingStep() {}
}
export const View = () => <p>{Lit.name}</p>;`,
    },
  },
  fixes: {
    'the name joins the import': [
      `import { LightningModule } from 'lightning-tfjs';

class Lit extends LightningModule {
  trainingStep() {}
}
`,
      `import { LightningModule, optim } from 'lightning-tfjs';

class Lit extends LightningModule {
  trainingStep() {}

  configureOptimizers() {
    return new optim.Adam(this.parameters(), { lr: 1e-3 });
  }
}
`,
    ],
    'on a line of its own, where the others have theirs': [
      "import {\n    LightningModule,\n    type Trainer,\n    tf,\n} from 'lightning-tfjs';\nclass Lit extends LightningModule {}\n",
      `import {
    LightningModule,
    type Trainer,
    tf,
    optim,
} from 'lightning-tfjs';
class Lit extends LightningModule {
    configureOptimizers() {
        return new optim.Adam(this.parameters(), { lr: 1e-3 });
    }
}
`,
    ],
    'an alias that is there': [
      "import { LightningModule, optim as o } from 'lightning-tfjs';\nclass Lit extends LightningModule {}\n",
      `import { LightningModule, optim as o } from 'lightning-tfjs';
class Lit extends LightningModule {
  configureOptimizers() {
    return new o.Adam(this.parameters(), { lr: 1e-3 });
  }
}
`,
    ],
    'a name that is taken': [
      "import { LightningModule } from 'lightning-tfjs';\nconst optim = 1;\nclass Lit extends LightningModule {}\n",
      `import { LightningModule, optim as lightningOptim } from 'lightning-tfjs';
const optim = 1;
class Lit extends LightningModule {
  configureOptimizers() {
    return new lightningOptim.Adam(this.parameters(), { lr: 1e-3 });
  }
}
`,
    ],
    'a destructured require': [
      {
        'lit.js': "const { LightningModule } = require('lightning-tfjs');\nclass Lit extends LightningModule {}\n",
      },
      `const { LightningModule, optim } = require('lightning-tfjs');
class Lit extends LightningModule {
  configureOptimizers() {
    return new optim.Adam(this.parameters(), { lr: 1e-3 });
  }
}
`,
    ],
    'a base in another file: a new import': [
      {
        'lit.ts': "import { Base } from './base.js'; // ours\n\nexport class Lit extends Base {}\n",
        'base.ts':
          "import { LightningModule } from 'lightning-tfjs';\nexport abstract class Base extends LightningModule {}",
      },
      `import { Base } from './base.js'; // ours
import { optim } from 'lightning-tfjs';

export class Lit extends Base {
  configureOptimizers() {
    return new optim.Adam(this.parameters(), { lr: 1e-3 });
  }
}
`,
    ],
    'a namespace': [
      "import * as L from 'lightning-tfjs';\nclass Lit extends L.LightningModule {}\n",
      `import * as L from 'lightning-tfjs';
class Lit extends L.LightningModule {
  configureOptimizers() {
    return new L.optim.Adam(this.parameters(), { lr: 1e-3 });
  }
}
`,
    ],
  },
});
