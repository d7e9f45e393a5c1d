import { type HookName, type LogOptions, type LogValue, type MetricSets, ResultCollection } from '../core/index.js';
import { MisconfigurationError } from '../errors/index.js';
import { type Logger, LoggerCollection } from '../loggers/index.js';
import type { EvaluationStage, ResultSink } from '../loops/index.js';
import { extractBatchSize } from './batchSize.js';
import type { RunEvents } from './runEvents.js';

/** What the publisher needs to know of the run. */
export interface PublishStatus {
  readonly currentEpoch: number;
  readonly logEveryNSteps: number;
  readonly shouldStop: boolean;
}

/**
 * Brings what was logged to loggers, callbacks and the progress bar, at the cadence of each.
 * Source: PyTorch Lightning, `trainer/connectors/logger_connector/logger_connector.py`.
 */
export class ResultPublisher implements ResultSink {
  /** Latest values, for callbacks: under their plain and their forked names. */
  readonly callbackMetrics: Record<string, number> = {};
  /** Latest values that went to the loggers. */
  readonly loggedMetrics: Record<string, number> = {};
  /** Latest values that were logged with `progBar`. */
  readonly progressBarMetrics: Record<string, number> = {};
  /** The three of them. */
  readonly #latest: MetricSets = {
    logged: this.loggedMetrics,
    callback: this.callbackMetrics,
    progressBar: this.progressBarMetrics,
  };
  /** What validate and test return: one object for each loader. */
  evaluationResults: Record<string, number>[] = [];

  /** All loggers of the run. */
  readonly loggers: LoggerCollection;
  readonly #hasLogger: boolean;
  readonly #events: RunEvents;
  readonly #status: () => PublishStatus;
  readonly #training = new ResultCollection('training');
  #evaluation: ResultCollection | undefined;
  /** True while batches run: metrics are those of the step then, and of the epoch otherwise. */
  #isTrainingBatch = false;
  #isEvaluationBatch = false;
  #isSanityCheck = false;
  #batch: unknown;
  #foundBatchSize: number | undefined;
  #dataloaderIdx: number | undefined;
  #loaders = 1;
  readonly #told = new Set<string>();
  /** Batches of each evaluation loader since the run began: the step of their rows. */
  readonly #evaluationSteps = new Map<number, number>();

  constructor(loggers: readonly Logger[], events: RunEvents, status: () => PublishStatus) {
    this.loggers = new LoggerCollection(loggers);
    this.#hasLogger = loggers.length > 0;
    this.#events = events;
    this.#status = status;
  }

  /** Takes one logged value. @throws MisconfigurationError where `log` is not allowed */
  log(hook: HookName | undefined, name: string, value: LogValue, options: LogOptions): void {
    if (!hook) {
      throw new MisconfigurationError({
        code: 'log-outside-hook',
        found: `log('${name}') was called outside of a hook.`,
        fix: 'Call it in a step, or in another hook of the module or a callback.',
      });
    }
    if (options.logger === true && !this.#hasLogger) {
      this.#warnOnce(
        `You called this.log('${name}', …, { logger: true }) but have no logger configured: use new Trainer({ logger: true }).`,
      );
    }
    const target = this.#evaluation ?? this.#training;
    target.log(
      { hook, dataloaderIdx: this.#dataloaderIdx, batchSize: () => this.#batchSize(name) },
      name,
      value,
      options,
    );
  }

  metrics(): Readonly<Record<string, number>> {
    this.refresh();
    return this.callbackMetrics;
  }

  /** Brings the metrics that callbacks and progress bar see up to date. */
  refresh(): void {
    if (this.#isSanityCheck) return;
    const target = this.#evaluation ?? this.#training;
    if (this.#evaluation ? this.#isEvaluationBatch : this.#isTrainingBatch)
      target.stepMetrics(this.#dataloaderIdx, this.#latest);
    else target.epochMetrics(this.#latest);
  }

  enterBatch(batch: unknown, dataloaderIdx: number | undefined): void {
    if (this.#batch === undefined) this.#training.beginBatch(); // not for each piece of a batch that is split
    this.#batch = batch;
    this.#foundBatchSize = undefined;
    this.#dataloaderIdx = dataloaderIdx;
    if (this.#evaluation) this.#isEvaluationBatch = true;
    else this.#isTrainingBatch = true;
    if (dataloaderIdx !== undefined) this.#loaders = Math.max(this.#loaders, dataloaderIdx + 1);
  }

  publishTrainStep(stepIndex: number, isAccumulating: boolean): void {
    this.#batch = undefined;
    this.#training.stepMetrics(undefined, this.#latest);
    if (isAccumulating) return;
    const { logEveryNSteps, shouldStop } = this.#status();
    const isDue = logEveryNSteps > 0 && (stepIndex + 1) % logEveryNSteps === 0;
    if (isDue || shouldStop) this.#publish(this.#training.stepMetrics().logged, stepIndex);
  }

  /** Sends values that no hook logged to the loggers. @param step what they call so; default: training's, with the epoch */
  logMetrics(values: Readonly<Record<string, number>>, step: number | undefined, stepIndex: number): void {
    Object.assign(this.loggedMetrics, values);
    this.#publish(values, step ?? stepIndex, step === undefined ? 'epoch' : 'step');
  }

  /** Sends values that are nobody's metrics to the loggers and the run's listeners. */
  logRow(values: Readonly<Record<string, number>>, step: number): void {
    this.#publish(values, step, 'step');
  }

  /**
   * What was logged so far, for a checkpoint: the sums of the training epoch, the latest values, and how far evaluations counted.
   * @param isMidBatch true where the latest batch will be done again
   */
  stateDict(isMidBatch: boolean): Record<string, unknown> {
    return {
      callback: { ...this.metrics() },
      logged: { ...this.loggedMetrics },
      progress_bar: { ...this.progressBarMetrics },
      training: this.#training.stateDict(isMidBatch),
      evaluation_steps: Object.fromEntries(this.#evaluationSteps),
    };
  }

  /**
   * Goes on with what {@link stateDict} returned; what a file of an earlier version lacks begins anew.
   * @param isInEpoch false when the training epoch was over
   */
  loadStateDict(saved: unknown, isInEpoch: boolean): void {
    const state: Record<string, unknown> = typeof saved === 'object' && saved !== null ? { ...saved } : {};
    Object.assign(this.callbackMetrics, numbersIn(state.callback));
    Object.assign(this.loggedMetrics, numbersIn(state.logged));
    Object.assign(this.progressBarMetrics, numbersIn(state.progress_bar));
    for (const [loader, steps] of Object.entries(numbersIn(state.evaluation_steps)))
      this.#evaluationSteps.set(Number(loader), steps);
    if (!isInEpoch) return;
    this.#training.loadStateDict(state.training);
    this.#isTrainingBatch = true;
  }

  endTrainBatches(): void {
    this.#isTrainingBatch = false;
  }

  publishTrainEpoch(stepIndex: number): void {
    const sets = this.#training.epochMetrics();
    this.#remember(sets);
    this.#publish(sets.logged, stepIndex);
    this.#training.reset();
  }

  beginEvaluation(stage: EvaluationStage): void {
    this.#evaluation = new ResultCollection('evaluation');
    this.#isSanityCheck = stage === 'sanity-check';
    this.#isEvaluationBatch = false;
    this.#loaders = 1;
  }

  endEvaluationBatches(): void {
    this.#isEvaluationBatch = false;
    this.#dataloaderIdx = undefined;
  }

  publishEvaluationStep(stage: EvaluationStage): void {
    this.#batch = undefined;
    if (stage === 'sanity-check' || !this.#evaluation) return;
    const sets = this.#evaluation.stepMetrics(this.#dataloaderIdx);
    this.#remember(sets);
    const loader = this.#dataloaderIdx ?? 0;
    const step = this.#evaluationSteps.get(loader) ?? 0;
    this.#evaluationSteps.set(loader, step + 1);
    this.#publish(sets.logged, step, 'step');
  }

  publishEvaluation(stage: EvaluationStage, stepIndex: number): void {
    if (stage === 'sanity-check' || !this.#evaluation) return;
    const sets = this.#evaluation.epochMetrics();
    this.#remember(sets);
    this.#publish(sets.logged, stepIndex);
    this.evaluationResults = byLoader(sets.callback, this.#loaders);
  }

  endEvaluation(): void {
    this.#evaluation?.reset();
    this.#evaluation = undefined;
    this.#isSanityCheck = false;
  }

  #remember({ logged, callback, progressBar }: MetricSets): void {
    Object.assign(this.loggedMetrics, logged);
    Object.assign(this.callbackMetrics, callback);
    Object.assign(this.progressBarMetrics, progressBar);
  }

  /** @param axis 'step' for rows whose step counts something of its own, and that tell no epoch */
  #publish(metrics: Readonly<Record<string, number>>, stepIndex: number, axis: 'step' | 'epoch' = 'epoch'): void {
    if (Object.keys(metrics).length === 0) return;
    const epoch = this.#status().currentEpoch;
    if (axis === 'step') {
      this.#events.addRow(stepIndex, epoch, metrics);
      this.loggers.logMetrics(metrics, stepIndex);
      return;
    }
    // A metric that is named `step` is the x-axis, and the row tells no epoch then, unless that was logged too.
    const { step, ...values } = metrics;
    const x = step === undefined ? stepIndex : Math.trunc(step);
    this.#events.addRow(x, epoch, values);
    this.loggers.logMetrics(step === undefined ? { ...values, epoch: values.epoch ?? epoch } : values, x);
  }

  #batchSize(name: string): number {
    if (this.#batch === undefined) return 1; // between batches, as in PyTorch Lightning
    this.#foundBatchSize ??= extractBatchSize(this.#batch, name, (message) => this.#warnOnce(message));
    return this.#foundBatchSize;
  }

  #warnOnce(message: string): void {
    if (this.#told.has(message)) return;
    this.#told.add(message);
    process.emitWarning(message);
  }
}

/** The numbers of an object from a file. */
function numbersIn(value: unknown): Record<string, number> {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(entries.filter(([, number]) => typeof number === 'number'));
}

/** One object a loader: names that end in `/dataloader_idx_N` belong to loader N, others to all. */
function byLoader(metrics: Readonly<Record<string, number>>, loaders: number): Record<string, number>[] {
  return Array.from({ length: loaders }, (_, index) =>
    Object.fromEntries(
      Object.entries(metrics).filter(([name]) => {
        const owner = /\/dataloader_idx_(\d+)$/.exec(name)?.[1];
        return owner === undefined || Number(owner) === index;
      }),
    ),
  );
}
