import type { Optimizer, SchedulerState } from '../optim/index.js';

/**
 * What the Trainer needs of a learning rate scheduler: those of `optim` have it, and so may one of your own. One that is not
 * made from `optim.LRScheduler` is stepped by your {@link ModuleHooks.lrSchedulerStep}.
 */
export interface LRSchedulerLike {
  /** One of those that configureOptimizers returns. */
  readonly optimizer: Optimizer;
  step(metric?: number): unknown;
  /** For checkpoints: plain values. */
  stateDict(): SchedulerState;
  loadStateDict(state: SchedulerState): void;
}

/** A scheduler, and when the Trainer steps it. */
export interface LRSchedulerSettings {
  scheduler: LRSchedulerLike;
  /**
   * `'epoch'` or `'step'`, that is after each update of the weights; default `'epoch'`. Any other text is an error at run time;
   * the type allows it because TypeScript takes the word for text in an object that a method returns.
   */
  interval?: 'epoch' | 'step' | (string & {});
  /** Step it each n-th epoch or batch; default 1. */
  frequency?: number;
  /** The logged value that a ReduceLROnPlateau looks at. */
  monitor?: string | null;
  /** Whether it is an error when that value was not logged; default true. */
  strict?: boolean;
  /** A name for those who log rates. */
  name?: string | null;
  /** Step it with the monitored value, after validation; default true for a ReduceLROnPlateau. */
  reduceOnPlateau?: boolean;
}

/** An optimizer with its scheduler. */
export interface OptimizerSettings {
  optimizer: Optimizer;
  lrScheduler?: LRSchedulerLike | LRSchedulerSettings | null;
  /** What a ReduceLROnPlateau looks at that is given without settings of its own. */
  monitor?: string | null;
}

type SchedulerInput = LRSchedulerLike | LRSchedulerSettings;

/**
 * What `configureOptimizers` returns: an optimizer, optimizers with their schedulers, or nothing to train nothing. Of two lists
 * the first one is the optimizers and the second one the schedulers.
 */
export type OptimizerConfig =
  | Optimizer
  | readonly Optimizer[]
  | OptimizerSettings
  | readonly OptimizerSettings[]
  | readonly [optimizers: readonly Optimizer[], schedulers: readonly SchedulerInput[] | SchedulerInput]
  // The same as TypeScript sees it where a method returns it.
  | readonly (readonly (Optimizer | SchedulerInput)[] | SchedulerInput)[]
  | null
  | undefined;

/** A scheduler of the run, with defaults filled in. */
export interface LRSchedulerConfig {
  readonly scheduler: LRSchedulerLike;
  readonly interval: 'epoch' | 'step';
  readonly frequency: number;
  /** Null unless `reduceOnPlateau`, or when it was given all the same. */
  readonly monitor: string | null;
  readonly strict: boolean;
  readonly name: string | null;
  readonly reduceOnPlateau: boolean;
}
