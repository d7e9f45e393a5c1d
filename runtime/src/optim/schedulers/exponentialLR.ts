import type { Optimizer } from '../optimizer.js';
import { LRScheduler, type LRSchedulerOptions, type Settings } from './lrScheduler.js';
import { LAST_EPOCH, NUMBER, type OptionRules, required, resolveOptions } from './schedulerOptions.js';

/** Options of {@link ExponentialLR}. */
export interface ExponentialLROptions extends LRSchedulerOptions {
  /** Factor of each epoch. */
  gamma: number;
}

const RULES: OptionRules<ExponentialLROptions> = { gamma: required(NUMBER), lastEpoch: LAST_EPOCH };

/** Decays the rate each epoch. Source: torch.optim.lr_scheduler.ExponentialLR. */
export class ExponentialLR extends LRScheduler<Settings<ExponentialLROptions>> {
  constructor(optimizer: Optimizer, options: ExponentialLROptions) {
    super(optimizer, resolveOptions('ExponentialLR', optimizer, options, RULES));
  }

  protected override getLr(): number[] {
    return this.isInitial ? this.lrs : this.scaled(this.state.gamma);
  }

  protected override getClosedFormLr(): number[] {
    return this.baseLrs.map((lr) => lr * this.state.gamma ** this.lastEpoch);
  }
}
