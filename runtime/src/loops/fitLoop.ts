import { MisconfigurationError } from '../errors/index.js';
import { isValidationEpoch } from './evaluationLoop.js';
import { checkFitLoopState, type FitLoopState } from './fitLoopState.js';
import { Progress } from './progress.js';
import type { RunContext } from './runContext.js';
import { TrainingEpochLoop } from './trainingEpochLoop.js';

/**
 * Epochs. A subclass of your own can take its place, `trainer.fitLoop = new MyFitLoop()`, and override {@link onRunStart},
 * {@link isDone}, {@link onAdvanceStart}, {@link advance}, {@link onAdvanceEnd} and {@link onRunEnd}; what these do by themselves is in
 * `super`. Source: PyTorch Lightning, `loops/fit_loop.py`; replaceable as in its version 1.6.
 */
export class FitLoop {
  readonly epochs = new Progress();
  #epochLoop = new TrainingEpochLoop();
  /** An epoch that a checkpoint was taken in the middle of, and that goes on. */
  #resumesEpoch = false;
  /** True when a checkpoint was taken in the epoch's end hooks: the schedulers that look at a metric come after these. */
  #owesEpochEnd = false;

  /** The batches of an epoch. One of your own class takes its place by assignment, or by {@link connect}, before the run. */
  get epochLoop(): TrainingEpochLoop {
    return this.#epochLoop;
  }

  set epochLoop(loop: TrainingEpochLoop) {
    if (!(loop instanceof TrainingEpochLoop)) throw notALoop('fitLoop.epochLoop', 'TrainingEpochLoop');
    this.#epochLoop = loop;
  }

  /** Puts in a loop of your own: PyTorch Lightning 1.6's name for the assignment. */
  connect({ epochLoop }: { readonly epochLoop: TrainingEpochLoop }): this {
    this.epochLoop = epochLoop;
    return this;
  }

  /** Epochs completed. */
  get currentEpoch(): number {
    return this.epochs.current.completed;
  }

  /** True when a restored run goes on in the middle of an epoch: the sanity check is left out then. */
  get resumesEpoch(): boolean {
    return this.#resumesEpoch;
  }

  /** True when there is a batch to train on and no limit was reached yet. */
  willRun(ctx: RunContext): boolean {
    return !this.isDone(ctx) && ctx.data.trainBatches !== 0;
  }

  /** True when the epoch that comes next has a validation. */
  validatesNextEpoch({ data, limits }: RunContext): boolean {
    return data.validates && isValidationEpoch(limits, this.currentEpoch);
  }

  /** Trains until {@link isDone}. */
  async run(ctx: RunContext): Promise<void> {
    if (!this.willRun(ctx)) return;
    await this.onRunStart(ctx);
    try {
      while (!this.isDone(ctx)) {
        await this.onAdvanceStart(ctx);
        if (ctx.profiler) await ctx.profiler.profile('run_training_epoch', () => this.advance(ctx));
        else await this.advance(ctx);
        if (ctx.signals.stopRequested && (!this.epochLoop.isEpochOver || this.epochLoop.owesValidation)) {
          this.#resumesEpoch = true; // so that the same Trainer, too, goes on where it stopped
          return;
        }
        await this.onAdvanceEnd(ctx);
      }
    } finally {
      this.epochLoop.dispose();
    }
    if (!ctx.signals.stopRequested) await this.onRunEnd(ctx);
  }

  /** Before the first epoch. */
  protected async onRunStart(ctx: RunContext): Promise<void> {
    ctx.reporter.stage('train', 'start', this.currentEpoch);
    this.epochLoop.beginTraining();
    await ctx.hooks.call('onTrainStart');
    if (this.#owesEpochEnd) await this.epochLoop.endEpoch(ctx, this.currentEpoch);
    this.#owesEpochEnd = false;
  }

  /** Before the batches of an epoch; one that a checkpoint was taken in has begun already. */
  protected async onAdvanceStart(ctx: RunContext): Promise<void> {
    if (this.#resumesEpoch) {
      this.#resumesEpoch = false;
      return;
    }
    await ctx.data.prepareTraining(this.currentEpoch);
    this.epochs.count('ready');
    this.epochLoop.beginEpoch();
    await ctx.hooks.call('onTrainEpochStart');
    this.epochs.count('started');
  }

  /** The batches of one epoch. */
  protected async advance(ctx: RunContext): Promise<void> {
    await this.epochLoop.run(ctx, this.currentEpoch);
  }

  /** After the batches of an epoch. */
  protected async onAdvanceEnd(ctx: RunContext): Promise<void> {
    this.epochs.count('processed');
    ctx.results.endTrainBatches();
    await this.epochLoop.endBatches(ctx);
    await ctx.hooks.call('onTrainEpochEnd');
    await this.epochLoop.endEpoch(ctx, this.currentEpoch + 1);
    // The batch loop is over and has counted its last step; epoch values belong to that one.
    ctx.results.publishTrainEpoch(Math.max(0, this.epochLoop.batchesThatStepped - 1));
    this.epochs.count('completed');
  }

  /** After the last epoch; not when a person has stopped the run. */
  protected async onRunEnd(ctx: RunContext): Promise<void> {
    ctx.reporter.stage('train', 'end', this.currentEpoch);
    await ctx.hooks.call('onTrainEnd');
  }

  /** True when no epoch is to follow. */
  protected isDone({ limits, signals }: RunContext): boolean {
    if (signals.stopRequested) return true;
    const { maxEpochs, minEpochs, minSteps } = limits;
    if (maxEpochs !== -1 && this.epochs.current.processed >= maxEpochs) return true;
    if (this.epochLoop.isStepLimitReached(limits)) return true;
    return signals.shouldStop && this.epochs.current.processed >= minEpochs && this.epochLoop.globalStep >= minSteps;
  }

  /** @param monitored the metrics that schedulers look at */
  stateDict(loaderState: unknown, monitored?: Readonly<Record<string, number>>): FitLoopState {
    return {
      state_dict: loaderState === undefined ? {} : { combined_loader: [loaderState] },
      epoch_progress: this.epochs.stateDict(),
      ...this.epochLoop.stateDict(monitored),
    };
  }

  /**
   * Takes back what {@link stateDict} returned: the run goes on after the batch or epoch that was completed last.
   * @throws MisconfigurationError when it is something else
   */
  loadStateDict(saved: unknown): FitLoopState {
    const state = checkFitLoopState(saved);
    this.epochs.loadStateDict(state.epoch_progress);
    this.epochLoop.loadStateDict(state);
    const { current, total } = this.epochs;
    if (this.epochLoop.isEpochCutShort) {
      // A limit ended the epoch early, and it was saved at that end: now it goes on.
      current.processed -= current.processed === current.started ? 1 : 0;
      total.processed -= total.processed === total.started ? 1 : 0;
    }
    // Saved in onTrainEpochEnd: the epoch's work was done and only its end hooks were running.
    this.#owesEpochEnd = current.completed < current.processed;
    current.completed = current.processed;
    total.completed = total.processed;
    this.#resumesEpoch = current.started > current.processed;
    return state;
  }
}

/** Something else was put into the place of a loop. */
export function notALoop(place: string, Class: string): MisconfigurationError {
  return new MisconfigurationError({
    code: 'not-a-loop',
    found: `\`${place}\` was set to something that is no ${Class}.`,
    fix: `Make a class that extends ${Class}, and override what is to be different.`,
  });
}
