import { MisconfigurationError } from '../../errors/index.js';
import type { Optimizer } from '../optimizer.js';
import { LRScheduler } from './lrScheduler.js';
import {
  NUMBER,
  NUMBERS,
  numberWhere,
  type OptionRules,
  oneOf,
  optional,
  perGroup,
  resolveOptions,
  wholeNumber,
} from './schedulerOptions.js';
import { fromTorchName, type SchedulerState, toTorchNames } from './schedulerState.js';

/** Options of {@link ReduceLROnPlateau}. */
export interface ReduceLROnPlateauOptions {
  /** Whether the metric should fall or rise; default 'min'. */
  mode?: 'min' | 'max';
  /** Factor of the rate, below 1; default 0.1. */
  factor?: number;
  /** Epochs without improvement that are let pass; default 10. */
  patience?: number;
  /** What counts as an improvement; default 1e-4. */
  threshold?: number;
  /** `threshold` as a part of the best value, or as a difference; default 'rel'. */
  thresholdMode?: 'rel' | 'abs';
  /** Epochs to wait after a reduction; default 0. */
  cooldown?: number;
  /** No rate goes below it; default 0; for each group. */
  minLr?: number | readonly number[];
  /** A smaller difference is not made; default 1e-8. */
  eps?: number;
}

const FROM_ZERO = numberWhere('a number from 0 up', (value) => value >= 0);

const RULES: OptionRules<ReduceLROnPlateauOptions> = {
  mode: optional(oneOf('min', 'max'), 'min'),
  factor: optional(
    numberWhere('a number below 1', (value) => value < 1),
    0.1,
  ),
  patience: optional(wholeNumber(0), 10),
  threshold: optional(NUMBER, 1e-4),
  thresholdMode: optional(oneOf('rel', 'abs'), 'rel'),
  cooldown: optional(wholeNumber(0), 0),
  minLr: optional(NUMBERS, 0),
  eps: optional(FROM_ZERO, 1e-8),
};

interface State extends Required<Omit<ReduceLROnPlateauOptions, 'minLr'>> {
  minLrs: readonly number[];
  /** The minimum of groups that are added later; null when each group has its own. */
  defaultMinLr: number | null;
  best: number;
  cooldownCounter: number;
  numBadEpochs: number;
}

/** Reduces the rate when a metric stops improving. Source: torch.optim.lr_scheduler.ReduceLROnPlateau. */
export class ReduceLROnPlateau extends LRScheduler<State> {
  constructor(optimizer: Optimizer, options: ReduceLROnPlateauOptions = {}) {
    const { minLr, ...rest } = resolveOptions('ReduceLROnPlateau', optimizer, options, RULES);
    super(optimizer, {
      ...rest,
      minLrs: perGroup('ReduceLROnPlateau', 'minLr', optimizer, minLr),
      defaultMinLr: typeof minLr === 'number' ? minLr : null,
      best: rest.mode === 'min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY,
      cooldownCounter: 0,
      numBadEpochs: 0,
    });
  }

  /** The best value so far; infinite before the first. */
  get best(): number {
    return this.state.best;
  }

  /** Epochs without improvement since the best value or the last reduction. */
  get numBadEpochs(): number {
    return this.state.numBadEpochs;
  }

  /** True while it waits after a reduction. */
  get inCooldown(): boolean {
    return this.state.cooldownCounter > 0;
  }

  /**
   * @param metric the value of this epoch
   * @throws MisconfigurationError for anything but a number
   */
  override step(metric: number): void {
    if (typeof metric !== 'number') {
      throw new MisconfigurationError({
        code: 'scheduler-step',
        found: `ReduceLROnPlateau.step was given ${metric === undefined ? 'nothing' : `a ${typeof metric}`}.`,
        allowed: 'the value of the metric, a number',
        fix: 'Write scheduler.step(value).',
      });
    }
    const { state } = this;
    this.lastEpoch++;
    if (isBetter(state, metric)) {
      state.best = metric;
      state.numBadEpochs = 0;
    } else {
      state.numBadEpochs++;
    }
    if (state.cooldownCounter > 0) {
      state.cooldownCounter--;
      state.numBadEpochs = 0;
    }
    if (state.numBadEpochs > state.patience) {
      this.#reduce();
      state.cooldownCounter = state.cooldown;
      state.numBadEpochs = 0;
    }
    this.noteLastLr();
  }

  override stateDict(): SchedulerState {
    return { ...toTorchNames(this.state), last_epoch: this.lastEpoch, _last_lr: this.getLastLr() };
  }

  /** Notes no `initialLr` and makes no step: there is no metric yet. */
  protected override begin(): void {
    this.lastEpoch = 0;
    this.noteLastLr();
  }

  protected override restore({ last_epoch, _last_lr, ...own }: SchedulerState): void {
    for (const [name, value] of Object.entries(own)) Reflect.set(this.state, fromTorchName(name), value);
    this.lastEpoch = last_epoch as number; // checked, as the next
    this.noteLastLr(_last_lr as readonly number[]);
  }

  #reduce(): void {
    const { factor, minLrs, defaultMinLr, eps } = this.state;
    this.setLrs(
      this.lrs.map((lr, index) => {
        const lowest = minLrs[index] ?? defaultMinLr;
        if (lowest === null) throw noMinimum(minLrs.length, this.groups.length);
        const reduced = Math.max(lr * factor, lowest);
        return lr - reduced > eps ? reduced : lr;
      }),
    );
  }
}

function isBetter({ mode, threshold, thresholdMode, best }: State, value: number): boolean {
  const sign = mode === 'min' ? -1 : 1;
  const bar = thresholdMode === 'rel' ? best * (1 + sign * threshold) : best + sign * threshold;
  return mode === 'min' ? value < bar : value > bar;
}

function noMinimum(minima: number, groups: number): MisconfigurationError {
  return new MisconfigurationError({
    code: 'scheduler-groups',
    found: `ReduceLROnPlateau has a \`minLr\` for ${minima} parameter groups, and its optimizer has ${groups}.`,
    fix: 'Make the scheduler anew after adding groups, or give it one minLr for all.',
  });
}
