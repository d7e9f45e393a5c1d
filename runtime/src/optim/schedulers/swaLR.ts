import type { Optimizer } from '../optimizer.js';
import { LRScheduler, type LRSchedulerOptions, type ScheduledGroup, type Settings } from './lrScheduler.js';
import {
  LAST_EPOCH,
  NUMBERS,
  type OptionRules,
  oneOf,
  optional,
  perGroup,
  required,
  resolveOptions,
  wholeNumber,
} from './schedulerOptions.js';

/** Options of {@link SWALR}. */
export interface SWALROptions extends LRSchedulerOptions {
  /** The rate to come to; for each group. */
  swaLr: number | readonly number[];
  /** Epochs until it is there; default 10. */
  annealEpochs?: number;
  /** Along a cosine or a straight line; default 'cos'. */
  annealStrategy?: 'cos' | 'linear';
}

const RULES: OptionRules<SWALROptions> = {
  swaLr: required(NUMBERS),
  annealEpochs: optional(wholeNumber(0), 10),
  annealStrategy: optional(oneOf('cos', 'linear'), 'cos'),
  lastEpoch: LAST_EPOCH,
};

type State = Omit<Settings<SWALROptions>, 'swaLr'>;

/**
 * The rate goes from what it is to the one of stochastic weight averaging, and stays there.
 * Source: torch.optim.swa_utils.SWALR; Izmailov et al., 2018.
 */
export class SWALR extends LRScheduler<State> {
  constructor(optimizer: Optimizer, options: SWALROptions) {
    const { swaLr, ...settings } = resolveOptions('SWALR', optimizer, options, RULES);
    const rates = perGroup('SWALR', 'swaLr', optimizer, swaLr);
    for (const [index, group] of (optimizer.paramGroups as ScheduledGroup[]).entries()) {
      const rate = rates[index];
      if (rate !== undefined) group.swaLr = rate; // which travels with the group, as in torch
    }
    super(optimizer, settings);
  }

  protected override getLr(): number[] {
    // Counted by its own steps: `lastEpoch` may be any number.
    const taken = this.stepCount - 1;
    const step = this.state.annealEpochs === 0 ? Math.max(1, taken) : taken;
    const [before, now] = [share(step - 1, this.state), share(step, this.state)];
    return this.groups.map(({ lr, swaLr = lr }) => {
      const start = before === 1 ? swaLr : (lr - before * swaLr) / (1 - before);
      return swaLr * now + start * (1 - now);
    });
  }
}

/** How much of the way lies behind after so many steps, 0 to 1. */
function share(step: number, { annealEpochs, annealStrategy }: State): number {
  const t = Math.max(0, Math.min(1, step / Math.max(1, annealEpochs)));
  return annealStrategy === 'cos' ? (1 - Math.cos(Math.PI * t)) / 2 : t;
}
