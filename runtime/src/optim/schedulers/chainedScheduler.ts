import type { Optimizer } from '../optimizer.js';
import { LRScheduler } from './lrScheduler.js';
import { checkMembers } from './memberSchedulers.js';
import type { SchedulerState } from './schedulerState.js';

/** Options of {@link ChainedScheduler}. */
export interface ChainedSchedulerOptions {
  /** Default the first scheduler's. */
  optimizer?: Optimizer;
}

/** Several schedulers at once: each steps on what the one before left. Source: torch.optim.lr_scheduler.ChainedScheduler. */
export class ChainedScheduler extends LRScheduler<{ readonly schedulers: readonly LRScheduler[] }> {
  /** @param schedulers of one optimizer, without a ReduceLROnPlateau */
  constructor(schedulers: readonly LRScheduler[], options: ChainedSchedulerOptions = {}) {
    checkMembers('ChainedScheduler', options.optimizer, schedulers);
    super(options.optimizer ?? (schedulers[0] as LRScheduler).optimizer, { schedulers }); // checked: there is one
  }

  override step(): void {
    this.lastEpoch++;
    for (const scheduler of this.state.schedulers) scheduler.step();
    this.noteLastLr();
  }

  override stateDict(): SchedulerState {
    return {
      _last_lr: this.getLastLr(),
      _schedulers: this.state.schedulers.map((scheduler) => scheduler.stateDict()),
    };
  }

  /** The others have begun already. */
  protected override begin(): void {
    this.followMembers();
  }

  protected override restore({ _last_lr, _schedulers }: SchedulerState): void {
    for (const [index, saved] of (_schedulers as readonly unknown[]).entries()) {
      this.state.schedulers[index]?.loadStateDict(saved); // checked: as many as there are
    }
    this.followMembers();
    this.noteLastLr(_last_lr as readonly number[]);
  }

  /** @internal */
  override undoInitialStep(): void {
    for (const scheduler of this.state.schedulers) scheduler.undoInitialStep();
    this.followMembers();
  }

  /** @internal */
  override restart(): void {
    for (const scheduler of this.state.schedulers) scheduler.restart();
    this.followMembers();
  }

  /** torch keeps no count of its own here. */
  protected followMembers(): void {
    this.lastEpoch = this.state.schedulers[0]?.lastEpoch ?? 0;
    this.noteLastLr();
  }
}
