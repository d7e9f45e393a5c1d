import { describe, expectTypeOf, it } from 'vitest';
import * as optim from '../optim/index.js';
import { LightningModule } from './index.js';

abstract class Base extends LightningModule {
  make() {
    const optimizer = new optim.Adam(this.parameters());
    return { optimizer, scheduler: new optim.StepLR(optimizer, { stepSize: 2 }) };
  }
}

/** Every form, as TypeScript infers it where nobody writes a type. */
const forms = [
  class extends Base {
    override configureOptimizers() {
      return this.make().optimizer;
    }
  },
  class extends Base {
    override configureOptimizers() {
      return [this.make().optimizer];
    }
  },
  class extends Base {
    override configureOptimizers() {
      const { optimizer, scheduler } = this.make();
      return [[optimizer], [scheduler]];
    }
  },
  class extends Base {
    override configureOptimizers() {
      const { optimizer, scheduler } = this.make();
      return [[optimizer], [{ scheduler, interval: 'step' }]];
    }
  },
  class extends Base {
    override configureOptimizers() {
      const { optimizer, scheduler } = this.make();
      return { optimizer, lrScheduler: scheduler, monitor: 'val_loss' };
    }
  },
  class extends Base {
    override async configureOptimizers() {
      const { optimizer, scheduler } = this.make();
      return { optimizer, lrScheduler: { scheduler, interval: 'step', frequency: 2, strict: false } };
    }
  },
  class extends Base {
    override configureOptimizers() {
      const { optimizer, scheduler } = this.make();
      return [{ optimizer, lrScheduler: { scheduler, monitor: 'val_loss' } }, { optimizer }];
    }
  },
  class extends Base {
    // @ts-expect-error text is no optimizer
    override configureOptimizers() {
      return 'adam';
    }
  },
  class extends Base {
    // @ts-expect-error a frequency is a number
    override configureOptimizers() {
      const { optimizer, scheduler } = this.make();
      return { optimizer, lrScheduler: { scheduler, frequency: 'often' } };
    }
  },
  class extends Base {
    override lrSchedulerStep(scheduler: optim.StepLR, metric: number | null) {
      expectTypeOf(metric).toEqualTypeOf<number | null>();
      scheduler.step(this.currentEpoch);
      expectTypeOf(this.lrSchedulers()[0]).toEqualTypeOf<optim.LRScheduler | undefined>();
    }
  },
] as const;

describe('the types of schedulers', () => {
  it('know every form that configureOptimizers may return', () => {
    expectTypeOf(forms).not.toBeAny();
  });

  it('know the words of options', () => {
    const make = (optimizer: optim.Optimizer) => {
      new optim.CyclicLR(optimizer, { baseLr: 0.1, maxLr: [1, 2], mode: 'exp_range' });
      // @ts-expect-error there is no such mode
      new optim.CyclicLR(optimizer, { baseLr: 0.1, maxLr: 1, mode: 'square' });
      // @ts-expect-error the size of a step must be given
      new optim.StepLR(optimizer, { gamma: 0.5 });
      // @ts-expect-error a plateau needs the metric
      new optim.ReduceLROnPlateau(optimizer).step();
    };
    expectTypeOf(make).toBeFunction();
  });
});
