import type { Optimizer } from '../optimizer.js';
import { LRScheduler, type LRSchedulerOptions, type ScheduledGroup } from './lrScheduler.js';
import { beginMomentumCycle, checkHasMomentum, setMomentum } from './momentumCycle.js';
import {
  BOOLEAN,
  FUNCTION,
  LAST_EPOCH,
  NUMBER,
  NUMBERS,
  numberWhere,
  type OptionRules,
  oneOf,
  optional,
  perGroup,
  required,
  resolveOptions,
} from './schedulerOptions.js';

/** Options of {@link CyclicLR}. */
export interface CyclicLROptions extends LRSchedulerOptions {
  /** The lowest rate, where each cycle begins; for each group. */
  baseLr: number | readonly number[];
  /** The highest rate, before scaling; for each group. */
  maxLr: number | readonly number[];
  /** Steps from the lowest to the highest; default 2000. */
  stepSizeUp?: number;
  /** Steps back; default as many. */
  stepSizeDown?: number | null;
  /** How the height of a cycle changes: not at all, halved each cycle, or times `gamma` each step; default 'triangular'. */
  mode?: 'triangular' | 'triangular2' | 'exp_range';
  /** For 'exp_range'; default 1. */
  gamma?: number;
  /** The height's factor, in place of a mode. Not saved in checkpoints. */
  scaleFn?: ((x: number) => number) | null;
  /** What `scaleFn` is given: the number of the cycle, from 1, or of the step; default 'cycle'. */
  scaleMode?: 'cycle' | 'iterations';
  /** Let the momentum go down while the rate goes up; default true. */
  cycleMomentum?: boolean;
  /** The lowest momentum; default 0.8; for each group. */
  baseMomentum?: number | readonly number[];
  /** The highest momentum; default 0.9; for each group. */
  maxMomentum?: number | readonly number[];
}

const RULES: OptionRules<CyclicLROptions> = {
  baseLr: required(NUMBERS),
  maxLr: required(NUMBERS),
  stepSizeUp: optional(
    numberWhere('a number above 0', (value) => value > 0),
    2000,
  ),
  stepSizeDown: optional(
    numberWhere('a number from 0 up', (value) => value >= 0),
    null,
  ),
  mode: optional(oneOf('triangular', 'triangular2', 'exp_range'), 'triangular'),
  gamma: optional(NUMBER, 1),
  scaleFn: optional(FUNCTION, null),
  scaleMode: optional(oneOf('cycle', 'iterations'), 'cycle'),
  cycleMomentum: optional(BOOLEAN, true),
  baseMomentum: optional(NUMBERS, 0.8),
  maxMomentum: optional(NUMBERS, 0.9),
  lastEpoch: LAST_EPOCH,
};

interface State {
  readonly maxLrs: readonly number[];
  /** Steps of a cycle. */
  readonly totalSize: number;
  /** The part of a cycle in which the rate goes up. */
  readonly stepRatio: number;
  readonly mode: 'triangular' | 'triangular2' | 'exp_range';
  readonly gamma: number;
  readonly scaleFn: ((x: number) => number) | undefined;
  readonly scaleMode: 'cycle' | 'iterations';
  readonly cycleMomentum: boolean;
  /** Undefined when the momentum is not cycled. */
  readonly baseMomentums: readonly number[] | undefined;
  readonly maxMomentums: readonly number[] | undefined;
}

/**
 * The rate goes up and down between two bounds; to be stepped after each batch. Source: torch.optim.lr_scheduler.CyclicLR;
 * Smith, 2017.
 */
export class CyclicLR extends LRScheduler<State> {
  constructor(optimizer: Optimizer, options: CyclicLROptions) {
    const { baseLrs, ...state } = prepare(optimizer, options);
    super(optimizer, state);
    // Only now: the first step starts from `initialLr`, which may be another scheduler's.
    this.baseLrs = baseLrs;
  }

  protected override getLr(): number[] {
    const height = heightAt(this.state, this.lastEpoch);
    return this.baseLrs.map((lr, index) => lr + ((this.state.maxLrs[index] ?? lr) - lr) * height);
  }

  protected override updateLr(epoch?: number): void {
    super.updateLr(epoch);
    const { baseMomentums, maxMomentums } = this.state;
    if (!baseMomentums || !maxMomentums) return;
    const height = heightAt(this.state, this.lastEpoch);
    for (const [index, group] of this.groups.entries()) {
      const max = maxMomentums[index] ?? 0; // one for each group
      setMomentum(group, max - (max - (baseMomentums[index] ?? 0)) * height);
    }
  }
}

/** Checks the options and writes what the groups begin with. */
function prepare(optimizer: Optimizer, options: CyclicLROptions) {
  const name = 'CyclicLR';
  const { baseLr, maxLr, stepSizeUp, stepSizeDown, mode, gamma, scaleFn, scaleMode, ...rest } = resolveOptions(
    name,
    optimizer,
    options,
    RULES,
  );
  const { cycleMomentum, lastEpoch } = rest;
  const baseLrs = perGroup(name, 'baseLr', optimizer, baseLr);
  const maxLrs = perGroup(name, 'maxLr', optimizer, maxLr);
  if (cycleMomentum) checkHasMomentum(name, optimizer);
  const baseMomentums = cycleMomentum ? perGroup(name, 'baseMomentum', optimizer, rest.baseMomentum) : undefined;
  const maxMomentums = cycleMomentum ? perGroup(name, 'maxMomentum', optimizer, rest.maxMomentum) : undefined;
  if (lastEpoch === -1) {
    const groups: readonly ScheduledGroup[] = optimizer.paramGroups;
    for (const [index, group] of groups.entries()) group.lr = baseLrs[index] ?? group.lr;
    if (baseMomentums && maxMomentums) beginMomentumCycle(optimizer, baseMomentums, maxMomentums);
  }
  const totalSize = stepSizeUp + (stepSizeDown ?? stepSizeUp);
  return {
    baseLrs,
    maxLrs,
    totalSize,
    stepRatio: stepSizeUp / totalSize,
    mode,
    gamma,
    scaleFn: scaleFn ?? undefined,
    scaleMode: scaleFn ? scaleMode : mode === 'exp_range' ? ('iterations' as const) : ('cycle' as const),
    cycleMomentum,
    baseMomentums,
    maxMomentums,
    lastEpoch,
  };
}

/** How far the rate is from its lowest to its highest, scaling included. */
function heightAt(state: State, step: number): number {
  const { totalSize, stepRatio, scaleMode } = state;
  const cycle = Math.floor(1 + step / totalSize);
  const x = 1 + step / totalSize - cycle;
  const height = x <= stepRatio ? x / stepRatio : (x - 1) / (stepRatio - 1);
  return height * scale(state, scaleMode === 'cycle' ? cycle : step);
}

function scale({ scaleFn, mode, gamma }: State, x: number): number {
  if (scaleFn) return scaleFn(x);
  if (mode === 'triangular') return 1;
  return mode === 'triangular2' ? 1 / 2 ** (x - 1) : gamma ** x;
}
