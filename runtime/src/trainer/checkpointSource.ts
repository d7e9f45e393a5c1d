import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { OnExceptionCheckpoint } from '../callbacks/index.js';
import { type Checkpoint, checkPlainContent, isAddress, isTorchFile, resolvePlace } from '../checkpoint/index.js';
import { MisconfigurationError, nearest } from '../errors/index.js';
import type { RunKind } from '../protocol/index.js';
import type { Trainer } from './trainer.js';

/** A checkpoint and where it came from. */
export interface LoadedCheckpoint {
  readonly path: string;
  readonly content: Checkpoint;
}

/**
 * The checkpoint that an entry point was asked to load; undefined when it was asked for none.
 * @throws MisconfigurationError when there is no such file, or no best one, or PyTorch Lightning's for fit, and for an object of Python's under `weightsOnly`; without a last one it warns
 */
export async function loadCheckpointFor(
  trainer: Trainer,
  { ckptPath, weightsOnly = false }: { readonly ckptPath?: string | undefined; readonly weightsOnly?: boolean },
  kind: RunKind,
): Promise<LoadedCheckpoint | undefined> {
  if (ckptPath === undefined) return undefined;
  const path = await pathOf(trainer, ckptPath);
  if (path === undefined) return undefined;
  await checkExists(trainer, path);
  if (kind === 'fit' && !isAddress(path) && (await isTorchFile(path))) throw trainedByTorch(path);
  const content = await trainer.checkpointIO.loadCheckpoint(path);
  if (kind === 'fit' && isAddress(path) && hasStateOfTorch(content)) throw trainedByTorch(path);
  if (weightsOnly) checkPlainContent(path, content);
  return { path, content };
}

async function pathOf(trainer: Trainer, ckptPath: string): Promise<string | undefined> {
  switch (ckptPath) {
    case 'best':
      return bestPath(trainer);
    case 'last':
      return lastPath(trainer);
    case 'hpc':
      return hpcPath(trainer);
    default:
      return resolvePlace(ckptPath);
  }
}

/** What came from elsewhere is told by its content: torch's optimizers call their groups so. */
function hasStateOfTorch({ optimizer_states: states }: Checkpoint): boolean {
  return states?.some((state) => typeof state === 'object' && state !== null && 'param_groups' in state) ?? false;
}

/**
 * The newest `hpc_ckpt_<N>.ckpt` of the root folder, where jobs of a cluster that are started again and again keep their state.
 * Source: PyTorch Lightning, `_CheckpointConnector._hpc_resume_path`.
 */
async function hpcPath({ defaultRootDir }: Trainer): Promise<string> {
  const names = await readdir(defaultRootDir).catch(() => []);
  const versions = names.flatMap((name) => /^hpc_ckpt_(\d+)\.ckpt$/.exec(name)?.[1] ?? []).map(Number);
  if (versions.length > 0) return join(defaultRootDir, `hpc_ckpt_${Math.max(...versions)}.ckpt`);
  throw new MisconfigurationError({
    code: 'no-hpc-checkpoint',
    found: `ckptPath is 'hpc', but there is no hpc_ckpt_<N>.ckpt in ${resolve(defaultRootDir)}.`,
    fix: 'Give the path of a checkpoint, or save one there: trainer.saveCheckpoint(`hpc_ckpt_1.ckpt`).',
  });
}

/** Weights of torch's fit a module that says how; optimizers, loops and random numbers of torch's are not ours. */
function trainedByTorch(path: string): MisconfigurationError {
  return new MisconfigurationError({
    code: 'torch-checkpoint',
    found: `The checkpoint ${path} was written by PyTorch Lightning: its optimizers, loops and random numbers cannot be restored, so that training cannot go on from it.`,
    fix: 'Begin with its weights: module.loadStateDict((await readCheckpoint(path)).state_dict), renamed and transposed as the layers need, then fit without ckptPath.',
  });
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
      fix: near ? `Did you mean ${near}?` : "Give the path of a .ckpt file, or 'best', 'last' or 'hpc'.",
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
