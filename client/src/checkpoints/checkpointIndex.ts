import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fromWireNumber, type RunEndReason } from 'lightning-tfjs/protocol';
import { parseCheckpointName } from './checkpointName.js';
import { fileName, RunLogReader } from './runLog.js';

/** Where runs keep their files, in a workspace folder. */
export const LOGS_DIRECTORY = 'lightning_logs';

/** A checkpoint on disk. */
export interface CheckpointFile {
  readonly path: string;
  readonly name: string;
  readonly epoch: number | undefined;
  readonly step: number | undefined;
  readonly sizeBytes: number;
  /** The metric that it was kept for, with its value then. */
  readonly score: { readonly monitor: string; readonly value: number } | undefined;
  readonly isBest: boolean;
  readonly isLast: boolean;
}

/** A run's directory with at least one checkpoint. */
export interface RunDirectory {
  readonly path: string;
  /** `version_3`. */
  readonly name: string;
  /** What the run's own log says; undefined without one. */
  readonly moduleName: string | undefined;
  readonly moduleFile: string | undefined;
  /** Undefined: it goes on, or its end was never written. */
  readonly ended: RunEndReason | undefined;
  /** By step; `last` at the end. */
  readonly checkpoints: readonly CheckpointFile[];
}

/** The checkpoints of a folder, read from its run directories alone. Reading again is cheap. */
export class CheckpointIndex {
  readonly #logs = new Map<string, RunLogReader>();

  /** All run directories with checkpoints under `<folder>/lightning_logs`, newest version first. */
  async read(folder: string): Promise<readonly RunDirectory[]> {
    const root = join(folder, LOGS_DIRECTORY);
    const names = await directories(root);
    const runs = await Promise.all(names.map((name) => this.#readRun(join(root, name), name)));
    return runs.filter(({ checkpoints }) => checkpoints.length > 0).sort((a, b) => byVersion(b.name, a.name));
  }

  async #readRun(path: string, name: string): Promise<RunDirectory> {
    const log = this.#logs.get(path) ?? new RunLogReader();
    this.#logs.set(path, log);
    await log.read(join(path, 'run.ndjson'));
    const directory = join(path, 'checkpoints');
    const files = await checkpointNames(directory);
    const checkpoints = await Promise.all(files.map((file) => readCheckpoint(join(directory, file), file, log)));
    return {
      path,
      name,
      moduleName: log.started?.moduleName,
      moduleFile: log.started?.file,
      ended: log.ended?.reason,
      checkpoints: checkpoints.filter((checkpoint) => checkpoint !== undefined).sort(byStep),
    };
  }
}

async function readCheckpoint(path: string, name: string, log: RunLogReader): Promise<CheckpointFile | undefined> {
  let sizeBytes: number;
  try {
    sizeBytes = (await stat(path)).size;
  } catch {
    return undefined; // deleted since it was listed, as runs do
  }
  const inName = parseCheckpointName(name);
  const event = log.checkpoints.get(name);
  const { best, last } = log.newest ?? { best: null, last: null };
  const hasScore = event !== undefined && event.monitor !== null && event.score !== null;
  return {
    path,
    name,
    epoch: event?.epoch ?? inName.epoch,
    step: event?.globalStep ?? inName.step,
    sizeBytes,
    score: hasScore ? { monitor: event.monitor as string, value: fromWireNumber(event.score as number) } : undefined,
    isBest: best !== null && fileName(best) === name,
    isLast: inName.isLast || (last !== null && fileName(last) === name),
  };
}

async function directories(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

async function checkpointNames(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile() && entry.name.endsWith('.ckpt')).map(({ name }) => name);
}

function byVersion(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

function byStep(a: CheckpointFile, b: CheckpointFile): number {
  const place = ({ step, isLast }: CheckpointFile) => (isLast ? Number.MAX_VALUE : (step ?? -1));
  return place(a) - place(b) || byVersion(a.name, b.name);
}
