import { existsSync } from 'node:fs';
import { ModelCheckpoint, OnExceptionCheckpoint, ProgressBar } from '../callbacks/index.js';
import type { LightningModule, LRSchedulerConfig } from '../core/index.js';
import { MisconfigurationError, RunError } from '../errors/index.js';
import { type CheckpointEvent, type RunCommand, type RunEvent, type RunKind, toWireNumber } from '../protocol/index.js';
import { Tuner } from '../tuner/index.js';
import type { ActiveRun, EntryArguments } from './activeRun.js';
import type { EvaluationArguments, FitArguments, TuneArguments, TuneResult } from './entryArguments.js';
import { runTrainer } from './run.js';
import { saveCheckpoint } from './saveCheckpoint.js';
import { runSearch, type Search, type SearchSettings } from './search.js';
import { TrainerFacts } from './trainerFacts.js';

/**
 * Trains, validates, tests and predicts. Options: {@link TrainerOptions}.
 *
 * @example
 * const trainer = new Trainer({ maxEpochs: 3 });
 * await trainer.fit(new LitClassifier(), { datamodule: new DigitsDataModule() });
 */
export class Trainer extends TrainerFacts {
  /** Of checkpoints that are still being written. */
  readonly #reports: Promise<void>[] = [];

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

  /**
   * Writes a checkpoint of the run as it stands. The file at `path` is replaced only when the new one is complete.
   * @throws RunError when it cannot be written, naming the path
   */
  async saveCheckpoint(path: string, options: { weightsOnly?: boolean } = {}): Promise<void> {
    const run = this.#active();
    await this.profiler.profile('save_checkpoint', async () => {
      await saveCheckpoint(this, run, path, options.weightsOnly ?? false);
    });
  }

  /** Writes `last.ckpt` through the checkpoint callback. Returns its path; undefined when this run writes no checkpoints. */
  async saveLastCheckpoint(): Promise<string | undefined> {
    if (this.fastDevRun > 0 || !this.run || this.runKind !== 'fit') return undefined;
    return this.checkpointCallback?.saveLast(this);
  }

  async #saveOnDemand(): Promise<void> {
    const save = () => this.saveLastCheckpoint();
    // In the middle of a batch, and before the loops, the counters, the loader and the weights do not belong together.
    const isFitting = this.status === 'running' && this.runKind === 'fit';
    const path = await (isFitting ? this.signals.atNextBoundary(save) : save());
    if (path !== undefined) return;
    process.emitWarning(
      'save-checkpoint wrote nothing: checkpoints are written by a fit with a ModelCheckpoint, and not with fastDevRun.',
    );
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
    const loggers = this.run?.publisher.loggers;
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

  /** Calls the listener with each event of this Trainer's runs. Returns what ends that. */
  onEvent(listener: (event: RunEvent) => void): () => void {
    return this.events.listen(listener);
  }

  /** Does what an editor or a person at the terminal asks. */
  async command({ command }: RunCommand): Promise<void> {
    if (command === 'stop') this.signals.requestStop();
    else if (command === 'save-checkpoint') await this.#saveOnDemand();
    else if (this.status === 'running') {
      this.signals[command]();
      this.events.send({ type: 'pause', isPaused: command === 'pause' });
    }
  }

  /** Prints a line above the progress bar. */
  print(text: string): void {
    const bar = this.callbacks.find((callback) => callback instanceof ProgressBar);
    if (bar) bar.print(text);
    else console.log(text);
  }

  /** Sends a row to the loggers and the run's listeners, and nowhere else: not to {@link loggedMetrics}, and without the epoch. */
  logRow(values: Readonly<Record<string, number>>, step: number): void {
    this.#active().publisher.logRow(values, step);
  }

  /** Sends values to the loggers, past `log`. @param step what they call so; default: that of training */
  logMetrics(values: Readonly<Record<string, number>>, step?: number): void {
    this.#active().publisher.logMetrics(values, step, this.fitLoop.epochLoop.batchesThatStepped);
  }

  /** Adds values to {@link callbackMetrics}, past loggers and progress bar. */
  updateCallbackMetrics(values: Readonly<Record<string, number>>): void {
    Object.assign(this.#active().publisher.callbackMetrics, values);
  }

  /** Puts other schedulers in the place of the run's. */
  replaceLRSchedulers(configs: readonly LRSchedulerConfig[]): void {
    const { schedulers } = this.#active();
    schedulers.splice(0, schedulers.length, ...configs);
  }

  /** Asks for the training loader before its turn, for configureOptimizers to know {@link estimatedSteppingBatches}. */
  async loadTrainDataloader(): Promise<void> {
    await this.#active().data.loadTrainingEarly();
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
      this.run = run;
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

  /** Frees what this Trainer holds after its runs: the state of optimizers and callbacks. It can begin anew, but not go on. */
  dispose(): void {
    for (const callback of this.callbacks) callback.dispose();
    for (const { optimizer } of this.run?.optimizers ?? []) optimizer.dispose();
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
    const subject = module ?? this.run?.module;
    if (!subject) {
      throw new MisconfigurationError({
        code: 'no-module',
        found: `trainer.${kind} was called without a LightningModule, and none was run before.`,
        fix: `Pass one: trainer.${kind}(module).`,
      });
    }
    const failed = args.instead ? undefined : this.#pathAfterException(kind);
    const resumed = kind === 'fit' && !args.instead ? this.options.legacy.resumeFromCheckpoint : undefined;
    const { ckptPathForRuns: set } = this;
    if (set !== undefined && args.ckptPath !== undefined) {
      process.emitWarning(
        `trainer.ckptPath was set to ${set}, and trainer.${kind} was given ckptPath ${args.ckptPath}: the latter is loaded.`,
      );
    }
    const ckptPath = args.ckptPath ?? set ?? resumed ?? failed ?? (module ? undefined : this.#bestOf(kind));
    return runTrainer(this, kind, subject, { ...args, ckptPath }, this.run, (run) => {
      this.run = run;
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
    if (this.run) return this.run;
    throw new MisconfigurationError({
      code: 'no-run',
      found: 'The Trainer has not run a module yet, so there is nothing to save.',
      fix: 'Call this inside a run, or after one.',
    });
  }
}
