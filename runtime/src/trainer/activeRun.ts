import { FieldKeeper } from '../autograd/index.js';
import {
  type EvalLoaders,
  fieldTensors,
  type LightningDataModule,
  type LightningModule,
  type LightningOptimizer,
  type LRSchedulerConfig,
  type ModuleHost,
  type TrainLoader,
} from '../core/index.js';
import type { Logger } from '../loggers/index.js';
import type { RunContext, RunSignals } from '../loops/index.js';
import { PassThroughProfiler } from '../profilers/index.js';
import type { RunKind } from '../protocol/index.js';
import { DataConnector, type GivenLoaders } from './dataConnector.js';
import { HookDispatcher } from './hooks.js';
import { deviceCount, type ResolvedOptions } from './options.js';
import { ResultPublisher } from './resultPublisher.js';
import type { RunEvents } from './runEvents.js';
import type { Trainer } from './trainer.js';

/** What an entry point was given, in one form for all four. */
export interface EntryArguments {
  readonly train?: TrainLoader;
  readonly evaluation?: EvalLoaders;
  readonly datamodule?: LightningDataModule | undefined;
  readonly ckptPath?: string | undefined;
  readonly weightsOnly?: boolean;
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
      inferenceMode: options.inferenceMode,
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
