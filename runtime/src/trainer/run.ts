import { startEngine } from '../accelerators/index.js';
import { detectAnomaly } from '../autograd/index.js';
import type { Checkpoint } from '../checkpoint/index.js';
import { type LightningModule, setModuleHost } from '../core/index.js';
import { PassThroughProfiler, type ProfileReport } from '../profilers/index.js';
import type { RunEndReason, RunKind } from '../protocol/index.js';
import { isolateRng } from '../random/index.js';
import { type ActiveRun, assemble, type EntryArguments, hostFor } from './activeRun.js';
import { addModuleCallbacks } from './callbackConnector.js';
import { restoreGradients, restoreRandomness, restoreTraining } from './checkpointConnector.js';
import { loadCheckpointFor } from './checkpointSource.js';
import { checkConfiguration } from './configurationValidator.js';
import { warnOfEvaluationMode, warnOfSkippedValidation } from './modelWarnings.js';
import { announce, setUp } from './setUp.js';
import { endFailed, endStopped, tearDown } from './tearDown.js';
import type { Trainer } from './trainer.js';

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
  checkConfiguration(kind, module, args, trainer.options, trainer.callbacks);
  const engine = await startEngine(trainer.options.accelerator, { engine: trainer.options.engine });
  if (trainer.options.legacy.wantsGpus && engine.accelerator === 'cpu') {
    process.emitWarning('`gpus` asks for GPUs, and no engine here drives one: the processor takes their place.');
  }
  const checkpoint = await loadCheckpointFor(trainer, args, kind);
  addModuleCallbacks(trainer.callbacks, module);
  trainer.signals.reset();
  trainer.continueFrom(checkpoint?.path, args.ckptPath !== trainer.ckptPathForRuns);
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
  if (run.leavesTraces) {
    const hooks = profiler instanceof PassThroughProfiler ? new Map() : run.hooks.measuredHooks();
    const report = (known: ProfileReport) => trainer.events.send({ type: 'profile', ...known });
    profiler.setup({ stage: kind, logDir: trainer.runDir, print, hooks, report });
  }
  using _anomalies = detectAnomaly(trainer.options.detectAnomaly);
  try {
    setModuleHost(module, hostFor(trainer, run));
    await setUp(trainer, run, before, checkpoint?.content);
    if (run.leavesTraces) announce(trainer, run, engine);
    if (run.leavesTraces) profiler.publish();
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
  warnOfSkippedValidation(module, data, options);
  if (data.validates && options.numSanityValSteps !== 0 && !fitLoop.resumesEpoch) {
    await hooks.callCallbacks('onSanityCheckStart');
    // What the check draws at random must not change the run.
    await isolateRng(() => fitLoop.epochLoop.validation.run(context, fitLoop.currentEpoch, 0, 'sanity-check'));
    await hooks.callCallbacks('onSanityCheckEnd');
  }
  if (signals.stopRequested || data.skipsTraining) return;
  await data.prepareTraining(fitLoop.currentEpoch);
  if (fitLoop.willRun(context)) {
    warnOfTraining(trainer, run);
    warnOfEvaluationMode(module);
  }
  if (fitLoop.willRun(context) && fitLoop.validatesNextEpoch(context))
    await data.prepareEvaluation('validate', fitLoop.currentEpoch);
  if (checkpoint) {
    restoreGradients(run, checkpoint);
    restoreRandomness(checkpoint);
  }
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
