import { existsSync } from 'node:fs';
import {
  type Callback,
  ModelCheckpoint,
  OnExceptionCheckpoint,
  ProgressBar,
  validatesOncePerEpoch,
} from '../callbacks/index.js';
import type { CheckpointIO } from '../checkpoint/index.js';
import type {
  EvalLoaders,
  LightningDataModule,
  LightningModule,
  LRSchedulerConfig,
  TrainLoader,
} from '../core/index.js';
import { MisconfigurationError, RunError } from '../errors/index.js';
import { CSVLogger, DummyLogger, type Logger, runFolder, TensorBoardLogger } from '../loggers/index.js';
import { EvaluationLoop, FitLoop, notALoop, PredictionLoop } from '../loops/index.js';
import type { Optimizer } from '../optim/index.js';
import { type GradScaler, MixedPrecision, type Precision } from '../precision/index.js';
import { createProfiler, type Profiler } from '../profilers/index.js';
import {
  type CheckpointEvent,
  type RunCommand,
  type RunEvent,
  type RunKind,
  type Stage,
  toWireNumber,
} from '../protocol/index.js';
import { type LRFinder, type LRFindOptions, type ScaleBatchSizeOptions, Tuner } from '../tuner/index.js';
import { defaultCallbacks } from './callbackConnector.js';
import { dumpCheckpoint } from './checkpointConnector.js';
import { checkOption, type ResolvedOptions, resolveOptions, type TrainerOptions } from './options.js';
import { resolvePlugins } from './pluginConnector.js';
import { type ActiveRun, type EntryArguments, runTrainer } from './run.js';
import { RunEvents } from './runEvents.js';
import { runSearch, type Search, type SearchSettings } from './search.js';
import { Signals } from './signals.js';

/** What an entry point takes besides the module. */
export interface FitArguments {
  trainDataloader?: TrainLoader;
  valDataloaders?: EvalLoaders;
  datamodule?: LightningDataModule;
  /** Continue from this checkpoint: a path, `'best'` or `'last'`. */
  ckptPath?: string;
}

/** What tune takes besides the module. */
export interface TuneArguments extends Pick<FitArguments, 'trainDataloader' | 'valDataloaders' | 'datamodule'> {
  lrFind?: LRFindOptions;
  scaleBatchSize?: ScaleBatchSizeOptions;
}

/** What tune found. */
export interface TuneResult {
  lrFind?: LRFinder | null;
  scaleBatchSize?: number | null;
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
  readonly evaluationLoops = { validate: new EvaluationLoop('validate'), test: new EvaluationLoop('test') } as const;
  readonly predictionLoop = new PredictionLoop();
  readonly signals = new Signals();
  readonly events: RunEvents;
  /** What measures the runs: `trainer.profiler.profile('name')` adds an action of your own. */
  readonly profiler: Profiler;
  status: TrainerStatus = 'initializing';
  /** The checkpoint that this run continues from. */
  ckptPath: string | undefined;
  /** File that the module came from, for those who watch the run; the command line sets it. */
  sourceFile: string | undefined;
  /** What is done with numbers around steps, gradients and updates. */
  readonly precisionPlugin: Precision;
  /** Brings checkpoints to where they are kept, and back. */
  readonly checkpointIO: CheckpointIO;
  #run: ActiveRun | undefined;
  /** Of checkpoints that are still being written. */
  readonly #reports: Promise<void>[] = [];
  #fitLoop = new FitLoop();
  #loggers: readonly Logger[] | undefined;
  #accumulateGradBatches: number;
  #maxEpochs: number;

  /** @throws MisconfigurationError for an option that does not exist or has a value that is not allowed */
  constructor(options: TrainerOptions = {}) {
    this.options = resolveOptions(options);
    checkLoggers(this.options.logger);
    this.#accumulateGradBatches = this.options.accumulateGradBatches;
    this.#maxEpochs = this.options.maxEpochs;
    const plugins = resolvePlugins(this.options);
    this.precisionPlugin = plugins.precision;
    this.checkpointIO = plugins.checkpointIO;
    this.profiler = createProfiler(this.options.profiler);
    this.callbacks = defaultCallbacks(this.options);
    this.events = new RunEvents(() => ({
      globalStep: this.globalStep,
      maxEpochs: this.maxEpochs === -1 ? null : this.maxEpochs,
      progressBarMetrics: this.progressBarMetrics,
    }));
  }

  /** The training loop. One of your own class takes its place by assignment, between runs. */
  get fitLoop(): FitLoop {
    return this.#fitLoop;
  }

  set fitLoop(loop: FitLoop) {
    if (!(loop instanceof FitLoop)) throw notALoop('trainer.fitLoop', 'FitLoop');
    if (this.status === 'running') {
      throw new RunError({
        code: 'trainer-busy',
        found: 'trainer.fitLoop was set while this Trainer is running.',
        fix: 'Set it before trainer.fit(module).',
      });
    }
    this.#fitLoop = loop;
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
    const run = this.#active();
    await this.profiler.profile('save_checkpoint', async () => {
      const content = await dumpCheckpoint(this, run, options.weightsOnly ?? false);
      await this.checkpointIO.saveCheckpoint(content, path);
    });
  }

  /** Frees what this Trainer holds after its runs: the state of optimizers and callbacks. It can begin anew, but not go on. */
  dispose(): void {
    for (const callback of this.callbacks) callback.dispose();
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
    const { path, score, ...facts } = checkpoint;
    const moment = { epoch: this.currentEpoch, globalStep: this.globalStep };
    const writer = this.callbacks.find(
      (callback) =>
        callback instanceof ModelCheckpoint &&
        (callback.lastModelPath === path || callback.bestModelPath === path || callback.bestKModels.has(path)),
    );
    const loggers = this.#run?.publisher.loggers;
    const report = async () => {
      const sizeBytes = await this.checkpointIO.sizeOf(path);
      if (sizeBytes === undefined) return; // it could not be written, which is told elsewhere
      const wireScore = score === null ? null : toWireNumber(score);
      this.events.send({ type: 'checkpoint', path, ...facts, score: wireScore, ...moment, sizeBytes });
      if (writer instanceof ModelCheckpoint) await loggers?.afterSaveCheckpoint(writer);
    };
    if (!this.checkpointIO.isDeferred) return report();
    this.#reports.push(report().catch((error: unknown) => process.emitWarning(String(error))));
  }

  /** Resolves when every checkpoint is written, and told of. Awaited at the end of a run. */
  async settleCheckpoints(): Promise<void> {
    await Promise.all(this.#reports.splice(0));
    await this.checkpointIO.teardown();
  }

  /**
   * For callbacks that try things out before training goes on, such as learning rates: what `work` runs leaves nothing behind. After
   * it weights, optimizers, schedulers, counters, modes, random numbers and the module's own state are as they were.
   * @param settings what holds for all of its trials
   * @throws MisconfigurationError outside of a run
   */
  async search<T>(settings: SearchSettings, work: (search: Search) => Promise<T>): Promise<T> {
    if (this.status !== 'running') {
      throw new MisconfigurationError({
        code: 'no-run',
        found: 'trainer.search was called while the Trainer runs nothing.',
        fix: 'Call it in a hook of a callback, or use new Tuner(trainer).',
      });
    }
    return runSearch(this, this.#active(), settings, work, (run) => {
      this.#run = run;
    });
  }

  /**
   * Sets a module up as an entry point does, does `work` in place of its loops, and ends without a trace. For searches that nothing
   * follows: see Tuner.
   */
  async setUpFor<T>(
    kind: RunKind,
    module: LightningModule,
    args: FitArguments & EvaluationArguments,
    work: () => Promise<T>,
  ): Promise<T> {
    const results: T[] = [];
    const { trainDataloader: train, valDataloaders, dataloaders, datamodule } = args;
    const instead = async () => {
      results.push(await work());
    };
    await this.#start(kind, module, { train, evaluation: valDataloaders ?? dataloaders, datamodule, instead });
    return results[0] as T; // the run would have thrown otherwise
  }

  /**
   * Does the searches that `autoScaleBatchSize` and `autoLrFind` ask for, in this order, before a fit: PyTorch Lightning's way until 1.9.
   * @returns what each of them found; a search that nobody asked for is left out
   */
  async tune(module: LightningModule, { lrFind, scaleBatchSize, ...data }: TuneArguments = {}): Promise<TuneResult> {
    const { autoLrFind, autoScaleBatchSize } = this.options;
    if (autoLrFind === false && autoScaleBatchSize === false) {
      process.emitWarning(
        'trainer.tune was called, but neither `autoLrFind` nor `autoScaleBatchSize` is set: it does nothing.',
      );
    }
    const tuner = new Tuner(this);
    const result: TuneResult = {};
    if (autoScaleBatchSize !== false) {
      const mode = autoScaleBatchSize === true ? 'power' : autoScaleBatchSize;
      result.scaleBatchSize = await tuner.scaleBatchSize(module, { mode, ...data, ...scaleBatchSize });
    }
    if (autoLrFind !== false) {
      const attrName = autoLrFind === true ? '' : autoLrFind;
      result.lrFind = await tuner.lrFind(module, { attrName, ...data, ...lrFind });
    }
    return result;
  }

  /** Prints a line above the progress bar. */
  print(text: string): void {
    const bar = this.callbacks.find((callback) => callback instanceof ProgressBar);
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

  /** Epochs to train; -1: no limit. A callback may set it, also while training runs. */
  get maxEpochs(): number {
    return this.#maxEpochs;
  }

  set maxEpochs(epochs: number) {
    checkOption('maxEpochs', epochs);
    this.#maxEpochs = epochs;
  }

  /** Batches whose gradients are summed up for one update. A callback may set it, at best between epochs. */
  get accumulateGradBatches(): number {
    return this.#accumulateGradBatches;
  }

  set accumulateGradBatches(batches: number) {
    checkOption('accumulateGradBatches', batches);
    this.#accumulateGradBatches = batches;
  }

  /** True while training batches run forward only, without gradients: set by a callback that needs just that. */
  get skipsBackward(): boolean {
    return this.fitLoop.epochLoop.skipsBackward;
  }

  set skipsBackward(skips: boolean) {
    this.fitLoop.epochLoop.skipsBackward = skips;
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
    return (this.#run?.events ?? this.events).currentStage;
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

  /** Puts other schedulers in the place of the run's. */
  replaceLRSchedulers(configs: readonly LRSchedulerConfig[]): void {
    const { schedulers } = this.#active();
    schedulers.splice(0, schedulers.length, ...configs);
  }

  /** Name of the precision: '32-true', 'bf16-mixed' … */
  get precision(): string {
    return this.precisionPlugin.precision;
  }

  /** What scales the loss under precision '16-mixed'; undefined under others. */
  get scaler(): GradScaler | undefined {
    return this.precisionPlugin instanceof MixedPrecision ? this.precisionPlugin.scaler : undefined;
  }

  /** The loggers: the same for all runs of this Trainer. In a fast dev run one that writes nothing. */
  get loggers(): readonly Logger[] {
    this.#loggers ??= loggersFor(this.options);
    return this.#loggers;
  }

  /** The first logger; undefined when there is none. */
  get logger(): Logger | undefined {
    return this.loggers[0];
  }

  /**
   * The folder of the first logger's files; `defaultRootDir` without a logger, and undefined for one that writes no files.
   * Source: PyTorch Lightning, `Trainer.log_dir`.
   */
  get logDir(): string | undefined {
    const { logger } = this;
    return logger ? (logger.logDir ?? logger.saveDir) : this.defaultRootDir;
  }

  /** The run directory, `<saveDir>/<name>/version_<N>` of the first logger; undefined when nothing is logged. */
  get runDir(): string | undefined {
    const { logger } = this;
    return logger && this.fastDevRun === 0 ? runFolder(logger, this.defaultRootDir) : undefined;
  }

  /** The first callback that writes checkpoints; undefined when there is none. */
  get checkpointCallback(): ModelCheckpoint | undefined {
    return this.callbacks.find((callback) => callback instanceof ModelCheckpoint);
  }

  /** All callbacks that write checkpoints. */
  get checkpointCallbacks(): readonly (ModelCheckpoint | OnExceptionCheckpoint)[] {
    return this.callbacks.filter(
      (callback) => callback instanceof ModelCheckpoint || callback instanceof OnExceptionCheckpoint,
    );
  }

  /** Latest values of what was logged, under plain and forked names. */
  get callbackMetrics(): Readonly<Record<string, number>> {
    return this.#run?.publisher.metrics() ?? {};
  }

  /** Sends values to the loggers, past `log`. @param step what they call so; default: that of training */
  logMetrics(values: Readonly<Record<string, number>>, step?: number): void {
    this.#active().publisher.logMetrics(values, step, this.fitLoop.epochLoop.batchesThatStepped);
  }

  /** Adds values to {@link callbackMetrics}, past loggers and progress bar. */
  updateCallbackMetrics(values: Readonly<Record<string, number>>): void {
    Object.assign(this.#active().publisher.callbackMetrics, values);
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
    if (this.runKind === 'fit' && this.status === 'running' && this.#run?.data.loadTrainingEarly()) {
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

  /** Asks for the training loader before its turn, for configureOptimizers to know {@link estimatedSteppingBatches}. */
  async loadTrainDataloader(): Promise<void> {
    await this.#active().data.loadTrainingEarly();
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
    const context = this.#run?.context;
    return context !== undefined && this.fitLoop.epochLoop.isValidationDue(context, this.currentEpoch);
  }

  /** True when the epoch that runs has a validation, at whichever of its batches. */
  get validatesThisEpoch(): boolean {
    const context = this.#run?.context;
    return context !== undefined && this.fitLoop.validatesNextEpoch(context);
  }

  /** True when nothing is validated, or all of it once, after the last batch of every epoch, as far as the options tell. */
  get validatesAtEpochEndOnly(): boolean {
    const { checkValEveryNEpoch } = this.options;
    return validatesOncePerEpoch(this) || (checkValEveryNEpoch === 1 && !(this.#run?.data.validates ?? false));
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
    const failed = args.instead ? undefined : this.#pathAfterException(kind);
    const ckptPath = args.ckptPath ?? failed ?? (module ? undefined : this.#bestOf(kind));
    return runTrainer(this, kind, subject, { ...args, ckptPath }, this.#run, (run) => {
      this.#run = run;
    });
  }

  /** What an OnExceptionCheckpoint kept of a run that failed: the next one goes on there. */
  #pathAfterException(kind: RunKind): string | undefined {
    if (kind !== 'fit') return undefined;
    const paths = this.checkpointCallbacks.flatMap((callback) =>
      callback instanceof OnExceptionCheckpoint ? callback.ckptPath : [],
    );
    const path = paths.find((file) => existsSync(file));
    if (path !== undefined) {
      process.emitWarning(`trainer.fit was called without ckptPath: it goes on from ${path}, saved when a run failed.`);
    }
    return path;
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

/** @throws MisconfigurationError for what cannot log */
function checkLoggers(given: ResolvedOptions['logger']): void {
  for (const logger of [given].flat() as readonly unknown[]) {
    const canLog =
      typeof logger === 'boolean' ||
      (typeof logger === 'object' && logger !== null && 'logMetrics' in logger && 'saveSoon' in logger);
    if (canLog && (typeof logger === 'object' || !Array.isArray(given))) continue;
    throw new MisconfigurationError({
      code: 'option-value',
      found: `\`logger\` ${Array.isArray(given) ? 'holds' : 'is'} ${typeof logger === 'object' && logger !== null ? `an instance of ${logger.constructor.name}` : String(logger)}.`,
      allowed: 'true, false, an object of a class that extends Logger, or a list of these',
    });
  }
}

function loggersFor({ logger, defaultRootDir, fastDevRun }: ResolvedOptions): readonly Logger[] {
  const given = logger === true || logger === false ? [] : [logger].flat();
  if (logger !== true && given.length === 0) return [];
  if (fastDevRun > 0) return [new DummyLogger()];
  if (logger !== true) return given;
  const tensorBoard = new TensorBoardLogger(defaultRootDir);
  return [tensorBoard, new CSVLogger(defaultRootDir, { version: tensorBoard.version })];
}
