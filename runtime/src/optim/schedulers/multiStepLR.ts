import type { Optimizer } from '../optimizer.js';
import { LRScheduler, type LRSchedulerOptions, type Settings } from './lrScheduler.js';
import {
  LAST_EPOCH,
  MILESTONES,
  NUMBER,
  type OptionRules,
  optional,
  required,
  resolveOptions,
} from './schedulerOptions.js';

/** Options of {@link MultiStepLR}. */
export interface MultiStepLROptions extends LRSchedulerOptions {
  /** Epochs of the decays, in increasing order; one that stands there twice decays twice. */
  milestones: readonly number[];
  /** Factor of each decay; default 0.1. */
  gamma?: number;
}

const RULES: OptionRules<MultiStepLROptions> = {
  milestones: required(MILESTONES),
  gamma: optional(NUMBER, 0.1),
  lastEpoch: LAST_EPOCH,
};

/** Decays the rate at given epochs. Source: torch.optim.lr_scheduler.MultiStepLR. */
export class MultiStepLR extends LRScheduler<Settings<MultiStepLROptions>> {
  constructor(optimizer: Optimizer, options: MultiStepLROptions) {
    super(optimizer, resolveOptions('MultiStepLR', optimizer, options, RULES));
  }

  protected override getLr(): number[] {
    const { milestones, gamma } = this.state;
    const decays = milestones.filter((milestone) => milestone === this.lastEpoch).length;
    return decays === 0 ? this.lrs : this.scaled(gamma ** decays);
  }

  protected override getClosedFormLr(): number[] {
    const { milestones, gamma } = this.state;
    const decays = milestones.filter((milestone) => milestone <= this.lastEpoch).length;
    return this.baseLrs.map((lr) => lr * gamma ** decays);
  }
}
