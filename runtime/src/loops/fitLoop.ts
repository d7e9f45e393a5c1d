import { checkFitLoopState, type FitLoopState } from './fitLoopState.js';
import { Progress } from './progress.js';
import type { RunContext } from './runContext.js';
import { isValidationEpoch, TrainingEpochLoop } from './trainingEpochLoop.js';

/** Epochs. Source: PyTorch Lightning, `loops/fit_loop.py`. */
export class FitLoop {
  readonly epochs = new Progress();
  readonly epochLoop = new TrainingEpochLoop();
  /** An epoch that a checkpoint was taken in the middle of, and that goes on. */
  #resumesEpoch = false;
  /** True when a checkpoint was taken in the epoch's end hooks: the schedulers that look at a metric come after these. */
  #owesEpochEnd = false;

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
    return !this.#isDone(ctx) && ctx.data.trainBatches !== 0;
  }

  /** True when the epoch that comes next has a validation. */
  validatesNextEpoch({ data, limits }: RunContext): boolean {
    return data.validates && isValidationEpoch(limits, this.currentEpoch);
  }

  /** Trains until a limit or a signal ends it. */
  async run(ctx: RunContext): Promise<void> {
    if (!this.willRun(ctx)) return;
    ctx.reporter.stage('train', 'start', this.currentEpoch);
    await ctx.hooks.call('onTrainStart');
    if (this.#owesEpochEnd) await this.epochLoop.endEpoch(ctx, this.currentEpoch);
    this.#owesEpochEnd = false;
    while (!this.#isDone(ctx)) await this.#runEpoch(ctx);
    if (ctx.signals.stopRequested) return;
    ctx.reporter.stage('train', 'end', this.currentEpoch);
    await ctx.hooks.call('onTrainEnd');
  }

  async #runEpoch(ctx: RunContext): Promise<void> {
    if (this.#resumesEpoch) {
      this.#resumesEpoch = false;
    } else {
      this.epochs.count('ready');
      this.epochLoop.beginEpoch();
      await ctx.hooks.call('onTrainEpochStart');
      this.epochs.count('started');
    }
    await this.epochLoop.run(ctx, this.currentEpoch);
    if (ctx.signals.stopRequested && !this.epochLoop.isEpochOver) {
      this.#resumesEpoch = true; // so that the same Trainer, too, goes on where it stopped
      return;
    }
    this.epochs.count('processed');
    ctx.results.endTrainBatches();
    await ctx.hooks.call('onTrainEpochEnd');
    await this.epochLoop.endEpoch(ctx, this.currentEpoch + 1);
    // The batch loop is over and has counted its last step; epoch values belong to that one.
    ctx.results.publishTrainEpoch(Math.max(0, this.epochLoop.batchesThatStepped - 1));
    this.epochs.count('completed');
  }

  #isDone({ limits, signals }: RunContext): boolean {
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
