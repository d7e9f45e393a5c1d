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

/** Options of {@link ConstantLR}. */
export interface ConstantLROptions extends LRSchedulerOptions {
  /** Factor of the rate, from 0 to 1; default 1/3. */
  factor?: number;
  /** Epochs after which the rate is whole again; default 5. */
  totalIters?: number;
}

const RULES: OptionRules<ConstantLROptions> = {
  factor: optional(
    numberWhere('a number from 0 to 1', (value) => value >= 0 && value <= 1),
    1 / 3,
  ),
  totalIters: optional(wholeNumber(0), 5),
  lastEpoch: LAST_EPOCH,
};

/** A part of the rate for the first epochs, then all of it. Source: torch.optim.lr_scheduler.ConstantLR. */
export class ConstantLR extends LRScheduler<Settings<ConstantLROptions>> {
  constructor(optimizer: Optimizer, options: ConstantLROptions = {}) {
    super(optimizer, resolveOptions('ConstantLR', optimizer, options, RULES));
  }

  protected override getLr(): number[] {
    const { factor, totalIters } = this.state;
    if (this.lastEpoch === 0) return this.scaled(factor);
    if (this.lastEpoch !== totalIters) return this.lrs;
    // From 0 no factor leads back; torch divides by it.
    return factor === 0 ? [...this.baseLrs] : this.scaled(1 / factor);
  }

  protected override getClosedFormLr(): number[] {
    const { factor, totalIters } = this.state;
    return this.baseLrs.map((lr) => lr * (this.lastEpoch >= totalIters ? 1 : factor));
  }
}
