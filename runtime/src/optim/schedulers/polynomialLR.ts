import type { Optimizer } from '../optimizer.js';
import { LRScheduler, type LRSchedulerOptions, type Settings } from './lrScheduler.js';
import { LAST_EPOCH, NUMBER, type OptionRules, optional, resolveOptions, wholeNumber } from './schedulerOptions.js';

/** Options of {@link PolynomialLR}. */
export interface PolynomialLROptions extends LRSchedulerOptions {
  /** Epochs until the rate is 0; default 5. */
  totalIters?: number;
  /** Default 1: in a straight line. */
  power?: number;
}

const RULES: OptionRules<PolynomialLROptions> = {
  totalIters: optional(wholeNumber(0), 5),
  power: optional(NUMBER, 1),
  lastEpoch: LAST_EPOCH,
};

/** The rate falls to 0 along a power of the epochs that are left. Source: torch.optim.lr_scheduler.PolynomialLR. */
export class PolynomialLR extends LRScheduler<Settings<PolynomialLROptions>> {
  constructor(optimizer: Optimizer, options: PolynomialLROptions = {}) {
    super(optimizer, resolveOptions('PolynomialLR', optimizer, options, RULES));
  }

  protected override getLr(): number[] {
    const { totalIters, power } = this.state;
    if (this.isInitial || this.lastEpoch > totalIters) return this.lrs;
    const left = (epoch: number) => 1 - epoch / totalIters;
    return this.scaled((left(this.lastEpoch) / left(this.lastEpoch - 1)) ** power);
  }

  protected override getClosedFormLr(): number[] {
    const { totalIters, power } = this.state;
    const done = totalIters === 0 ? 0 : Math.min(totalIters, this.lastEpoch) / totalIters;
    return this.baseLrs.map((lr) => lr * (1 - done) ** power);
  }
}
