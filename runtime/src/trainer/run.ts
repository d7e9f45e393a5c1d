import { randomUUID } from 'node:crypto';
import { startEngine } from '../accelerators/index.js';
import { detectAnomaly, FieldKeeper } from '../autograd/index.js';
import { summarize } from '../callbacks/index.js';
import type { Checkpoint } from '../checkpoint/index.js';
import {
  type EvalLoaders,
  fieldTensors,
  type LightningDataModule,
  type LightningModule,
  type LightningOptimizer,
  type LRSchedulerConfig,
  type ModuleHost,
  mergeHyperparameters,
  setModuleHost,
  type TrainLoader,
  untoggle,
} from '../core/index.js';
import { LightningError } from '../errors/index.js';
import type { Logger } from '../loggers/index.js';
import type { RunContext, RunSignals } from '../loops/index.js';
import { PassThroughProfiler } from '../profilers/index.js';
import { PROTOCOL_VERSION, type RunEndReason, type RunKind } from '../protocol/index.js';
import { isolateRng } from '../random/index.js';
import { toErrorEvent } from '../sourceMaps/index.js';
import { addModuleCallbacks } from './callbackConnector.js';
import { loadCheckpointFor, restoreModule, restoreRandomness, restoreTraining } from './checkpointConnector.js';
import { checkConfiguration } from './configurationValidator.js';
import { DataConnector, type GivenLoaders } from './dataConnector.js';
import { HookDispatcher, isOverriddenIn } from './hooks.js';
import { configureOptimizers } from './optimizerConnector.js';
import { deviceCount, type ResolvedOptions } from './options.js';
import { ResultPublisher } from './resultPublisher.js';
import { type RunEvents, toWireMetrics } from './runEvents.js';
import type { Trainer } from './trainer.js';

/** What an entry point was given, in one form for all four. */
export interface EntryArguments {
  readonly train?: TrainLoader;
  readonly evaluation?: EvalLoaders;
  readonly datamodule?: LightningDataModule | undefined;
  readonly ckptPath?: string | undefined;
  /** Done in place of the loops, after which the run ends without a trace: a search that nothing follows. */
  readonly instead?: (() => Promise<void>) | undefined;
}

/** The parts of a run that the Trainer's own members read. */
export interface ActiveRun {
  readonly kind: RunKind;
  readonly module: LightningModule;
  readonly datamodule: LightningDataModule | undefined;
  readonly loggers: readonly Logger[];
  /** Loaders that were handed to the entry point. */
  readonly given: GivenLoaders;
  readonly data: DataConnector;
  readonly hooks: HookDispatcher;
  readonly publisher: ResultPublisher;
  readonly events: RunEvents;
  /** False for a search that nothing follows: neither loggers nor listeners hear of it. */
  readonly leavesTraces: boolean;
  readonly context: RunContext;
  /** What configureOptimizers returned; empty before that. */
  readonly optimizers: LightningOptimizer[];
  /** Their learning rate schedulers. */
  readonly schedulers: LRSchedulerConfig[];
}

/**
 * One run from set-up to tear-down. The only place that catches what goes wrong in it.
 * @param before this Trainer's earlier run
 * @returns predict's results
 */
export async function runTrainer(
  trainer: Trainer,
  kind: RunKind,
  module: LightningModule,
  args: EntryArguments,
  before: ActiveRun | undefined,
  activate: (run: ActiveRun) => void,
): Promise<unknown[][] | undefined> {
  checkConfiguration(kind, module, args, trainer.options);
  const engine = await startEngine(trainer.options.accelerator, { engine: trainer.options.engine });
  const checkpoint = await loadCheckpointFor(trainer, args.ckptPath, kind);
  addModuleCallbacks(trainer.callbacks, module);
  trainer.signals.reset();
  trainer.ckptPath = checkpoint?.path;
  const run = assemble(trainer, kind, module, args);
  // A run that was stopped in mid-epoch goes on at its next batch, also without a checkpoint.
  if (!checkpoint && trainer.fitLoop.resumesEpoch) run.data.restore(before?.data.stateDict());
  activate(run);
  trainer.status = 'running';
  const stopWarnings = trainer.events.forwardWarnings();
  if (kind === 'fit' && trainer.options.hasDefaultLength && !args.instead) {
    process.emitWarning('`maxEpochs` is not set: training ends after 1000 epochs. Set it, to -1 for no limit.');
  }
  let reason: RunEndReason = 'failed';
  const { profiler } = trainer;
  const print = (text: string) => trainer.print(text);
  if (run.leavesTraces) profiler.setup({ stage: kind, logDir: trainer.runDir, print });
  using _anomalies = detectAnomaly(trainer.options.detectAnomaly);
  try {
    setModuleHost(module, hostFor(trainer, run));
    await setUp(trainer, run, before, checkpoint?.content);
    if (run.leavesTraces) announce(trainer, run, engine);
    const predictions = args.instead
      ? await args.instead().then(() => undefined)
      : await runLoops(trainer, run, checkpoint?.content);
    reason = trainer.signals.stopRequested ? 'stopped' : 'finished';
    if (reason === 'stopped') await endStopped(trainer, run);
    else if (kind === 'fit' && run.leavesTraces) await run.hooks.call('onFitEnd');
    return predictions;
  } catch (error) {
    await endFailed(trainer, run, error);
    throw error;
  } finally {
    trainer.status = reason === 'finished' ? 'finished' : 'interrupted';
    try {
      await tearDown(trainer, run, reason);
    } finally {
      if (run.leavesTraces) profiler.describe();
      stopWarnings();
      trainer.signals.abandonTasks();
    }
  }
}

/** One for each module, over all its runs: what one run left in a field is freed when another replaces it. */
const keepers = new WeakMap<LightningModule, FieldKeeper>();

function keeperOf(module: LightningModule): FieldKeeper {
  let keeper = keepers.get(module);
  if (!keeper) {
    keeper = new FieldKeeper(() => fieldTensors(module));
    keepers.set(module, keeper);
  }
  return keeper;
}

/** What a run may have in place of the Trainer's. */
interface RunParts {
  readonly options: ResolvedOptions;
  readonly loggers: readonly Logger[];
  readonly events: RunEvents;
  readonly signals: RunSignals;
  readonly data: DataConnector;
}

/**
 * Puts the parts of a run together; nothing is started.
 * @param own of a run within a run, which nobody is to hear of
 */
export function assemble(
  trainer: Trainer,
  kind: RunKind,
  module: LightningModule,
  args: EntryArguments,
  own: Partial<RunParts> = {},
): ActiveRun {
  const { options = trainer.options, events = trainer.events, signals = trainer.signals } = own;
  const loggers = own.loggers ?? (args.instead ? [] : trainer.loggers);
  const profiler = trainer.profiler instanceof PassThroughProfiler ? undefined : trainer.profiler;
  const hooks = new HookDispatcher(trainer, module, args.datamodule, trainer.callbacks, profiler);
  const given = { train: args.train, evaluation: args.evaluation };
  const data = own.data ?? new DataConnector({ kind, module, datamodule: args.datamodule, options, given });
  const publisher = new ResultPublisher(loggers, events, () => ({
    currentEpoch: trainer.currentEpoch,
    logEveryNSteps: options.logEveryNSteps,
    shouldStop: signals.shouldStop,
  }));
  const optimizers: LightningOptimizer[] = [];
  const schedulers: LRSchedulerConfig[] = [];
  const context: RunContext = {
    module,
    hooks,
    data,
    optimizers,
    schedulers,
    results: publisher,
    reporter: events,
    signals,
    keeper: keeperOf(module),
    profiler,
    precision: trainer.precisionPlugin,
    limits: {
      get maxEpochs() {
        return trainer.maxEpochs;
      },
      minEpochs: options.minEpochs,
      maxSteps: options.maxSteps,
      minSteps: options.minSteps,
      get accumulateGradBatches() {
        return trainer.accumulateGradBatches;
      },
      checkValEveryNEpoch: options.checkValEveryNEpoch,
      get valCheckBatch() {
        return data.valCheckBatch;
      },
      valCheckTime: data.valCheckTime,
      dataParallelDevices: options.strategy === 'auto' ? undefined : deviceCount(options.devices),
      truncatedBpttSteps: module.truncatedBpttSteps || options.truncatedBpttSteps,
      gradientClipVal: clipValOf(options),
      gradientClipAlgorithm: options.gradientClipAlgorithm,
    },
  };
  return {
    kind,
    module,
    datamodule: args.datamodule,
    loggers,
    given,
    data,
    hooks,
    publisher,
    events,
    leavesTraces: !args.instead,
    context,
    optimizers,
    schedulers,
  };
}

/** Undefined for no clipping: a value of 0 or below means the same. */
function clipValOf({ gradientClipVal }: ResolvedOptions): number | undefined {
  return gradientClipVal !== null && gradientClipVal > 0 ? gradientClipVal : undefined;
}

/** What the module reaches of its Trainer during a run. */
export function hostFor(trainer: Trainer, run: ActiveRun): ModuleHost {
  const { publisher, hooks, optimizers, schedulers, loggers, context } = run;
  return {
    trainer,
    optimizers,
    get lrSchedulers() {
      return schedulers.map(({ scheduler }) => scheduler);
    },
    loggers,
    get currentEpoch() {
      return trainer.currentEpoch;
    },
    get globalStep() {
      return trainer.globalStep;
    },
    log: trainer.options.barebones
      ? warnOfBarebones()
      : (name, value, options) => publisher.log(hooks.current, name, value, options),
    print: (text) => trainer.print(text),
    gradientClipping: { value: context.limits.gradientClipVal, algorithm: context.limits.gradientClipAlgorithm },
    manualBackward: (loss) => trainer.fitLoop.epochLoop.manualOptimization.backward(context, loss),
  };
}

/** What `log` does in a barebones run: it says once that it does nothing. */
function warnOfBarebones(): ModuleHost['log'] {
  let isTold = false;
  return (name) => {
    if (!isTold) process.emitWarning(`log('${name}') does nothing, since the Trainer's option \`barebones\` is true.`);
    isTold = true;
  };
}

async function setUp(
  trainer: Trainer,
  run: ActiveRun,
  before: ActiveRun | undefined,
  checkpoint: Checkpoint | undefined,
): Promise<void> {
  const { kind, datamodule, hooks, publisher } = run;
  if (datamodule) datamodule.trainer = trainer;
  await hooks.callDataModule('prepareData', kind);
  if (hooks.isOverridden('prepareData')) await hooks.callModule('prepareData');
  await publisher.loggers.start();
  if (run.leavesTraces && trainer.options.enableRunEvents && trainer.runDir !== undefined)
    trainer.events.openFile(trainer.runDir);
  await hooks.callDataModule('setup', kind);
  await hooks.call('setup', kind);
  if (hooks.isOverridden('configureModel')) await hooks.callModule('configureModel');
  if (checkpoint) await restoreModule(trainer, run, checkpoint);
  if (kind !== 'fit') return;
  await configureOptimizers(trainer, run, before?.optimizers ?? []);
}

function announce(
  trainer: Trainer,
  run: ActiveRun,
  engine: { accelerator: string; backend: string; why: string },
): void {
  const { module, datamodule, publisher } = run;
  const hparams = mergeHyperparameters(module, datamodule);
  publisher.loggers.logHyperparams(Object.keys(hparams).length > 0 ? hparams : undefined, module);
  const {
    callbacks: _callbacks,
    logger: _logger,
    plugins: _plugins,
    hasDefaultLength: _default,
    profiler,
    ...options
  } = trainer.options;
  trainer.events.send({
    type: 'run-started',
    protocol: PROTOCOL_VERSION,
    runId: randomUUID(),
    pid: process.pid,
    kind: run.kind,
    moduleName: module.constructor.name,
    ...(trainer.sourceFile !== undefined && { file: trainer.sourceFile }),
    logDir: trainer.runDir ?? null,
    engine: { accelerator: engine.accelerator, backend: engine.backend, why: engine.why },
    options: { ...options, profiler: typeof profiler === 'object' && profiler ? profiler.constructor.name : profiler },
    hparams,
    summary: summarize(module),
  });
}

async function runLoops(
  trainer: Trainer,
  run: ActiveRun,
  checkpoint: Checkpoint | undefined,
): Promise<unknown[][] | undefined> {
  const { kind, data, context, hooks } = run;
  if (kind === 'fit') {
    await hooks.call('onFitStart');
    if (checkpoint) await restoreTraining(trainer, run, checkpoint);
    run.module.zeroGrad();
    await fit(trainer, run, checkpoint);
    return undefined;
  }
  if (kind === 'predict') {
    await data.prepareEvaluation(kind, 0);
    return trainer.predictionLoop.run(context);
  }
  await trainer.evaluationLoops[kind].run(context, trainer.currentEpoch, trainer.fitLoop.epochLoop.batchesThatStepped);
  return undefined;
}

async function fit(trainer: Trainer, run: ActiveRun, checkpoint: Checkpoint | undefined): Promise<void> {
  const { fitLoop, options, signals } = trainer;
  const { data, context, hooks, module } = run;
  if (data.has('validate') && !isOverriddenIn(module, 'validationStep')) {
    process.emitWarning(
      `${module.constructor.name} has validation batches but no validationStep: validation is skipped.`,
    );
  }
  if (!data.has('validate') && isOverriddenIn(module, 'validationStep')) {
    process.emitWarning(
      `${module.constructor.name} has a validationStep but there is no valDataloader: validation is skipped.`,
    );
  }
  if (data.validates && options.numSanityValSteps !== 0 && !fitLoop.resumesEpoch) {
    await hooks.callCallbacks('onSanityCheckStart');
    // What the check draws at random must not change the run.
    await isolateRng(() => fitLoop.epochLoop.validation.run(context, fitLoop.currentEpoch, 0, 'sanity-check'));
    await hooks.callCallbacks('onSanityCheckEnd');
  }
  if (signals.stopRequested || data.skipsTraining) return;
  await data.prepareTraining(fitLoop.currentEpoch);
  if (fitLoop.willRun(context)) warnOfTraining(trainer, run);
  if (fitLoop.willRun(context) && fitLoop.validatesNextEpoch(context))
    await data.prepareEvaluation('validate', fitLoop.currentEpoch);
  if (checkpoint) restoreRandomness(checkpoint);
  void context.limits.valCheckBatch; // checks the option against the number of batches, before the first one
  await fitLoop.run(context);
  await signals.atBoundary(); // wishes that came during the last batch
}

/** What is allowed and may still not be what was meant. */
function warnOfTraining({ fitLoop, options }: Trainer, { data, loggers }: ActiveRun): void {
  const { trainBatches } = data;
  if (fitLoop.resumesEpoch && !data.restoresPosition) {
    process.emitWarning(
      'Training resumes in the middle of an epoch, and the loader has no stateDict: its first batches are fetched again and skipped.',
    );
  }
  if (loggers.length > 0 && trainBatches !== undefined && trainBatches < options.logEveryNSteps) {
    process.emitWarning(
      `An epoch has ${trainBatches} training batches and \`logEveryNSteps\` is ${options.logEveryNSteps}: lower it to see every epoch.`,
    );
  }
}

/** Stopped from outside: everything done so far is kept in a checkpoint. */
async function endStopped(trainer: Trainer, run: ActiveRun): Promise<void> {
  if (run.kind === 'fit' && run.leavesTraces) await trainer.saveLastCheckpoint();
  const stopped = new LightningError({ code: 'stopped', found: 'The run was stopped.' });
  await run.hooks.callCallbacks('onException', stopped);
  await run.datamodule?.onException(stopped);
}

async function endFailed(trainer: Trainer, run: ActiveRun, error: unknown): Promise<void> {
  const cause = error instanceof Error ? error : new Error(String(error));
  trainer.events.send(await toErrorEvent(cause));
  try {
    await run.hooks.callCallbacks('onException', cause);
    await run.datamodule?.onException(cause);
  } catch (another) {
    process.emitWarning(`An onException hook failed: ${String(another)}`); // the first error is the one to show
  }
}

async function tearDown(trainer: Trainer, run: ActiveRun, reason: RunEndReason): Promise<void> {
  const { kind, module, data, hooks, optimizers, publisher } = run;
  try {
    if (reason === 'failed') return; // onException was called, and PyTorch Lightning's teardown hooks are not
    await hooks.callDataModule('teardown', kind);
    await hooks.call('teardown', kind);
  } finally {
    await data.release();
    await settleCheckpoints(trainer, reason);
    await publisher.loggers.finalize(reason === 'finished' ? 'success' : 'failed');
    for (const { optimizer } of optimizers) optimizer.zeroGrad();
    untoggle(module); // a step that threw may have left it so
    if (run.leavesTraces) announceEnd(trainer, run, reason);
    setModuleHost(module, undefined);
  }
}

/** Checkpoints that are still being written: the run ends with them. After a failure, that one is the error to show. */
async function settleCheckpoints(trainer: Trainer, reason: RunEndReason): Promise<void> {
  try {
    await trainer.settleCheckpoints();
  } catch (error) {
    if (reason !== 'failed') throw error;
    process.emitWarning(`A checkpoint could not be written: ${String(error)}`);
  }
}

function announceEnd(trainer: Trainer, { publisher }: ActiveRun, reason: RunEndReason): void {
  trainer.events.send({
    type: 'run-ended',
    reason,
    epoch: trainer.currentEpoch,
    globalStep: trainer.globalStep,
    metrics: toWireMetrics(publisher.callbackMetrics),
    checkpoint: trainer.checkpointCallback?.lastModelPath || trainer.checkpointCallback?.bestModelPath || null,
  });
  trainer.events.close();
}
