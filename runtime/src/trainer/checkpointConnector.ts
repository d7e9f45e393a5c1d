import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { OnExceptionCheckpoint } from '../callbacks/index.js';
import { type Checkpoint, isAddress, isTorchFile, resolvePlace } from '../checkpoint/index.js';
import { type LRSchedulerConfig, VERSION } from '../core/index.js';
import { MisconfigurationError, nearest } from '../errors/index.js';
import type { SchedulerState } from '../optim/index.js';
import type { RunKind } from '../protocol/index.js';
import { rngState, setRngState } from '../random/index.js';
import type { ActiveRun } from './run.js';
import type { Trainer } from './trainer.js';

/** A checkpoint and where it came from. */
export interface LoadedCheckpoint {
  readonly path: string;
  readonly content: Checkpoint;
}

/** The run as a checkpoint: weights, and unless only these are wanted all that is needed to go on. */
export async function dumpCheckpoint(trainer: Trainer, run: ActiveRun, weightsOnly: boolean): Promise<Checkpoint> {
  const { module, datamodule, optimizers, schedulers, data, hooks } = run;
  const checkpoint: Checkpoint = {
    epoch: trainer.currentEpoch,
    global_step: trainer.globalStep,
    'pytorch-lightning_version': VERSION,
    state_dict: await module.stateDict(),
    loops: { fit_loop: trainer.fitLoop.stateDict(data.stateDict(), monitoredMetrics(run)) },
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
    checkpoint.optimizer_states = await Promise.all(optimizers.map(({ optimizer }) => optimizer.stateDict(names)));
    checkpoint.lr_schedulers = schedulers.map(({ scheduler }) => scheduler.stateDict());
    checkpoint.rng = rngState();
    const precision = trainer.precisionPlugin.stateDict();
    if (hasEntries(precision)) checkpoint[trainer.precisionPlugin.constructor.name] = precision;
    if (datamodule) checkpoint.datamodule = datamodule.stateDict();
    await hooks.callCallbacks('onSaveCheckpoint', checkpoint);
  }
  await hooks.callModule('onSaveCheckpoint', checkpoint);
  return checkpoint;
}

/**
 * The checkpoint that an entry point was asked to load; undefined when it was asked for none.
 * @throws MisconfigurationError when there is no such file, or no best one, or PyTorch Lightning's for fit; without a last one it warns
 */
export async function loadCheckpointFor(
  trainer: Trainer,
  ckptPath: string | undefined,
  kind: RunKind,
): Promise<LoadedCheckpoint | undefined> {
  if (ckptPath === undefined) return undefined;
  const path =
    ckptPath === 'best' ? bestPath(trainer) : ckptPath === 'last' ? await lastPath(trainer) : resolvePlace(ckptPath);
  if (path === undefined) return undefined;
  await checkExists(trainer, path);
  if (kind === 'fit' && !isAddress(path) && (await isTorchFile(path))) throw trainedByTorch(path);
  return { path, content: await trainer.checkpointIO.loadCheckpoint(path) };
}

/** Weights of torch's fit a module that says how; optimizers, loops and random numbers of torch's are not ours. */
function trainedByTorch(path: string): MisconfigurationError {
  return new MisconfigurationError({
    code: 'torch-checkpoint',
    found: `The checkpoint ${path} was written by PyTorch Lightning: its optimizers, loops and random numbers cannot be restored, so that training cannot go on from it.`,
    fix: 'Begin with its weights: module.loadStateDict((await readCheckpoint(path)).state_dict), renamed and transposed as the layers need, then fit without ckptPath.',
  });
}

/** Puts back weights, callbacks and data module: before configureOptimizers. */
export async function restoreModule(trainer: Trainer, run: ActiveRun, checkpoint: Checkpoint): Promise<void> {
  const { module, datamodule, hooks, kind } = run;
  await hooks.callModule('onLoadCheckpoint', checkpoint);
  module.loadStateDict(checkpoint.state_dict);
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
  { optimizers, schedulers, data }: ActiveRun,
  checkpoint: Checkpoint,
): Promise<void> {
  const { fitLoop } = trainer;
  const { state_dict: state } = fitLoop.loadStateDict(checkpoint.loops.fit_loop);
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

/** Puts back randomness: after the loaders were made, which may draw from it. */
export function restoreRandomness(checkpoint: Checkpoint): void {
  if (checkpoint.rng !== undefined) setRngState(checkpoint.rng);
}

function hasEntries(value: object): boolean {
  return Object.keys(value).length > 0;
}

async function callbackStates(trainer: Trainer): Promise<Record<string, Record<string, unknown>>> {
  const states: [string, Record<string, unknown>][] = [];
  for (const callback of trainer.callbacks) states.push([callback.stateKey, await callback.stateDict()]);
  return Object.fromEntries(states.filter(([, state]) => Object.keys(state).length > 0));
}

async function checkExists({ checkpointIO }: Trainer, path: string): Promise<void> {
  if (isAddress(path)) {
    if (await checkpointIO.has(path)) return;
    throw new MisconfigurationError({ code: 'no-checkpoint', found: `There is no checkpoint ${path}.` });
  }
  try {
    await stat(path);
  } catch (cause) {
    const near = await neighbour(path);
    throw new MisconfigurationError({
      code: 'no-checkpoint',
      found: `There is no checkpoint ${path}.`,
      fix: near ? `Did you mean ${near}?` : "Give the path of a .ckpt file, or 'best' or 'last'.",
      cause,
    });
  }
}

async function neighbour(path: string): Promise<string | undefined> {
  const directory = resolve(path, '..');
  const names = await readdir(directory).catch(() => []);
  const near = nearest(
    path.slice(directory.length + 1),
    names.filter((name) => name.endsWith('.ckpt')),
  );
  return near && join(directory, near);
}

function bestPath(trainer: Trainer): string {
  const path = trainer.checkpointCallback?.bestModelPath;
  if (path) return path;
  throw new MisconfigurationError({
    code: 'no-best-checkpoint',
    found: "ckptPath is 'best', but this Trainer has saved no checkpoint.",
    fix: 'Give a path, or run fit first with checkpoints enabled.',
  });
}

/** The newest `last….ckpt` of this Trainer, or of any run below its root folder; or what was saved when a run failed. */
async function lastPath(trainer: Trainer): Promise<string | undefined> {
  const { checkpointCallbacks, defaultRootDir } = trainer;
  const named = checkpointCallbacks.flatMap((callback) =>
    callback instanceof OnExceptionCheckpoint ? callback.ckptPath : callback.lastModelPath || [],
  );
  const addresses = named.filter(isAddress);
  for (const address of addresses) if (await trainer.checkpointIO.has(address)) return address;
  const found = await existing(named);
  if (found.length === 0) {
    const folders = checkpointCallbacks.flatMap((callback) =>
      callback instanceof OnExceptionCheckpoint ? [] : (callback.dirpath ?? []),
    );
    const below = await Promise.all([...folders, defaultRootDir].map(lastBelow));
    found.push(...(await existing(below.flat())));
  }
  const newest = found.sort((a, b) => b.time - a.time)[0];
  if (newest) return newest.path;
  // A job that is started again and again asks for it the first time, too.
  process.emitWarning(
    `ckptPath is 'last', but there is no last.ckpt below ${defaultRootDir}: the run begins anew. Use new ModelCheckpoint({ saveLast: true }), or give a path.`,
  );
  return undefined;
}

async function lastBelow(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  return names
    .filter((name) => /(^|[\\/])last(-v\d+)?\.ckpt$/.test(name) && !name.includes('node_modules'))
    .map((name) => join(folder, name));
}

async function existing(paths: readonly string[]): Promise<{ path: string; time: number }[]> {
  const found = paths.map(async (path) => {
    const facts = await stat(path).catch(() => undefined); // a link whose file is gone, or a file of an earlier run
    return facts ? [{ path, time: facts.mtimeMs }] : [];
  });
  return (await Promise.all(found)).flat();
}
