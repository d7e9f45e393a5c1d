import { randomUUID } from 'node:crypto';
import { startEngine } from '../accelerators/index.js';
import { FieldKeeper } from '../autograd/index.js';
import { summarize } from '../callbacks/index.js';
import type { Checkpoint } from '../checkpoint/index.js';
import type { BatchSource } from '../core/index.js';
import {
  type EvalLoaders,
  fieldTensors,
  LEGACY_HOOKS,
  type LightningDataModule,
  type LightningModule,
  LightningOptimizer,
  type ModuleHost,
  setModuleHost,
} from '../core/index.js';
import { LightningError, MisconfigurationError } from '../errors/index.js';
import { CSVLogger, type Logger } from '../loggers/index.js';
import type { RunContext } from '../loops/index.js';
import { Optimizer } from '../optim/index.js';
import { PROTOCOL_VERSION, type RunEndReason, type RunKind } from '../protocol/index.js';
import { isolateRng } from '../random/index.js';
import { toErrorEvent } from '../sourceMaps/index.js';
import { addModuleCallbacks } from './callbackConnector.js';
import { loadCheckpointFor, restoreModule, restoreRandomness, restoreTraining } from './checkpointConnector.js';
import { DataConnector } from './dataConnector.js';
import { HookDispatcher, isOverriddenIn } from './hooks.js';
import type { ResolvedOptions } from './options.js';
import { ResultPublisher } from './resultPublisher.js';
import { toWireMetrics } from './runEvents.js';
import type { Trainer } from './trainer.js';

/** What an entry point was given, in one form for all four. */
export interface EntryArguments {
  readonly train?: BatchSource | undefined;
  readonly evaluation?: EvalLoaders;
  readonly datamodule?: LightningDataModule | undefined;
  readonly ckptPath?: string | undefined;
}

/** The parts of a run that the Trainer's own members read. */
export interface ActiveRun {
  readonly kind: RunKind;
  readonly module: LightningModule;
  readonly datamodule: LightningDataModule | undefined;
  readonly loggers: readonly Logger[];
  readonly data: DataConnector;
  readonly hooks: HookDispatcher;
  readonly publisher: ResultPublisher;
  readonly context: RunContext;
  /** What configureOptimizers returned; empty before that. */
  readonly optimizers: LightningOptimizer[];
}

const STEP_OF = { validate: 'validationStep', test: 'testStep' } as const;

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
  check(kind, module, args);
  const engine = await startEngine(trainer.options.accelerator, { engine: trainer.options.engine });
  const checkpoint = await loadCheckpointFor(trainer, args.ckptPath);
  addModuleCallbacks(trainer.callbacks, module);
  trainer.signals.reset();
  trainer.ckptPath = checkpoint?.path;
  const run = assemble(trainer, kind, module, args);
  // A run that was stopped in mid-epoch goes on at its next batch, also without a checkpoint.
  if (!checkpoint && trainer.fitLoop.resumesEpoch) run.data.restore(before?.data.stateDict());
  activate(run);
  trainer.status = 'running';
  let reason: RunEndReason = 'failed';
  let failure: unknown;
  try {
    setModuleHost(module, hostFor(trainer, run));
    await setUp(trainer, run, before, checkpoint?.content);
    announce(trainer, run, engine);
    const predictions = await runLoops(trainer, run, checkpoint?.content);
    reason = trainer.signals.stopRequested ? 'stopped' : 'finished';
    if (reason === 'stopped') await endStopped(trainer, run);
    else if (kind === 'fit') await run.hooks.call('onFitEnd');
    return predictions;
  } catch (error) {
    failure = error;
    await endFailed(trainer, run, error);
    throw error;
  } finally {
    trainer.status = reason === 'finished' ? 'finished' : 'interrupted';
    await tearDown(trainer, run, reason, failure);
  }
}

/** What can be known before anything is set up. Source: PyTorch Lightning, `trainer/configuration_validator.py`. */
function check(kind: RunKind, module: LightningModule, { datamodule, train, evaluation }: EntryArguments): void {
  const name = module.constructor.name;
  const has = (hook: string) => isOverriddenIn(module, hook);
  const missing = (hook: string, fix: string) =>
    new MisconfigurationError({
      code: `missing-${hook}`,
      found: `${name} has no ${hook}, and ${kind} needs one.`,
      fix,
    });
  if (kind === 'fit' && !has('trainingStep')) {
    throw missing('trainingStep', 'Add trainingStep(batch, batchIdx) that returns the loss.');
  }
  if (kind === 'fit' && !has('configureOptimizers')) {
    throw missing(
      'configureOptimizers',
      'Add configureOptimizers() { return new optim.Adam(this.parameters(), { lr: 1e-3 }); }.',
    );
  }
  if ((kind === 'validate' || kind === 'test') && !has(STEP_OF[kind])) {
    throw missing(STEP_OF[kind], `Add ${STEP_OF[kind]}(batch, batchIdx) that logs its metrics.`);
  }
  if (kind === 'predict' && !has('predictStep') && !has('forward')) {
    throw missing('predictStep', 'Add forward(x), which predictStep calls, or predictStep(batch, batchIdx) itself.');
  }
  for (const [legacy, { replacement }] of Object.entries(LEGACY_HOOKS)) {
    if (typeof Reflect.get(module, legacy) !== 'function') continue;
    throw new MisconfigurationError({
      code: 'legacy-hook',
      found: `${name}.${legacy} is a hook of PyTorch Lightning 1.x, which is not built in this version.`,
      fix: `Use ${replacement} instead.`,
    });
  }
  if (datamodule && (train || evaluation)) {
    throw new MisconfigurationError({
      code: 'loaders-twice',
      found: `trainer.${kind} was given loaders and a data module.`,
      allowed: 'one of the two',
    });
  }
}

function assemble(trainer: Trainer, kind: RunKind, module: LightningModule, args: EntryArguments): ActiveRun {
  const { options, events, signals } = trainer;
  const loggers = loggersFor(options);
  const hooks = new HookDispatcher(trainer, module, args.datamodule, trainer.callbacks);
  const data = new DataConnector(module, args.datamodule, options, { train: args.train, evaluation: args.evaluation });
  const publisher = new ResultPublisher(loggers, events, () => ({
    currentEpoch: trainer.currentEpoch,
    logEveryNSteps: options.logEveryNSteps,
    shouldStop: signals.shouldStop,
  }));
  const optimizers: LightningOptimizer[] = [];
  const context: RunContext = {
    module,
    hooks,
    data,
    optimizers,
    results: publisher,
    reporter: events,
    signals,
    keeper: new FieldKeeper(() => fieldTensors(module)),
    limits: {
      maxEpochs: options.maxEpochs,
      minEpochs: options.minEpochs,
      maxSteps: options.maxSteps,
      minSteps: options.minSteps,
      accumulateGradBatches: options.accumulateGradBatches,
      checkValEveryNEpoch: options.checkValEveryNEpoch,
      get valCheckBatch() {
        return data.valCheckBatch;
      },
      gradientClipVal: options.gradientClipVal ?? undefined,
      gradientClipAlgorithm: options.gradientClipAlgorithm,
    },
  };
  return { kind, module, datamodule: args.datamodule, loggers, data, hooks, publisher, context, optimizers };
}

function loggersFor({ logger, defaultRootDir }: ResolvedOptions): readonly Logger[] {
  if (logger === true) return [new CSVLogger(defaultRootDir)];
  return logger === false ? [] : [logger].flat();
}

function hostFor(trainer: Trainer, { publisher, hooks, optimizers, loggers }: ActiveRun): ModuleHost {
  return {
    trainer,
    optimizers,
    loggers,
    get currentEpoch() {
      return trainer.currentEpoch;
    },
    get globalStep() {
      return trainer.globalStep;
    },
    log: (name, value, options) => publisher.log(hooks.current, name, value, options),
    print: (text) => trainer.print(text),
  };
}

async function setUp(
  trainer: Trainer,
  run: ActiveRun,
  before: ActiveRun | undefined,
  checkpoint: Checkpoint | undefined,
): Promise<void> {
  const { kind, datamodule, hooks, loggers } = run;
  await datamodule?.prepareData();
  if (hooks.isOverridden('prepareData')) await hooks.callModule('prepareData');
  if (trainer.options.enableRunEvents && loggers[0]) trainer.events.openFile(loggers[0].logDir);
  await datamodule?.setup(kind);
  await hooks.call('setup', kind);
  if (hooks.isOverridden('configureModel')) await hooks.callModule('configureModel');
  if (checkpoint) await restoreModule(trainer, run, checkpoint);
  if (kind !== 'fit') return;
  await configureOptimizers(trainer, run, before?.optimizers ?? []);
}

/** @param before optimizers of this Trainer's earlier run, whose state is freed unless they go on */
async function configureOptimizers(
  trainer: Trainer,
  { module, hooks, optimizers, context }: ActiveRun,
  before: readonly LightningOptimizer[],
): Promise<void> {
  const config: unknown = await hooks.callModule('configureOptimizers');
  const given = config === null || config === undefined ? [] : [config].flat();
  const { epochLoop } = trainer.fitLoop;
  for (const candidate of given) {
    if (!(candidate instanceof Optimizer)) throw notAnOptimizer(module, candidate);
    const optimizer: Optimizer = candidate;
    optimizers.push(
      new LightningOptimizer(optimizer, {
        async beforeUpdate() {
          epochLoop.optimizerSteps.count('ready');
          await hooks.call('onBeforeOptimizerStep', optimizer);
          const { gradientClipVal, gradientClipAlgorithm } = context.limits;
          await hooks.callModule('configureGradientClipping', optimizer, gradientClipVal, gradientClipAlgorithm);
        },
        afterUpdate: () => epochLoop.optimizerSteps.count('completed'),
      }),
    );
  }
  for (const { optimizer } of before) if (!given.includes(optimizer)) optimizer.dispose();
  if (optimizers.length > 1) {
    throw new MisconfigurationError({
      code: 'several-optimizers',
      found: `${module.constructor.name}.configureOptimizers returned ${optimizers.length} optimizers.`,
      allowed: 'one, under automatic optimization',
      fix: 'Put all parameters into one optimizer, with parameter groups. Manual optimization is not built in this version.',
      blame: module.configureOptimizers,
    });
  }
  if (optimizers.length === 0) {
    process.emitWarning(
      `${module.constructor.name}.configureOptimizers returned no optimizer: nothing will be trained.`,
    );
  }
}

function notAnOptimizer(module: LightningModule, found: unknown): MisconfigurationError {
  const looks =
    typeof found === 'object' && found !== null
      ? `an object with ${Object.keys(found).join(', ')}`
      : `a ${typeof found}`;
  return new MisconfigurationError({
    code: 'optimizer-config',
    found: `${module.constructor.name}.configureOptimizers returned ${looks}.`,
    allowed: 'an optimizer of `optim`, or a list of one. Learning rate schedulers are not built in this version',
    fix: 'Return new optim.Adam(this.parameters(), { lr: 1e-3 }).',
    blame: module.configureOptimizers,
  });
}

function announce(
  trainer: Trainer,
  run: ActiveRun,
  engine: { accelerator: string; backend: string; why: string },
): void {
  const { module, datamodule, loggers } = run;
  const hparams = { ...datamodule?.hparamsInitial, ...module.hparamsInitial };
  for (const logger of loggers) {
    if (Object.keys(hparams).length > 0) logger.logHyperparams(hparams);
    logger.saveSoon();
  }
  const { callbacks: _callbacks, logger: _logger, ...options } = trainer.options;
  trainer.events.send({
    type: 'run-started',
    protocol: PROTOCOL_VERSION,
    runId: randomUUID(),
    pid: process.pid,
    kind: run.kind,
    moduleName: module.constructor.name,
    logDir: trainer.logDir ?? null,
    engine: { accelerator: engine.accelerator, backend: engine.backend, why: engine.why },
    options,
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
  await data.prepareEvaluation(kind);
  if (kind === 'predict') return trainer.predictionLoop.run(context);
  if (data.batchesOf(kind).some((batches) => batches !== 0)) {
    await trainer.evaluationLoops[kind].run(context, trainer.currentEpoch, trainer.fitLoop.epochLoop.lastStepIndex);
  }
  return undefined;
}

async function fit(trainer: Trainer, run: ActiveRun, checkpoint: Checkpoint | undefined): Promise<void> {
  const { fitLoop, options, signals } = trainer;
  const { data, context, hooks, module } = run;
  const validates = data.has('validate') && isOverriddenIn(module, 'validationStep') && options.limitValBatches !== 0;
  if (data.has('validate') && !isOverriddenIn(module, 'validationStep')) {
    process.emitWarning(
      `${module.constructor.name} has validation batches but no validationStep: validation is skipped.`,
    );
  }
  if (validates) await data.prepareEvaluation('validate');
  if (validates && options.numSanityValSteps !== 0 && !fitLoop.resumesEpoch) {
    await hooks.callCallbacks('onSanityCheckStart');
    // What the check draws at random must not change the run.
    await isolateRng(() => fitLoop.epochLoop.validation.run(context, fitLoop.currentEpoch, 0, 'sanity-check'));
    await hooks.callCallbacks('onSanityCheckEnd');
  }
  if (signals.stopRequested) return;
  await data.prepareTraining();
  if (checkpoint) restoreRandomness(checkpoint);
  void context.limits.valCheckBatch; // checks the option against the number of batches, before the first one
  await fitLoop.run(context);
}

/** Stopped from outside: everything done so far is kept in a checkpoint. */
async function endStopped(trainer: Trainer, run: ActiveRun): Promise<void> {
  if (run.kind === 'fit') await trainer.saveLastCheckpoint();
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

async function tearDown(trainer: Trainer, run: ActiveRun, reason: RunEndReason, failure: unknown): Promise<void> {
  const { kind, module, datamodule, hooks, loggers, optimizers, publisher } = run;
  try {
    await datamodule?.teardown(kind);
    await hooks.call('teardown', kind);
  } catch (error) {
    // A failed run shows why it failed, not what broke afterwards.
    if (failure === undefined) throw error;
    process.emitWarning(`teardown failed: ${String(error)}`);
  } finally {
    for (const logger of loggers) await logger.finalize(reason === 'finished' ? 'success' : 'failed');
    for (const { optimizer } of optimizers) optimizer.zeroGrad();
    trainer.events.send({
      type: 'run-ended',
      reason,
      epoch: trainer.currentEpoch,
      globalStep: trainer.globalStep,
      metrics: toWireMetrics(publisher.callbackMetrics),
      checkpoint: trainer.checkpointCallback?.lastModelPath || trainer.checkpointCallback?.bestModelPath || null,
    });
    trainer.events.close();
    setModuleHost(module, undefined);
  }
}
