import { stat } from 'node:fs/promises';
import { type Callback, ModelCheckpoint, TQDMProgressBar } from '../callbacks/index.js';
import { writeCheckpoint } from '../checkpoint/index.js';
import type {
  EvalLoaders,
  LightningDataModule,
  LightningModule,
  LRSchedulerConfig,
  TrainLoader,
} from '../core/index.js';
import { MisconfigurationError, RunError } from '../errors/index.js';
import type { Logger } from '../loggers/index.js';
import { EvaluationLoop, FitLoop, PredictionLoop } from '../loops/index.js';
import type { Optimizer } from '../optim/index.js';
import {
  type CheckpointEvent,
  type RunCommand,
  type RunEvent,
  type RunKind,
  type Stage,
  toWireNumber,
} from '../protocol/index.js';
import { defaultCallbacks } from './callbackConnector.js';
import { dumpCheckpoint } from './checkpointConnector.js';
import { type ResolvedOptions, resolveOptions, type TrainerOptions } from './options.js';
import { type ActiveRun, type EntryArguments, runTrainer } from './run.js';
import { RunEvents } from './runEvents.js';
import { Signals } from './signals.js';

/** What an entry point takes besides the module. */
export interface FitArguments {
  trainDataloader?: TrainLoader;
  valDataloaders?: EvalLoaders;
  datamodule?: LightningDataModule;
  /** Continue from this checkpoint: a path, `'best'` or `'last'`. */
  ckptPath?: string;
}

/** What validate, test and predict take besides the module. */
export interface EvaluationArguments {
  dataloaders?: EvalLoaders;
  datamodule?: LightningDataModule;
  /** Load these weights first: a path, `'best'` or `'last'`. */
  ckptPath?: string;
}

/** How a Trainer stands. */
export type TrainerStatus = 'initializing' | 'running' | 'finished' | 'interrupted';

/**
 * Trains, validates, tests and predicts. Options: {@link TrainerOptions}.
 *
 * @example
 * const trainer = new Trainer({ maxEpochs: 3 });
 * await trainer.fit(new LitClassifier(), { datamodule: new DigitsDataModule() });
 */
export class Trainer {
  /** All options, with defaults filled in. */
  readonly options: ResolvedOptions;
  /** The callbacks, in the order in which they are called. */
  readonly callbacks: Callback[];
  readonly fitLoop = new FitLoop();
  readonly evaluationLoops = { validate: new EvaluationLoop('validate'), test: new EvaluationLoop('test') } as const;
  readonly predictionLoop = new PredictionLoop();
  readonly signals = new Signals();
  readonly events: RunEvents;
  status: TrainerStatus = 'initializing';
  /** The checkpoint that this run continues from. */
  ckptPath: string | undefined;
  /** File that the module came from, for those who watch the run; the command line sets it. */
  sourceFile: string | undefined;
  #run: ActiveRun | undefined;

  /** @throws MisconfigurationError for an option that does not exist or has a value that is not allowed */
  constructor(options: TrainerOptions = {}) {
    this.options = resolveOptions(options);
    this.callbacks = defaultCallbacks(this.options);
    this.events = new RunEvents(() => ({
      globalStep: this.globalStep,
      maxEpochs: this.options.maxEpochs === -1 ? null : this.options.maxEpochs,
      progressBarMetrics: this.progressBarMetrics,
    }));
  }

  /** Trains the module. Resolves when training is over or was stopped; rejects when it failed. */
  async fit(module: LightningModule, args: FitArguments = {}): Promise<void> {
    await this.#start('fit', module, { ...args, train: args.trainDataloader, evaluation: args.valDataloaders });
  }

  /** Runs the validation loop. Returns one object of metrics for each loader. */
  async validate(module?: LightningModule, args: EvaluationArguments = {}): Promise<Record<string, number>[]> {
    await this.#start('validate', module, { ...args, evaluation: args.dataloaders });
    return this.#active().publisher.evaluationResults;
  }

  /** Runs the test loop. Returns one object of metrics for each loader. */
  async test(module?: LightningModule, args: EvaluationArguments = {}): Promise<Record<string, number>[]> {
    await this.#start('test', module, { ...args, evaluation: args.dataloaders });
    return this.#active().publisher.evaluationResults;
  }

  /** Runs predictStep on every batch. Returns its results: a list, or a list for each of several loaders. Tensors in it are the caller's. */
  async predict(module?: LightningModule, args: EvaluationArguments = {}): Promise<unknown[] | unknown[][]> {
    const predictions = await this.#start('predict', module, { ...args, evaluation: args.dataloaders });
    const lists = predictions ?? [];
    return lists.length === 1 ? (lists[0] ?? []) : lists;
  }

  /**
   * Writes a checkpoint of the run as it stands. The file at `path` is replaced only when the new one is complete.
   * @throws RunError when it cannot be written, naming the path
   */
  async saveCheckpoint(path: string, options: { weightsOnly?: boolean } = {}): Promise<void> {
    await writeCheckpoint(path, await dumpCheckpoint(this, this.#active(), options.weightsOnly ?? false));
  }

  /** Frees what this Trainer holds after its runs: the optimizers' state. It can begin anew, but not go on. */
  dispose(): void {
    for (const { optimizer } of this.#run?.optimizers ?? []) optimizer.dispose();
  }

  /** Calls the listener with each event of this Trainer's runs. Returns what ends that. */
  onEvent(listener: (event: RunEvent) => void): () => void {
    return this.events.listen(listener);
  }

  /** Does what an editor or a person at the terminal asks. */
  async command({ command }: RunCommand): Promise<void> {
    if (command === 'stop') this.signals.requestStop();
    else if (command === 'pause') this.signals.pause();
    else if (command === 'resume') this.signals.resume();
    // In the middle of a batch the counters, the loader and the weights do not belong together.
    else if (this.status === 'running' && this.stage !== undefined)
      await this.signals.atNextBoundary(() => this.saveLastCheckpoint());
    else await this.saveLastCheckpoint();
  }

  /** Writes `last.ckpt` through the checkpoint callback. Returns its path; undefined when this run writes no checkpoints. */
  async saveLastCheckpoint(): Promise<string | undefined> {
    if (this.fastDevRun > 0 || !this.#run || this.runKind !== 'fit') return undefined;
    return this.checkpointCallback?.saveLast(this);
  }

  /** Tells the run's listeners of a checkpoint that a callback wrote. */
  async reportCheckpoint(
    checkpoint: Pick<CheckpointEvent, 'path' | 'monitor' | 'best' | 'last' | 'removed'> & {
      readonly score: number | null;
    },
  ): Promise<void> {
    const { size } = await stat(checkpoint.path);
    this.events.send({
      type: 'checkpoint',
      ...checkpoint,
      score: checkpoint.score === null ? null : toWireNumber(checkpoint.score),
      epoch: this.currentEpoch,
      globalStep: this.globalStep,
      sizeBytes: size,
    });
  }

  /** Prints a line above the progress bar. */
  print(text: string): void {
    const bar = this.callbacks.find((callback) => callback instanceof TQDMProgressBar);
    if (bar) bar.print(text);
    else console.log(text);
  }

  /** Set it to end training as soon as the minimum of epochs and steps is reached. */
  get shouldStop(): boolean {
    return this.signals.shouldStop;
  }

  set shouldStop(stops: boolean) {
    this.signals.shouldStop = stops;
  }

  /** True after a run that was stopped from outside, or failed. */
  get interrupted(): boolean {
    return this.status === 'interrupted';
  }

  /** Epochs completed. */
  get currentEpoch(): number {
    return this.fitLoop.currentEpoch;
  }

  /** Optimizer steps taken. */
  get globalStep(): number {
    return this.fitLoop.epochLoop.globalStep;
  }

  /** What the Trainer was last asked to do; undefined before that. */
  get runKind(): RunKind | undefined {
    return this.#run?.kind;
  }

  /** What it is doing; undefined between stages. */
  get stage(): Stage | undefined {
    return this.events.currentStage;
  }

  /** Batches a loop of a fast_dev_run; 0 when it is none. */
  get fastDevRun(): number {
    return this.options.fastDevRun;
  }

  /** The folder for logs and checkpoints when nothing else is said. */
  get defaultRootDir(): string {
    return this.options.defaultRootDir;
  }

  /** The optimizers of the latest fit; empty before it. */
  get optimizers(): readonly Optimizer[] {
    return this.#run?.optimizers.map(({ optimizer }) => optimizer) ?? [];
  }

  /** The learning rate schedulers of the latest fit, and when each is stepped; empty before it. */
  get lrSchedulerConfigs(): readonly LRSchedulerConfig[] {
    return this.#run?.schedulers ?? [];
  }

  /** The loggers. */
  get loggers(): readonly Logger[] {
    return this.#run?.loggers ?? [];
  }

  /** The first logger; undefined when there is none. */
  get logger(): Logger | undefined {
    return this.loggers[0];
  }

  /** The run directory; undefined when there is no logger. */
  get logDir(): string | undefined {
    return this.logger?.logDir;
  }

  /** The first callback that writes checkpoints; undefined when there is none. */
  get checkpointCallback(): ModelCheckpoint | undefined {
    return this.callbacks.find((callback) => callback instanceof ModelCheckpoint);
  }

  /** Latest values of what was logged, under plain and forked names. */
  get callbackMetrics(): Readonly<Record<string, number>> {
    return this.#run?.publisher.metrics() ?? {};
  }

  /** Latest values that were sent to the loggers. */
  get loggedMetrics(): Readonly<Record<string, number>> {
    return this.#run?.publisher.loggedMetrics ?? {};
  }

  /** Latest values that the progress bar shows. */
  get progressBarMetrics(): Readonly<Record<string, number>> {
    return this.#run?.publisher.progressBarMetrics ?? {};
  }

  /** Training batches of an epoch; undefined when nobody knows. */
  get numTrainingBatches(): number | undefined {
    return this.#run?.data.trainBatches;
  }

  /** Validation batches of each loader; empty before validation first needs them, an entry undefined when nobody knows. */
  get numValBatches(): readonly (number | undefined)[] {
    return this.#run?.data.batchesOf('validate') ?? [];
  }

  /** Batches of the sanity check, of each loader. */
  get numSanityValBatches(): readonly (number | undefined)[] {
    return this.#run?.data.batchesOf('sanity-check') ?? [];
  }

  /** Test batches of each loader; empty outside of test, an entry undefined when nobody knows. */
  get numTestBatches(): readonly (number | undefined)[] {
    return this.#run?.data.batchesOf('test') ?? [];
  }

  /** Prediction batches of each loader; empty outside of predict, an entry undefined when nobody knows. */
  get numPredictBatches(): readonly (number | undefined)[] {
    return this.#run?.data.batchesOf('predict') ?? [];
  }

  /** Optimizer steps that fit will take in all; Infinity when nobody knows. Known once the training loader is. */
  get estimatedSteppingBatches(): number {
    const { maxEpochs, maxSteps, accumulateGradBatches } = this.options;
    const limit = maxSteps === -1 ? Number.POSITIVE_INFINITY : maxSteps;
    const batches = this.numTrainingBatches;
    if (maxEpochs === -1 || batches === undefined) return limit;
    return Math.min(limit, Math.ceil(batches / accumulateGradBatches) * Math.max(maxEpochs, 1));
  }

  /** True for the last batch of a training epoch. */
  get isLastBatch(): boolean {
    return this.fitLoop.epochLoop.isLastBatch;
  }

  /** True once a validation inside fit ran to its end, the sanity check not counted. */
  get hasValidated(): boolean {
    return this.fitLoop.epochLoop.validation.runs > 0;
  }

  /** True in a training batch that a validation follows. */
  get isValidationDue(): boolean {
    const context = this.#run?.context;
    return context !== undefined && this.fitLoop.epochLoop.isValidationDue(context, this.currentEpoch);
  }

  /** True when validation runs once, after the last batch of every epoch, or not at all. */
  get validatesAtEpochEndOnly(): boolean {
    const { checkValEveryNEpoch } = this.options;
    const validates = this.#run?.data.validates ?? false;
    return checkValEveryNEpoch === 1 && (!validates || this.#run?.context.limits.valCheckBatch === undefined);
  }

  async #start(
    kind: RunKind,
    module: LightningModule | undefined,
    args: EntryArguments,
  ): Promise<unknown[][] | undefined> {
    if (this.status === 'running') {
      throw new RunError({
        code: 'trainer-busy',
        found: `trainer.${kind} was called while this Trainer is running.`,
        fix: 'Await the run before, or use another Trainer.',
      });
    }
    const subject = module ?? this.#run?.module;
    if (!subject) {
      throw new MisconfigurationError({
        code: 'no-module',
        found: `trainer.${kind} was called without a LightningModule, and none was run before.`,
        fix: `Pass one: trainer.${kind}(module).`,
      });
    }
    const ckptPath = args.ckptPath ?? (module ? undefined : this.#bestOf(kind));
    return runTrainer(this, kind, subject, { ...args, ckptPath }, this.#run, (run) => {
      this.#run = run;
    });
  }

  /** Without a module, the best weights of the run before are meant. */
  #bestOf(kind: RunKind): string | undefined {
    const path = this.checkpointCallback?.bestModelPath;
    if (!path) return undefined;
    process.emitWarning(
      `trainer.${kind} was called without a module: the best checkpoint of the run before is loaded, as with ckptPath: 'best'.`,
    );
    return path;
  }

  #active(): ActiveRun {
    if (this.#run) return this.#run;
    throw new MisconfigurationError({
      code: 'no-run',
      found: 'The Trainer has not run a module yet, so there is nothing to save.',
      fix: 'Call this inside a run, or after one.',
    });
  }
}
