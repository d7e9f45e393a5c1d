import { gradientsOf, setGradient } from '../autograd/index.js';
import { type Checkpoint, isTensorData, type TensorData } from '../checkpoint/index.js';
import {
  LightningModule,
  type LRSchedulerConfig,
  type ReadTensor,
  readTensor,
  readWeights,
  VERSION,
} from '../core/index.js';
import { MisconfigurationError } from '../errors/index.js';
import type { SchedulerState } from '../optim/index.js';
import { rngState, setRngState } from '../random/index.js';
import * as tf from '../tf.js';
import type { ActiveRun } from './activeRun.js';
import type { Trainer } from './trainer.js';

/**
 * The run as a checkpoint: weights, and unless only these are wanted all that is needed to go on.
 * @param read how tensors are copied, or what stands in for a copy
 */
export async function dumpCheckpoint(
  trainer: Trainer,
  run: ActiveRun,
  weightsOnly: boolean,
  read: ReadTensor = readTensor,
): Promise<Checkpoint> {
  const { module, datamodule, optimizers, schedulers, data, hooks } = run;
  const { epochLoop } = trainer.fitLoop;
  // A batch that is not finished is done again.
  const before = epochLoop.isMidBatch ? data.beforeBatch : undefined;
  const checkpoint: Checkpoint = {
    epoch: trainer.currentEpoch,
    global_step: trainer.globalStep,
    'pytorch-lightning_version': VERSION,
    state_dict: hasOwnStateDict(module) ? await module.stateDict() : await readWeights(module.namedWeights(), read),
    loops: {
      fit_loop: {
        ...trainer.fitLoop.stateDict(before ? before.loader : data.stateDict(), monitoredMetrics(run)),
        'epoch_loop._results': run.publisher.stateDict(epochLoop.isMidBatch),
      },
    },
    ...(hasEntries(module.hparamsInitial) && {
      hparams_name: 'hparams',
      hyper_parameters: { ...module.hparamsInitial },
    }),
    ...(datamodule &&
      hasEntries(datamodule.hparamsInitial) && { datamodule_hyper_parameters: { ...datamodule.hparamsInitial } }),
  };
  if (!weightsOnly) {
    checkpoint.callbacks = await callbackStates(trainer);
    const names = new Map(module.namedWeights().map(({ name, variable }) => [variable, name]));
    checkpoint.optimizer_states = await Promise.all(
      optimizers.map(({ optimizer }) => optimizer.stateDict(names, read)),
    );
    checkpoint.lr_schedulers = schedulers.map(({ scheduler }) => scheduler.stateDict());
    checkpoint.rng = before ? before.rng : rngState();
    if (epochLoop.hasWindowGradients) checkpoint.gradients = await gradients(names, read);
    const precision = trainer.precisionPlugin.stateDict();
    if (hasEntries(precision)) checkpoint[trainer.precisionPlugin.constructor.name] = precision;
    if (datamodule) checkpoint.datamodule = datamodule.stateDict();
    await hooks.callCallbacks('onSaveCheckpoint', checkpoint);
  }
  await hooks.callModule('onSaveCheckpoint', checkpoint);
  return checkpoint;
}

/** Puts back weights, callbacks and data module: before configureOptimizers. */
export async function restoreModule(trainer: Trainer, run: ActiveRun, checkpoint: Checkpoint): Promise<void> {
  const { module, datamodule, hooks, kind } = run;
  await hooks.callModule('onLoadCheckpoint', checkpoint);
  module.loadStateDict(checkpoint.state_dict, { strict: module.strictLoading ?? true });
  if (kind !== 'fit') return;
  if (!checkpoint.optimizer_states) {
    throw new MisconfigurationError({
      code: 'weights-only',
      found: `The checkpoint ${trainer.ckptPath} holds weights only, so that training cannot go on from it.`,
      fix: 'Continue from a checkpoint that was saved without saveWeightsOnly, or load its weights into the module first.',
    });
  }
  if (datamodule && checkpoint.datamodule) await datamodule.loadStateDict(checkpoint.datamodule);
  await hooks.callCallbacks('onLoadCheckpoint', checkpoint);
  for (const callback of trainer.callbacks) {
    const state = checkpoint.callbacks?.[callback.stateKey];
    if (state) await callback.loadStateDict(state);
  }
}

/** Puts back loops, optimizers and schedulers: after onFitStart. */
export async function restoreTraining(
  trainer: Trainer,
  { optimizers, schedulers, data, publisher }: ActiveRun,
  checkpoint: Checkpoint,
): Promise<void> {
  const { fitLoop } = trainer;
  const loops = fitLoop.loadStateDict(checkpoint.loops.fit_loop);
  const { state_dict: state } = loops;
  publisher.loadStateDict(loops['epoch_loop._results'], fitLoop.resumesEpoch);
  const { maxEpochs } = trainer;
  if (maxEpochs !== -1 && trainer.currentEpoch > maxEpochs) {
    throw new MisconfigurationError({
      code: 'epochs-done',
      found: `The checkpoint was saved after ${trainer.currentEpoch} epochs, but \`maxEpochs\` is ${maxEpochs}.`,
      fix: 'Raise maxEpochs.',
    });
  }
  const precision = checkpoint[trainer.precisionPlugin.constructor.name];
  if (typeof precision === 'object' && precision !== null) trainer.precisionPlugin.loadStateDict({ ...precision });
  const [loaderState] = (state.combined_loader ?? []) as readonly unknown[];
  data.restore(loaderState);
  const states = checkpoint.optimizer_states ?? [];
  if (states.length !== optimizers.length) {
    throw new MisconfigurationError({
      code: 'optimizer-state',
      found: `The checkpoint holds ${states.length} optimizers, configureOptimizers returned ${optimizers.length}.`,
      fix: 'Return the same optimizers as in the run that was saved.',
    });
  }
  for (const [index, { optimizer }] of optimizers.entries()) optimizer.loadStateDict(states[index]);
  restoreSchedulers(schedulers, checkpoint.lr_schedulers ?? []);
}

function restoreSchedulers(schedulers: readonly LRSchedulerConfig[], states: readonly unknown[]): void {
  if (states.length !== schedulers.length) {
    process.emitWarning(
      `The checkpoint holds ${states.length} learning rate schedulers, and configureOptimizers returned ${schedulers.length}: they are matched in order, and the rest begins anew.`,
    );
  }
  for (const [index, { scheduler }] of schedulers.entries()) {
    // Of the file, and checked by the scheduler.
    if (index < states.length) scheduler.loadStateDict(states[index] as SchedulerState);
  }
}

/** The metrics that schedulers look at; undefined without such a scheduler. */
function monitoredMetrics({ schedulers, publisher }: ActiveRun): Record<string, number> | undefined {
  const names = schedulers.flatMap(({ reduceOnPlateau, monitor }) => (reduceOnPlateau && monitor ? [monitor] : []));
  if (names.length === 0) return undefined;
  const metrics = publisher.metrics();
  return Object.fromEntries(Object.entries(metrics).filter(([name]) => names.includes(name)));
}

/** The gradients of a window that is not over, by the names of their parameters. */
async function gradients(
  names: ReadonlyMap<tf.Variable, string>,
  read: ReadTensor,
): Promise<Readonly<Record<string, TensorData>>> {
  const found = [...names].flatMap(([variable, name]) => {
    const gradient = gradientsOf(variable);
    return gradient ? [[name, gradient] as const] : [];
  });
  return Object.fromEntries(
    await Promise.all(found.map(async ([name, gradient]) => [name, await read(gradient)] as const)),
  );
}

/** Puts back the gradients of a window that goes on. */
export function restoreGradients({ module }: ActiveRun, { gradients: saved }: Checkpoint): void {
  if (typeof saved !== 'object' || saved === null) return;
  for (const { name, variable } of module.namedWeights()) {
    const gradient: unknown = Object.hasOwn(saved, name) ? Reflect.get(saved, name) : undefined;
    if (!isTensorData(gradient) || gradient.shape.join() !== variable.shape.join()) continue;
    setGradient(variable, tf.tensor(gradient.data, [...gradient.shape], gradient.dtype));
  }
}

/** Puts back randomness: after the loaders were made, which may draw from it. */
export function restoreRandomness(checkpoint: Checkpoint): void {
  if (checkpoint.rng !== undefined) setRngState(checkpoint.rng);
}

/** True for a module that says itself what its weights are. */
function hasOwnStateDict(module: LightningModule): boolean {
  return module.stateDict !== LightningModule.prototype.stateDict;
}

function hasEntries(value: object): boolean {
  return Object.keys(value).length > 0;
}

async function callbackStates(trainer: Trainer): Promise<Record<string, Record<string, unknown>>> {
  const states: [string, Record<string, unknown>][] = [];
  for (const callback of trainer.callbacks) states.push([callback.stateKey, await callback.stateDict()]);
  return Object.fromEntries(states.filter(([, state]) => Object.keys(state).length > 0));
}
