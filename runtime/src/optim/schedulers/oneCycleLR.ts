import { MisconfigurationError } from '../../errors/index.js';
import type { Optimizer } from '../optimizer.js';
import { LRScheduler, type LRSchedulerOptions, type ScheduledGroup } from './lrScheduler.js';
import { beginMomentumCycle, checkHasMomentum, setMomentum } from './momentumCycle.js';
import {
  BOOLEAN,
  LAST_EPOCH,
  NUMBERS,
  numberWhere,
  type OptionRules,
  oneOf,
  optional,
  perGroup,
  required,
  resolveOptions,
  wholeNumber,
} from './schedulerOptions.js';

/** Options of {@link OneCycleLR}. */
export interface OneCycleLROptions extends LRSchedulerOptions {
  /** The highest rate; for each group. */
  maxLr: number | readonly number[];
  /** Steps of the cycle; or give `epochs` and `stepsPerEpoch`. */
  totalSteps?: number | null;
  epochs?: number | null;
  stepsPerEpoch?: number | null;
  /** The part of the cycle in which the rate goes up, from 0 to 1; default 0.3. */
  pctStart?: number;
  /** Along a cosine or a straight line; default 'cos'. */
  annealStrategy?: 'cos' | 'linear';
  /** Let the momentum go down while the rate goes up; default true. */
  cycleMomentum?: boolean;
  /** The lowest momentum; default 0.85; for each group. */
  baseMomentum?: number | readonly number[];
  /** The highest momentum; default 0.95; for each group. */
  maxMomentum?: number | readonly number[];
  /** The first rate is `maxLr / divFactor`; default 25. */
  divFactor?: number;
  /** The last rate is the first one divided by this; default 10 000. */
  finalDivFactor?: number;
  /** Down to the first rate as fast as up, and then on to the last one; default false: down in one go. */
  threePhase?: boolean;
}

const COUNT = wholeNumber(1);
const FACTOR = numberWhere('a number above 0', (value) => value > 0);

const RULES: OptionRules<OneCycleLROptions> = {
  maxLr: required(NUMBERS),
  totalSteps: optional(COUNT, null),
  epochs: optional(COUNT, null),
  stepsPerEpoch: optional(COUNT, null),
  pctStart: optional(
    numberWhere('a number from 0 to 1', (value) => value >= 0 && value <= 1),
    0.3,
  ),
  annealStrategy: optional(oneOf('cos', 'linear'), 'cos'),
  cycleMomentum: optional(BOOLEAN, true),
  baseMomentum: optional(NUMBERS, 0.85),
  maxMomentum: optional(NUMBERS, 0.95),
  divFactor: optional(FACTOR, 25),
  finalDivFactor: optional(FACTOR, 1e4),
  threePhase: optional(BOOLEAN, false),
  lastEpoch: LAST_EPOCH,
};

interface State {
  readonly totalSteps: number;
  readonly pctStart: number;
  readonly annealStrategy: 'cos' | 'linear';
  readonly cycleMomentum: boolean;
  readonly threePhase: boolean;
}

/**
 * Up from a low rate to the highest and down to a much lower one, once; to be stepped after each batch.
 * Source: torch.optim.lr_scheduler.OneCycleLR; Smith and Topin, 2018.
 */
export class OneCycleLR extends LRScheduler<State> {
  constructor(optimizer: Optimizer, options: OneCycleLROptions) {
    super(optimizer, prepare(optimizer, options));
  }

  protected override getLr(): number[] {
    const { totalSteps } = this.state;
    if (this.lastEpoch > totalSteps) {
      throw new MisconfigurationError({
        code: 'scheduler-steps',
        found: `OneCycleLR was stepped ${this.lastEpoch} times, but its cycle has ${totalSteps} steps.`,
        fix: 'Raise totalSteps: it is the number of batches of all epochs, trainer.estimatedSteppingBatches.',
      });
    }
    const { phase, part } = phaseAt(this.state, this.lastEpoch);
    const [from, to] = phase.lr;
    return this.groups.map((group) => between(this.state, rateOf(group, from), rateOf(group, to), part));
  }

  protected override updateLr(epoch?: number): void {
    super.updateLr(epoch);
    if (!this.state.cycleMomentum) return;
    const { phase, part } = phaseAt(this.state, this.lastEpoch);
    const [from, to] = phase.momentum;
    for (const group of this.groups) {
      setMomentum(group, between(this.state, group[from] ?? 0, group[to] ?? 0, part)); // the constructor wrote both
    }
  }
}

/** Checks the options and writes what the groups begin with. */
function prepare(optimizer: Optimizer, options: OneCycleLROptions) {
  const name = 'OneCycleLR';
  const { maxLr, totalSteps, epochs, stepsPerEpoch, divFactor, finalDivFactor, baseMomentum, maxMomentum, ...rest } =
    resolveOptions(name, optimizer, options, RULES);
  const steps = totalSteps ?? (epochs !== null && stepsPerEpoch !== null ? epochs * stepsPerEpoch : undefined);
  if (steps === undefined) {
    throw new MisconfigurationError({
      code: 'scheduler-option',
      found: 'OneCycleLR does not know how many steps its cycle has.',
      allowed: '`totalSteps`, or `epochs` together with `stepsPerEpoch`',
    });
  }
  const maxLrs = perGroup(name, 'maxLr', optimizer, maxLr);
  if (rest.cycleMomentum) checkHasMomentum(name, optimizer);
  const baseMomentums = perGroup(name, 'baseMomentum', optimizer, baseMomentum);
  const maxMomentums = perGroup(name, 'maxMomentum', optimizer, maxMomentum);
  if (rest.lastEpoch === -1) {
    const groups: readonly ScheduledGroup[] = optimizer.paramGroups;
    for (const [index, group] of groups.entries()) {
      group.maxLr = maxLrs[index] ?? group.lr;
      group.initialLr = group.maxLr / divFactor;
      group.minLr = group.initialLr / finalDivFactor;
    }
    if (rest.cycleMomentum) beginMomentumCycle(optimizer, baseMomentums, maxMomentums);
  }
  return { totalSteps: steps, ...rest };
}

type RateField = 'initialLr' | 'maxLr' | 'minLr';
type MomentumField = 'baseMomentum' | 'maxMomentum';

interface Phase {
  readonly endStep: number;
  readonly lr: readonly [from: RateField, to: RateField];
  readonly momentum: readonly [from: MomentumField, to: MomentumField];
}

/** The phases; their ends may lie between two steps, as in torch. */
function phasesOf({ totalSteps, pctStart, threePhase }: State): readonly Phase[] {
  const up: Phase = {
    endStep: pctStart * totalSteps - 1,
    lr: ['initialLr', 'maxLr'],
    momentum: ['maxMomentum', 'baseMomentum'],
  };
  const endStep = totalSteps - 1;
  if (!threePhase) return [up, { endStep, lr: ['maxLr', 'minLr'], momentum: ['baseMomentum', 'maxMomentum'] }];
  return [
    up,
    {
      endStep: 2 * pctStart * totalSteps - 2,
      lr: ['maxLr', 'initialLr'],
      momentum: ['baseMomentum', 'maxMomentum'],
    },
    { endStep, lr: ['initialLr', 'minLr'], momentum: ['maxMomentum', 'maxMomentum'] },
  ];
}

function phaseAt(state: State, step: number): { phase: Phase; part: number } {
  const phases = phasesOf(state);
  const index = phases.findIndex(({ endStep }, i) => step <= endStep || i === phases.length - 1);
  const phase = phases[index] as Phase; // the last one takes every step that is left
  const startStep = phases[index - 1]?.endStep ?? 0;
  // A phase without any length is over at once, where torch divides by zero.
  return { phase, part: phase.endStep === startStep ? 1 : (step - startStep) / (phase.endStep - startStep) };
}

function rateOf(group: ScheduledGroup, field: RateField): number {
  return group[field] ?? group.lr; // the constructor wrote all of them, or the run before
}

function between({ annealStrategy }: State, start: number, end: number, part: number): number {
  if (annealStrategy === 'linear') return (end - start) * part + start;
  return end + ((start - end) / 2) * (Math.cos(Math.PI * part) + 1);
}
