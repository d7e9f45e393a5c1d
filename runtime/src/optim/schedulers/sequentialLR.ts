import { MisconfigurationError } from '../../errors/index.js';
import type { Optimizer } from '../optimizer.js';
import { LRScheduler, type LRSchedulerOptions } from './lrScheduler.js';
import { checkMembers } from './memberSchedulers.js';
import { LAST_EPOCH, MILESTONES, type OptionRules, required, resolveOptions } from './schedulerOptions.js';
import type { SchedulerState } from './schedulerState.js';

/** Options of {@link SequentialLR}. */
export interface SequentialLROptions extends LRSchedulerOptions {
  /** The epochs at which the next scheduler begins: one less than there are schedulers, in increasing order. */
  milestones: readonly number[];
}

const RULES: OptionRules<SequentialLROptions> = { milestones: required(MILESTONES), lastEpoch: LAST_EPOCH };

interface State {
  readonly schedulers: readonly LRScheduler[];
  milestones: readonly number[];
}

/** Several schedulers one after another, each from its own beginning. Source: torch.optim.lr_scheduler.SequentialLR. */
export class SequentialLR extends LRScheduler<State> {
  /** @param schedulers of this optimizer, without a ReduceLROnPlateau */
  constructor(optimizer: Optimizer, schedulers: readonly LRScheduler[], options: SequentialLROptions) {
    super(optimizer, prepare(optimizer, schedulers, options));
  }

  override step(): void {
    const { schedulers, milestones } = this.state;
    this.lastEpoch++;
    const index = indexAt(milestones, this.lastEpoch);
    const scheduler = schedulers[index];
    if (index > 0 && milestones[index - 1] === this.lastEpoch) scheduler?.restart();
    else scheduler?.step();
    this.noteLastLr(scheduler?.getLastLr());
  }

  override stateDict(): SchedulerState {
    return {
      _milestones: [...this.state.milestones],
      last_epoch: this.lastEpoch,
      _last_lr: this.getLastLr(),
      _schedulers: this.state.schedulers.map((scheduler) => scheduler.stateDict()),
    };
  }

  /** Undoes what the others did when they were made, and lets the first one begin. */
  protected override begin(): void {
    const { schedulers, milestones } = this.state;
    this.lastEpoch++;
    for (const group of this.groups) group.lr = group.initialLr ?? group.lr;
    for (const scheduler of schedulers) scheduler.undoInitialStep();
    const first = schedulers[indexAt(milestones, 0)];
    first?.makeInitialStep();
    this.noteLastLr(first?.getLastLr());
  }

  protected override restore({ _milestones, last_epoch, _last_lr, _schedulers }: SchedulerState): void {
    this.state.milestones = _milestones as readonly number[]; // checked, as all below
    this.lastEpoch = last_epoch as number;
    this.noteLastLr(_last_lr as readonly number[]);
    for (const [index, saved] of (_schedulers as readonly unknown[]).entries()) {
      this.state.schedulers[index]?.loadStateDict(saved);
    }
  }

  /** torch leaves this scheduler's own count as it is. @internal */
  override undoInitialStep(): void {
    for (const scheduler of this.state.schedulers) scheduler.undoInitialStep();
  }

  /** @internal */
  override restart(): void {
    const { schedulers, milestones } = this.state;
    this.lastEpoch = 0;
    const first = schedulers[indexAt(milestones, 0)];
    first?.restart();
    this.noteLastLr(first?.getLastLr());
  }
}

function prepare(optimizer: Optimizer, schedulers: readonly LRScheduler[], options: SequentialLROptions) {
  const { milestones, lastEpoch } = resolveOptions('SequentialLR', optimizer, options, RULES);
  checkMembers('SequentialLR', optimizer, schedulers);
  if (milestones.length !== schedulers.length - 1) {
    throw new MisconfigurationError({
      code: 'scheduler-option',
      found: `SequentialLR: \`milestones\` has ${milestones.length} epochs for ${schedulers.length} schedulers.`,
      allowed: 'one less than there are schedulers',
    });
  }
  return { schedulers, milestones, lastEpoch };
}

/** Which scheduler's turn it is: the number of milestones that are reached. */
function indexAt(milestones: readonly number[], epoch: number): number {
  return milestones.filter((milestone) => milestone <= epoch).length;
}
