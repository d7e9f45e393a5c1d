import { type Callback, ModelCheckpoint, OnExceptionCheckpoint } from '../callbacks/index.js';
import type { CheckpointIO } from '../checkpoint/index.js';
import { RunError } from '../errors/index.js';
import { type Logger, runFolder } from '../loggers/index.js';
import { EvaluationLoop, FitLoop, notALoop, PredictionLoop } from '../loops/index.js';
import { type GradScaler, MixedPrecision, type Precision } from '../precision/index.js';
import { createProfiler, type Profiler } from '../profilers/index.js';
import type { ActiveRun } from './activeRun.js';
import { defaultCallbacks } from './callbackConnector.js';
import { checkLoggers, loggersFor } from './loggerConnector.js';
import { checkOption, type ResolvedOptions, resolveOptions, type TrainerOptions } from './options.js';
import { resolvePlugins } from './pluginConnector.js';
import { RunEvents } from './runEvents.js';
import { Signals } from './signals.js';

/** How a Trainer stands. */
export type TrainerStatus = 'initializing' | 'running' | 'finished' | 'interrupted';

/** What a Trainer is made of, the same for all of its runs: options, callbacks, loggers, loops, and the limits that callbacks may set. */
export abstract class TrainerParts {
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
  /** File that the module came from, for those who watch the run; the command line sets it. */
  sourceFile: string | undefined;
  /** What is done with numbers around steps, gradients and updates. */
  readonly precisionPlugin: Precision;
  /** Brings checkpoints to where they are kept, and back. */
  readonly checkpointIO: CheckpointIO;
  /** The latest run, also when it is over. */
  protected run: ActiveRun | undefined;
  #ckptPath: string | undefined;
  #isCkptPathSet = false;
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
      progressBarMetrics: this.run?.publisher.progressBarMetrics ?? {},
    }));
  }

  /** The checkpoint that the latest run continued from. Set it for the runs that follow, where they are given no `ckptPath` themselves. */
  get ckptPath(): string | undefined {
    return this.#ckptPath;
  }

  set ckptPath(path: string | undefined) {
    this.#ckptPath = path;
    this.#isCkptPathSet = path !== undefined;
  }

  /** The checkpoint that was set for the runs that follow. */
  get ckptPathForRuns(): string | undefined {
    return this.#isCkptPathSet ? this.#ckptPath : undefined;
  }

  /**
   * Notes which checkpoint a run continues from.
   * @param isArgument true when it was given to the run: what was set for all of them is forgotten then
   */
  continueFrom(path: string | undefined, isArgument: boolean): void {
    if (isArgument) this.#isCkptPathSet = false;
    if (!this.#isCkptPathSet) this.#ckptPath = path;
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

  /** Set it to end training as soon as the minimum of epochs and steps is reached. */
  get shouldStop(): boolean {
    return this.signals.shouldStop;
  }

  set shouldStop(stops: boolean) {
    this.signals.shouldStop = stops;
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

  /** Batches a loop of a fast_dev_run; 0 when it is none. */
  get fastDevRun(): number {
    return this.options.fastDevRun;
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

  /** The folder for logs and checkpoints when nothing else is said. */
  get defaultRootDir(): string {
    return this.options.defaultRootDir;
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
}
