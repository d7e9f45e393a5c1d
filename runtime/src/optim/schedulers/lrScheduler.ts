import { MisconfigurationError } from '../../errors/index.js';
import type { Optimizer } from '../optimizer.js';
import { checkOptimizer, checkStepEpoch } from './schedulerOptions.js';
import { checkSchedulerState, fromTorchName, type SchedulerState, toTorchNames } from './schedulerState.js';
import { hasStepped, watchSteps } from './watchSteps.js';

/** Options that every scheduler has. */
export interface LRSchedulerOptions {
  /** Number of the last epoch of a run that goes on; its groups must hold their `initialLr`. Default -1: a new run. */
  lastEpoch?: number;
}

/** A scheduler's options once they are resolved: its {@link LRScheduler.state}. */
export type Settings<O extends LRSchedulerOptions> = Readonly<Omit<Required<O>, 'lastEpoch'>>;

/** A parameter group as schedulers see it: these fields are theirs, in an optimizer's state they travel with the group. */
export interface ScheduledGroup {
  lr: number;
  initialLr?: number;
  maxLr?: number;
  minLr?: number;
  swaLr?: number;
  momentum?: number;
  betas?: readonly number[];
  baseMomentum?: number;
  maxMomentum?: number;
}

/**
 * Base of the schedulers: counts steps, writes the groups' `lr`, keeps state. A scheduler itself is one formula, `getLr`.
 * Formulas work on the rates as they are now, so that several schedulers of one optimizer compose.
 * Source: torch.optim.lr_scheduler.LRScheduler.
 *
 * The constructor makes the first step, so that `getLr` runs before the fields of a subclass are there: it reads `state`.
 *
 * @typeParam S what the scheduler knows besides its counters
 * @example
 * class Halving extends optim.LRScheduler<{ every: number }> {
 *   protected override getLr() {
 *     return this.baseLrs.map((lr) => lr * 0.5 ** Math.floor(this.lastEpoch / this.state.every));
 *   }
 * }
 * const scheduler = new Halving(optimizer, { every: 10 });
 */
export abstract class LRScheduler<S extends object = object> {
  /** The optimizer whose groups are written. */
  readonly optimizer: Optimizer;
  /** Steps taken: 0 after construction. */
  lastEpoch: number;
  /** The rates that each group began with. */
  baseLrs: number[] = [];
  /** Settings, and what the formula remembers. All but functions is saved, under torch's names. */
  protected readonly state: S;
  /** Calls of {@link step}, the constructor's included. */
  protected stepCount = 0;
  /** True during the constructor's step. */
  protected isInitial = false;
  #lastLr: readonly number[] = [];

  /** @throws MisconfigurationError for anything but an optimizer, and when a run goes on whose groups lack `initialLr` */
  constructor(optimizer: Optimizer, options: S & LRSchedulerOptions) {
    checkOptimizer(new.target.name, optimizer);
    const { lastEpoch = -1, ...state } = options;
    this.optimizer = optimizer;
    this.lastEpoch = lastEpoch;
    this.state = state as unknown as S; // the rest of S & LRSchedulerOptions
    this.begin();
  }

  /**
   * To be called after the optimizer's steps: sets the rates of the next epoch.
   * @param epoch go to this one instead
   */
  step(epoch?: number): void {
    // Below 0 another scheduler took the constructor's step back, and makes it again.
    const isFirst = this.stepCount === 1 && this.lastEpoch >= 0;
    if (isFirst && !hasStepped(this.optimizer)) warnOfOrder(this.constructor.name);
    this.stepCount++;
    this.updateLr(epoch);
  }

  /** The rates that were set last, one for each group. */
  getLastLr(): number[] {
    return [...this.#lastLr];
  }

  /** What a checkpoint holds; keys are torch's. Functions are not in it. */
  stateDict(): SchedulerState {
    return {
      ...toTorchNames(this.state),
      base_lrs: [...this.baseLrs],
      last_epoch: this.lastEpoch,
      _step_count: this.stepCount,
      _last_lr: this.getLastLr(),
    };
  }

  /**
   * Takes back what {@link stateDict} returned, settings included. The groups' rates are the optimizer's state.
   * @throws MisconfigurationError when it is another scheduler's, and changes nothing then
   */
  loadStateDict(saved: unknown): void {
    this.restore(checkSchedulerState(this.constructor.name, saved, this.stateDict()));
  }

  /** The rates of this epoch, one for each group. Nothing in it may rely on the fields of a subclass. */
  protected getLr(): number[] {
    throw new MisconfigurationError({
      code: 'missing-get-lr',
      found: `${this.constructor.name} has no getLr.`,
      fix: 'Add getLr(): it returns the learning rate of each parameter group.',
    });
  }

  /** The rates of this epoch without regard to those before; undefined where `getLr` does not look at them either. */
  protected getClosedFormLr(): number[] | undefined {
    return undefined;
  }

  /** What the constructor does: notes the rates to start from, and steps. */
  protected begin(): void {
    for (const [index, group] of this.groups.entries()) {
      if (this.lastEpoch === -1) group.initialLr ??= group.lr;
      else if (group.initialLr === undefined) throw noInitialLr(this.constructor.name, index, this.lastEpoch);
    }
    this.baseLrs = this.groups.map(({ lr, initialLr = lr }) => initialLr);
    watchSteps(this.optimizer);
    this.makeInitialStep();
  }

  /** Takes back a checked state. */
  protected restore(saved: SchedulerState): void {
    const { base_lrs, last_epoch, _step_count, _last_lr, ...own } = saved;
    for (const [name, value] of Object.entries(own)) Reflect.set(this.state, fromTorchName(name), value);
    this.baseLrs = [...(base_lrs as readonly number[])]; // checked, as all below
    this.lastEpoch = last_epoch as number;
    this.stepCount = _step_count as number;
    this.#lastLr = _last_lr as readonly number[];
  }

  /** Moves to the next epoch, or to the one given, and sets its rates. */
  protected updateLr(epoch?: number): void {
    if (epoch === undefined) {
      this.lastEpoch++;
      this.setLrs(this.getLr());
    } else {
      checkStepEpoch(this.constructor.name, epoch);
      this.lastEpoch = epoch;
      this.setLrs(this.getClosedFormLr() ?? this.getLr());
    }
  }

  /** Gives each group its rate. @throws MisconfigurationError when there are not as many */
  protected setLrs(lrs: readonly number[]): void {
    const { groups } = this;
    if (lrs.length !== groups.length) {
      throw new MisconfigurationError({
        code: 'scheduler-groups',
        found: `${this.constructor.name} has learning rates for ${lrs.length} parameter groups, and its optimizer has ${groups.length}.`,
        fix: 'Make the scheduler anew after adding groups to the optimizer.',
      });
    }
    for (const [index, group] of groups.entries()) group.lr = lrs[index] ?? group.lr;
    this.noteLastLr();
  }

  /** Remembers the groups' rates for {@link getLastLr}. */
  protected noteLastLr(rates: readonly number[] = this.lrs): void {
    this.#lastLr = [...rates];
  }

  /** The optimizer's groups. */
  protected get groups(): readonly ScheduledGroup[] {
    return this.optimizer.paramGroups;
  }

  /** The groups' rates as they are now. */
  protected get lrs(): number[] {
    return this.groups.map(({ lr }) => lr);
  }

  /** The groups' rates as they are now, each times a factor. */
  protected scaled(factor: number): number[] {
    return this.lrs.map((lr) => lr * factor);
  }

  /** For schedulers of schedulers: the constructor's step. @internal */
  makeInitialStep(): void {
    this.stepCount = 0;
    this.isInitial = true;
    this.step();
    this.isInitial = false;
  }

  /** For schedulers of schedulers: takes back the constructor's count. @internal */
  undoInitialStep(): void {
    this.lastEpoch--;
  }

  /** For schedulers of schedulers: begins at epoch 0, now. @internal */
  restart(): void {
    this.updateLr(0);
  }
}

function warnOfOrder(name: string): void {
  process.emitWarning(
    `${name}.step() was called before optimizer.step(): call the optimizer's first, or the first learning rate is skipped.`,
  );
}

function noInitialLr(name: string, index: number, lastEpoch: number): MisconfigurationError {
  return new MisconfigurationError({
    code: 'scheduler-resume',
    found: `${name} goes on after epoch ${lastEpoch}, but group ${index} of its optimizer has no \`initialLr\`.`,
    fix: 'Load the state of the optimizer before making the scheduler; for a new run leave `lastEpoch` out.',
  });
}
