import type { Optimizer } from '../optimizer.js';
import { LRScheduler, type LRSchedulerOptions, type Settings } from './lrScheduler.js';
import {
  LAST_EPOCH,
  NUMBER,
  numberWhere,
  type OptionRules,
  optional,
  required,
  resolveOptions,
} from './schedulerOptions.js';

/** Options of {@link CosineAnnealingLR}. */
export interface CosineAnnealingLROptions extends LRSchedulerOptions {
  /** Epochs from the highest rate to the lowest: half a period. */
  tMax: number;
  /** The lowest rate; default 0. */
  etaMin?: number;
}

const RULES: OptionRules<CosineAnnealingLROptions> = {
  tMax: required(numberWhere('a number above 0', (value) => value > 0)),
  etaMin: optional(NUMBER, 0),
  lastEpoch: LAST_EPOCH,
};

/**
 * The rate goes down and up along a cosine. Source: torch.optim.lr_scheduler.CosineAnnealingLR; Loshchilov and Hutter, 2017,
 * eq. 5 without restarts.
 */
export class CosineAnnealingLR extends LRScheduler<Settings<CosineAnnealingLROptions>> {
  constructor(optimizer: Optimizer, options: CosineAnnealingLROptions) {
    super(optimizer, resolveOptions('CosineAnnealingLR', optimizer, options, RULES));
  }

  protected override getLr(): number[] {
    const { tMax, etaMin } = this.state;
    const { lastEpoch } = this;
    if (this.isInitial) return this.lrs;
    if (this.stepCount === 1 && lastEpoch > 0) return this.getClosedFormLr();
    const height = (epoch: number) => 1 + Math.cos((Math.PI * epoch) / tMax);
    if ((lastEpoch - 1 - tMax) % (2 * tMax) === 0) {
      // The rate was the lowest, from which no factor leads up.
      const rise = (1 - Math.cos(Math.PI / tMax)) / 2;
      return this.lrs.map((lr, index) => lr + ((this.baseLrs[index] ?? lr) - etaMin) * rise);
    }
    const factor = height(lastEpoch) / height(lastEpoch - 1);
    return this.lrs.map((lr) => factor * (lr - etaMin) + etaMin);
  }

  protected override getClosedFormLr(): number[] {
    const { tMax, etaMin } = this.state;
    const part = (1 + Math.cos((Math.PI * this.lastEpoch) / tMax)) / 2;
    return this.baseLrs.map((lr) => etaMin + (lr - etaMin) * part);
  }
}
