import type { Optimizer } from '../optimizer.js';
import { LRScheduler, type LRSchedulerOptions, type Settings } from './lrScheduler.js';
import {
  checkStepEpoch,
  LAST_EPOCH,
  NUMBER,
  type OptionRules,
  optional,
  required,
  resolveOptions,
  wholeNumber,
} from './schedulerOptions.js';

/** Options of {@link CosineAnnealingWarmRestarts}. */
export interface CosineAnnealingWarmRestartsOptions extends LRSchedulerOptions {
  /** Epochs until the first restart. */
  t0: number;
  /** Each time it takes this many times as long; default 1. */
  tMult?: number;
  /** The lowest rate; default 0. */
  etaMin?: number;
}

const RULES: OptionRules<CosineAnnealingWarmRestartsOptions> = {
  t0: required(wholeNumber(1)),
  tMult: optional(wholeNumber(1), 1),
  etaMin: optional(NUMBER, 0),
  lastEpoch: LAST_EPOCH,
};

interface State extends Settings<CosineAnnealingWarmRestartsOptions> {
  /** Epochs since the last restart. */
  tCur: number;
  /** Epochs from the last restart to the next. */
  tI: number;
}

/**
 * The rate falls along a cosine and jumps back, again and again. Source: torch.optim.lr_scheduler.CosineAnnealingWarmRestarts;
 * Loshchilov and Hutter, 2017.
 */
export class CosineAnnealingWarmRestarts extends LRScheduler<State> {
  constructor(optimizer: Optimizer, options: CosineAnnealingWarmRestartsOptions) {
    const resolved = resolveOptions('CosineAnnealingWarmRestarts', optimizer, options, RULES);
    super(optimizer, { ...resolved, tCur: resolved.lastEpoch, tI: resolved.t0 });
  }

  /** @param epoch go to this one; a fraction is a place within an epoch, for a step after each batch */
  override step(epoch?: number): void {
    if (epoch !== undefined) checkStepEpoch(this.constructor.name, epoch);
    if (epoch === undefined && this.lastEpoch >= 0) advance(this.state);
    else goTo(this.state, epoch ?? 0);
    this.lastEpoch = Math.floor(epoch ?? this.lastEpoch + 1);
    this.setLrs(this.getLr()); // and `_step_count` stays 0, as in torch
  }

  protected override getLr(): number[] {
    const { etaMin, tCur, tI } = this.state;
    const part = (1 + Math.cos((Math.PI * tCur) / tI)) / 2;
    return this.baseLrs.map((lr) => etaMin + (lr - etaMin) * part);
  }
}

function advance(state: State): void {
  state.tCur++;
  if (state.tCur < state.tI) return;
  state.tCur %= state.tI;
  state.tI *= state.tMult;
}

function goTo(state: State, epoch: number): void {
  const { t0, tMult } = state;
  if (tMult === 1) {
    state.tI = t0;
    state.tCur = epoch % t0;
    return;
  }
  // Counted and not computed as a logarithm, which misses by one where it should come out whole.
  let begin = 0;
  let length = t0;
  while (epoch >= begin + length) {
    begin += length;
    length *= tMult;
  }
  state.tI = length;
  state.tCur = epoch - begin;
}
