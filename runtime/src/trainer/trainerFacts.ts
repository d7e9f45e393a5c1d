import { validatesOncePerEpoch } from '../callbacks/index.js';
import type { LRSchedulerConfig } from '../core/index.js';
import { RunError } from '../errors/index.js';
import type { Optimizer } from '../optim/index.js';
import type { RunKind, Stage } from '../protocol/index.js';
import { TrainerParts } from './trainerParts.js';

/** What the latest run tells: where it stands, what it works with, and what it has measured. */
export abstract class TrainerFacts extends TrainerParts {
  /** What the Trainer was last asked to do; undefined before that. */
  get runKind(): RunKind | undefined {
    return this.run?.kind;
  }

  /** What it is doing; undefined between stages. */
  get stage(): Stage | undefined {
    return (this.run?.events ?? this.events).currentStage;
  }

  /** The optimizers of the latest fit; empty before it. */
  get optimizers(): readonly Optimizer[] {
    return this.run?.optimizers.map(({ optimizer }) => optimizer) ?? [];
  }

  /** The learning rate schedulers of the latest fit, and when each is stepped; empty before it. */
  get lrSchedulerConfigs(): readonly LRSchedulerConfig[] {
    return this.run?.schedulers ?? [];
  }

  /** Latest values of what was logged, under plain and forked names. */
  get callbackMetrics(): Readonly<Record<string, number>> {
    return this.run?.publisher.metrics() ?? {};
  }

  /** Latest values that were sent to the loggers. */
  get loggedMetrics(): Readonly<Record<string, number>> {
    return this.run?.publisher.loggedMetrics ?? {};
  }

  /** Latest values that the progress bar shows. */
  get progressBarMetrics(): Readonly<Record<string, number>> {
    return this.run?.publisher.progressBarMetrics ?? {};
  }

  /** Training batches of an epoch; undefined when nobody knows. */
  get numTrainingBatches(): number | undefined {
    return this.run?.data.trainBatches;
  }

  /** Validation batches of each loader; empty before validation first needs them, an entry undefined when nobody knows. */
  get numValBatches(): readonly (number | undefined)[] {
    return this.run?.data.batchesOf('validate') ?? [];
  }

  /** Batches of the sanity check, of each loader. */
  get numSanityValBatches(): readonly (number | undefined)[] {
    return this.run?.data.batchesOf('sanity-check') ?? [];
  }

  /** Test batches of each loader; empty outside of test, an entry undefined when nobody knows. */
  get numTestBatches(): readonly (number | undefined)[] {
    return this.run?.data.batchesOf('test') ?? [];
  }

  /** Prediction batches of each loader; empty outside of predict, an entry undefined when nobody knows. */
  get numPredictBatches(): readonly (number | undefined)[] {
    return this.run?.data.batchesOf('predict') ?? [];
  }

  /**
   * Optimizer steps that fit will take in all; Infinity without a limit, and -1 (`maxSteps`) for a loader without a length. In configureOptimizers it asks for the training loader,
   * which is not asked for again.
   * @throws RunError when that loader is made asynchronously: await {@link loadTrainDataloader} before
   */
  get estimatedSteppingBatches(): number {
    const { maxEpochs, accumulateGradBatches } = this;
    const { maxSteps } = this.options;
    const limit = maxSteps === -1 ? Number.POSITIVE_INFINITY : maxSteps;
    if (maxEpochs === -1) return limit;
    if (this.runKind === 'fit' && this.status === 'running' && this.run?.data.loadTrainingEarly()) {
      throw new RunError({
        code: 'loader-not-ready',
        found: 'estimatedSteppingBatches was read before the training loader was there, and its hook is asynchronous.',
        fix: 'Make configureOptimizers async, and write there: await this.trainer.loadTrainDataloader();',
      });
    }
    const batches = this.numTrainingBatches;
    if (batches === undefined) return maxSteps; // as PyTorch Lightning has it
    return Math.min(limit, Math.ceil(batches / accumulateGradBatches) * Math.max(maxEpochs, 1));
  }

  /** True for the last batch of a training epoch. */
  get isLastBatch(): boolean {
    return this.fitLoop.epochLoop.isLastBatch;
  }

  /** True in a batch whose values go to the loggers, as `logEveryNSteps` says. */
  get shouldUpdateLogs(): boolean {
    const { logEveryNSteps } = this.options;
    return (logEveryNSteps > 0 && (this.#loggingStep + 1) % logEveryNSteps === 0) || this.shouldStop;
  }

  /** In training the batches that stepped; in the other stages the batches that were fetched, the current one included. */
  get #loggingStep(): number {
    const { epochLoop } = this.fitLoop;
    if (this.stage === 'predict') return this.predictionLoop.batches;
    if (this.stage === 'test') return this.evaluationLoops.test.batches.current.ready;
    if (this.stage !== 'validate' && this.stage !== 'sanity-check') return epochLoop.batchesThatStepped;
    const loop = this.runKind === 'fit' ? epochLoop.validation : this.evaluationLoops.validate;
    return loop.batches.current.ready;
  }

  /** True once a validation inside fit ran to its end, the sanity check not counted. */
  get hasValidated(): boolean {
    return this.fitLoop.epochLoop.validation.runs > 0;
  }

  /** True in a training batch that a validation follows. */
  get isValidationDue(): boolean {
    const context = this.run?.context;
    return context !== undefined && this.fitLoop.epochLoop.isValidationDue(context, this.currentEpoch);
  }

  /** True when the epoch that runs has a validation, at whichever of its batches. */
  get validatesThisEpoch(): boolean {
    const context = this.run?.context;
    return context !== undefined && this.fitLoop.validatesNextEpoch(context);
  }

  /** True when nothing is validated, or all of it once, after the last batch of every epoch, as far as the options tell. */
  get validatesAtEpochEndOnly(): boolean {
    const { checkValEveryNEpoch } = this.options;
    return validatesOncePerEpoch(this) || (checkValEveryNEpoch === 1 && !(this.run?.data.validates ?? false));
  }
}
