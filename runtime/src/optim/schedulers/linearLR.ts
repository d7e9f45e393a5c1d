import type { Optimizer } from '../optimizer.js';
import { LRScheduler, type LRSchedulerOptions, type Settings } from './lrScheduler.js';
import {
  LAST_EPOCH,
  numberWhere,
  type OptionRules,
  optional,
  resolveOptions,
  wholeNumber,
} from './schedulerOptions.js';

/** Options of {@link LinearLR}. */
export interface LinearLROptions extends LRSchedulerOptions {
  /** Factor of the rate in the first epoch, above 0 and up to 1; default 1/3. */
  startFactor?: number;
  /** Factor of the rate in the end, from 0 to 1; default 1. */
  endFactor?: number;
  /** Epochs from the one to the other; default 5. */
  totalIters?: number;
}

const RULES: OptionRules<LinearLROptions> = {
  startFactor: optional(
    numberWhere('a number above 0 and up to 1', (value) => value > 0 && value <= 1),
    1 / 3,
  ),
  endFactor: optional(
    numberWhere('a number from 0 to 1', (value) => value >= 0 && value <= 1),
    1,
  ),
  totalIters: optional(wholeNumber(0), 5),
  lastEpoch: LAST_EPOCH,
};

/** The rate's factor goes from one number to another in equal steps: warm-up. Source: torch.optim.lr_scheduler.LinearLR. */
export class LinearLR extends LRScheduler<Settings<LinearLROptions>> {
  constructor(optimizer: Optimizer, options: LinearLROptions = {}) {
    super(optimizer, resolveOptions('LinearLR', optimizer, options, RULES));
  }

  protected override getLr(): number[] {
    const { startFactor, endFactor, totalIters } = this.state;
    if (this.lastEpoch === 0) return this.scaled(startFactor);
    if (this.isInitial || this.lastEpoch > totalIters) return this.lrs;
    const step = endFactor - startFactor;
    return this.scaled(1 + step / (totalIters * startFactor + (this.lastEpoch - 1) * step));
  }

  protected override getClosedFormLr(): number[] {
    const { startFactor, endFactor, totalIters } = this.state;
    const part = totalIters === 0 ? 1 : Math.min(totalIters, this.lastEpoch) / totalIters;
    return this.baseLrs.map((lr) => lr * (startFactor + (endFactor - startFactor) * part));
  }
}
