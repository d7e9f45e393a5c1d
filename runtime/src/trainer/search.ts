import { type Callback, type CallbackHook, LambdaCallback } from '../callbacks/index.js';
import type { Checkpoint } from '../checkpoint/index.js';
import {
  type LightningDataModule,
  type LightningModule,
  type LRSchedulerConfig,
  nestedModules,
  setModuleHost,
} from '../core/index.js';
import { DummyLogger } from '../loggers/index.js';
import type { RunSignals } from '../loops/index.js';
import type { OptimizerState, SchedulerState } from '../optim/index.js';
import type { RunKind } from '../protocol/index.js';
import { isolateRng } from '../random/index.js';
import * as tf from '../tf.js';
import { type ActiveRun, assemble, hostFor } from './activeRun.js';
import { dumpCheckpoint } from './checkpointConnector.js';
import { DataConnector } from './dataConnector.js';
import { wrapOptimizer } from './optimizerConnector.js';
import type { BatchLimit, ResolvedOptions } from './options.js';
import { RunEvents } from './runEvents.js';
import type { Trainer } from './trainer.js';

/** What holds for all trials of a search. */
export interface SearchSettings {
  /** Default: the Trainer's. */
  readonly limitTrainBatches?: BatchLimit;
  /** Of validation in a fit, and of the loop itself in validate, test and predict. Default: the Trainer's. */
  readonly limitEvaluationBatches?: BatchLimit;
}

/** What one trial has in place of the run's. */
export interface TrialSettings {
  /** Optimizer steps; default: the Trainer's limit. */
  readonly maxSteps?: number;
  /** Called as a callback's; no other callback takes part. */
  readonly hooks?: { readonly [N in CallbackHook]?: Callback[N] };
  /** Default: the run's. */
  readonly schedulers?: readonly LRSchedulerConfig[];
}

/** What a search may do; see {@link Trainer.search}. */
export interface Search {
  /** What the Trainer was asked to do. */
  readonly kind: RunKind;
  readonly datamodule: LightningDataModule | undefined;
  /** True when loaders were handed to the entry point: nobody can be asked for others, then. */
  readonly hasGivenLoaders: boolean;
  /** True when a person asked the run to stop, so that trials end early. */
  readonly isStopped: boolean;
  /**
   * Trains, or evaluates, on the side: progress counts from where the run stands, weights go on from the trial before. No logger,
   * callback or display of the run hears of it.
   */
  trial(settings?: TrialSettings): Promise<void>;
  /** Samples in the loop's dataset; undefined when nobody knows. Asks for the loaders when there are none yet. */
  samples(): Promise<number | undefined>;
  /** The loaders of the loop. Asks for them when there are none yet. */
  loaderCount(): Promise<number>;
  /** Asks anew for the loaders, also for those of the run when the search is over. */
  reloadData(): Promise<void>;
}

/**
 * Runs a search within a run, and puts everything back: weights, optimizers, schedulers, counters, the module's own state,
 * modes and random numbers. Source: what PyTorch Lightning's tuner saves in its temporary checkpoint.
 */
export async function runSearch<T>(
  trainer: Trainer,
  run: ActiveRun,
  settings: SearchSettings,
  work: (search: Search) => Promise<T>,
  activate: (run: ActiveRun) => void,
): Promise<T> {
  const snapshot = await Snapshot.of(trainer, run);
  const search = new TrialRunner(trainer, run, settings, activate, snapshot);
  try {
    return await isolateRng(() => work(search));
  } finally {
    activate(run);
    setModuleHost(run.module, hostFor(trainer, run));
    try {
      await search.release();
    } finally {
      await snapshot.restore();
    }
  }
}

/** Everything that trials change. */
class Snapshot {
  readonly #trainer: Trainer;
  readonly #run: ActiveRun;
  readonly #callbacks: readonly Callback[];
  readonly #modes: readonly (readonly [LightningModule, boolean])[];
  readonly #shouldStop: boolean;
  readonly #validations: number;
  readonly #evaluations: Readonly<Record<'validate' | 'test', number>>;
  readonly #checkpoint: Checkpoint;
  readonly #optimizers: readonly OptimizerState[];
  readonly #schedulers: readonly SchedulerState[];
  readonly #datamodule: Record<string, unknown> | undefined;
  readonly #precision: Record<string, unknown>;

  private constructor(trainer: Trainer, run: ActiveRun, checkpoint: Checkpoint, optimizers: readonly OptimizerState[]) {
    this.#trainer = trainer;
    this.#run = run;
    this.#checkpoint = checkpoint;
    this.#optimizers = optimizers;
    this.#schedulers = run.schedulers.map(({ scheduler }) => scheduler.stateDict());
    this.#datamodule = run.datamodule?.stateDict();
    this.#precision = trainer.precisionPlugin.stateDict();
    this.#callbacks = [...trainer.callbacks];
    this.#modes = allModules(run.module).map((module) => [module, module.training] as const);
    this.#shouldStop = trainer.shouldStop;
    const { validate, test } = trainer.evaluationLoops;
    this.#validations = trainer.fitLoop.epochLoop.validation.runs;
    this.#evaluations = { validate: validate.runs, test: test.runs };
  }

  static async of(trainer: Trainer, run: ActiveRun): Promise<Snapshot> {
    const checkpoint = await dumpCheckpoint(trainer, run, true);
    const states = await Promise.all(run.optimizers.map(({ optimizer }) => optimizer.stateDict()));
    return new Snapshot(trainer, run, checkpoint, states);
  }

  /** The counters as they were, for the next trial. */
  restoreProgress(): void {
    this.#trainer.fitLoop.loadStateDict(this.#checkpoint.loops.fit_loop);
    this.#trainer.shouldStop = this.#shouldStop;
  }

  async restore(): Promise<void> {
    const { callbacks, fitLoop, evaluationLoops } = this.#trainer;
    const { module, datamodule, optimizers, schedulers, hooks } = this.#run;
    callbacks.splice(0, callbacks.length, ...this.#callbacks);
    this.restoreProgress();
    fitLoop.epochLoop.validation.runs = this.#validations;
    for (const kind of ['validate', 'test'] as const) evaluationLoops[kind].runs = this.#evaluations[kind];
    for (const [each, training] of this.#modes) each.training = training;
    module.zeroGrad();
    await hooks.callModule('onLoadCheckpoint', this.#checkpoint);
    module.loadStateDict(this.#checkpoint.state_dict);
    if (Object.keys(this.#precision).length > 0) this.#trainer.precisionPlugin.loadStateDict(this.#precision);
    if (this.#datamodule) await datamodule?.loadStateDict(this.#datamodule);
    for (const [index, state] of this.#optimizers.entries()) optimizers[index]?.optimizer.loadStateDict(state);
    for (const [index, state] of this.#schedulers.entries()) schedulers[index]?.scheduler.loadStateDict(state);
  }
}

function allModules(module: LightningModule): LightningModule[] {
  return [module, ...nestedModules(module).flatMap(allModules)];
}

class TrialRunner implements Search {
  readonly #trainer: Trainer;
  readonly #run: ActiveRun;
  readonly #options: ResolvedOptions;
  readonly #activate: (run: ActiveRun) => void;
  readonly #snapshot: Snapshot;
  readonly #firstStep: number;
  #data: DataConnector;
  #isPrepared = false;
  #loaderState: unknown;

  constructor(
    trainer: Trainer,
    run: ActiveRun,
    settings: SearchSettings,
    activate: (run: ActiveRun) => void,
    snapshot: Snapshot,
  ) {
    this.#trainer = trainer;
    this.#run = run;
    this.#activate = activate;
    this.#snapshot = snapshot;
    this.#firstStep = trainer.globalStep;
    this.#options = { ...trainer.options, ...limitsFor(run.kind, trainer.options, settings) };
    this.#data = this.#makeData();
  }

  get kind(): RunKind {
    return this.#run.kind;
  }

  get datamodule(): LightningDataModule | undefined {
    return this.#run.datamodule;
  }

  get hasGivenLoaders(): boolean {
    const { train, evaluation } = this.#run.given;
    return train !== undefined || evaluation !== undefined;
  }

  get isStopped(): boolean {
    return this.#trainer.signals.stopRequested;
  }

  async trial({ maxSteps, hooks = {}, schedulers = this.#run.schedulers }: TrialSettings = {}): Promise<void> {
    const { kind, module, datamodule, optimizers, loggers } = this.#run;
    const trainer = this.#trainer;
    this.#snapshot.restoreProgress();
    await this.#prepare();
    trainer.callbacks.splice(0, trainer.callbacks.length, new LambdaCallback(hooks));
    const limit = maxSteps === undefined ? {} : { maxSteps: this.#firstStep + maxSteps };
    const trial = assemble(
      trainer,
      kind,
      module,
      { datamodule },
      {
        options: { ...this.#options, ...limit },
        data: this.#data,
        events: new RunEvents(() => ({ globalStep: trainer.globalStep, maxEpochs: null, progressBarMetrics: {} })),
        // The user's code may ask for a logger, as in the run itself.
        loggers: loggers.length > 0 ? [new DummyLogger()] : [],
        signals: withoutTasks(trainer.signals),
      },
    );
    trial.optimizers.push(...optimizers.map(({ optimizer }) => wrapOptimizer(trainer, trial, optimizer)));
    trial.schedulers.push(...schedulers);
    this.#activate(trial);
    setModuleHost(module, hostFor(trainer, trial));
    await this.#loop(trial);
  }

  async #loop({ context }: ActiveRun): Promise<void> {
    const { fitLoop, evaluationLoops, predictionLoop } = this.#trainer;
    const { kind } = this.#run;
    if (kind === 'predict') {
      tf.dispose((await predictionLoop.run(context)) as tf.TensorContainer); // they are ours, and nobody else looks at them
    } else if (kind !== 'fit') {
      await evaluationLoops[kind].run(context, this.#trainer.currentEpoch, 0);
    } else {
      if (fitLoop.willRun(context) && fitLoop.validatesNextEpoch(context))
        await this.#data.prepareEvaluation('validate', fitLoop.currentEpoch);
      void context.limits.valCheckBatch; // checks the option against the number of batches, before the first one
      await fitLoop.run(context);
    }
  }

  async samples(): Promise<number | undefined> {
    await this.#prepare();
    return this.#data.samplesOf(this.kind === 'fit' ? 'train' : this.kind);
  }

  async loaderCount(): Promise<number> {
    await this.#prepare();
    return this.kind === 'fit' ? 1 : this.#data.loadersOf(this.kind);
  }

  async reloadData(): Promise<void> {
    await this.#data.release();
    this.#data = this.#makeData();
    this.#isPrepared = false;
    await this.#prepare();
  }

  /** Ends the search's own loaders; the run's own take their place. */
  async release(): Promise<void> {
    this.#data.rewind(this.#loaderState);
    await this.#data.release();
    await this.#run.data.reload(this.#trainer.currentEpoch);
  }

  #makeData(): DataConnector {
    const { kind, module, datamodule, given } = this.#run;
    return new DataConnector({ kind, module, datamodule, options: this.#options, given });
  }

  async #prepare(): Promise<void> {
    if (this.#isPrepared) return;
    const epoch = this.#trainer.currentEpoch;
    if (this.kind !== 'fit') await this.#data.prepareEvaluation(this.kind, epoch);
    else if (!this.#data.skipsTraining) await this.#data.prepareTraining(epoch);
    this.#isPrepared = true;
    this.#loaderState = this.#data.stateDict();
  }
}

/** The options that hold while a search tries things. */
function limitsFor(
  kind: RunKind,
  { limitTrainBatches, limitValBatches }: ResolvedOptions,
  settings: SearchSettings,
): Partial<ResolvedOptions> {
  const evaluation = settings.limitEvaluationBatches;
  if (kind === 'test') return evaluation === undefined ? {} : { limitTestBatches: evaluation };
  if (kind === 'predict') return evaluation === undefined ? {} : { limitPredictBatches: evaluation };
  return {
    limitTrainBatches: settings.limitTrainBatches ?? limitTrainBatches,
    // What nobody wants validated is not validated here either.
    limitValBatches: limitValBatches === 0 ? 0 : (evaluation ?? limitValBatches),
  };
}

/** The run's signals, but for what waits to save it: a trial's weights are not the run's. */
function withoutTasks(signals: RunSignals): RunSignals {
  return {
    get shouldStop() {
      return signals.shouldStop;
    },
    set shouldStop(stops) {
      signals.shouldStop = stops;
    },
    get stopRequested() {
      return signals.stopRequested;
    },
    betweenBatches: () => signals.betweenBatches(), // no boundary: a trial is nothing to keep
    atBoundary: () => undefined,
  };
}
