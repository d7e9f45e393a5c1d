import type { Optimizer } from '../optimizer.js';
import { LRScheduler, type LRSchedulerOptions, type Settings } from './lrScheduler.js';
import {
  LAST_EPOCH,
  NUMBER,
  type OptionRules,
  optional,
  required,
  resolveOptions,
  wholeNumber,
} from './schedulerOptions.js';

/** Options of {@link StepLR}. */
export interface StepLROptions extends LRSchedulerOptions {
  /** Epochs between two decays. */
  stepSize: number;
  /** Factor of each decay; default 0.1. */
  gamma?: number;
}

const RULES: OptionRules<StepLROptions> = {
  stepSize: required(wholeNumber(1)),
  gamma: optional(NUMBER, 0.1),
  lastEpoch: LAST_EPOCH,
};

/** Decays the rate every `stepSize` epochs. Source: torch.optim.lr_scheduler.StepLR. */
export class StepLR extends LRScheduler<Settings<StepLROptions>> {
  constructor(optimizer: Optimizer, options: StepLROptions) {
    super(optimizer, resolveOptions('StepLR', optimizer, options, RULES));
  }

  protected override getLr(): number[] {
    const { stepSize, gamma } = this.state;
    return this.lastEpoch === 0 || this.lastEpoch % stepSize !== 0 ? this.lrs : this.scaled(gamma);
  }

  protected override getClosedFormLr(): number[] {
    const { stepSize, gamma } = this.state;
    return this.baseLrs.map((lr) => lr * gamma ** Math.floor(this.lastEpoch / stepSize));
  }
}
