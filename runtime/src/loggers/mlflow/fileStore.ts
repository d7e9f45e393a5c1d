import { randomBytes } from 'node:crypto';
import { appendFile, copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parse, stringify } from 'yaml';
import {
  type MlflowBatch,
  type MlflowClient,
  type MlflowExperiment,
  type MlflowNewRun,
  MlflowRefusal,
  type MlflowRun,
  type MlflowStatus,
} from './client.js';

const META = 'meta.yaml';
/** MLflow's numbers for how a run stands. */
const STATUS = { RUNNING: 1, FINISHED: 3, FAILED: 4 } as const;
const LOCAL_SOURCE = 4;

/**
 * A folder in the layout of MLflow's file store, `<root>/<experiment>/<run>/{metrics,params,tags,artifacts}`: `mlflow ui` opens it.
 * Source: MLflow's `store/tracking/file_store.py`.
 */
export class MlflowFileStore implements MlflowClient {
  readonly #root: string;
  readonly #folders = new Map<string, string>();

  /** @param root the folder; made when needed */
  constructor(root: string) {
    this.#root = resolve(root);
  }

  async getExperimentByName(name: string): Promise<MlflowExperiment | undefined> {
    const folders = await readdir(this.#root, { withFileTypes: true }).catch(() => []); // none yet
    for (const folder of folders) {
      if (!folder.isDirectory()) continue;
      const meta = await readMeta(join(this.#root, folder.name)).catch(() => undefined); // not an experiment's folder
      if (meta?.name === name && meta.experiment_id !== undefined) {
        return { experimentId: String(meta.experiment_id), isDeleted: meta.lifecycle_stage === 'deleted' };
      }
    }
    return undefined;
  }

  async createExperiment(name: string, artifactLocation?: string): Promise<string> {
    // As many digits as MLflow's own, the first of them not 0.
    const id = `1${randomBytes(8).readBigUInt64LE().toString().padStart(20, '0').slice(-17)}`;
    const folder = join(this.#root, id);
    await mkdir(folder, { recursive: true });
    const now = Date.now();
    await writeMeta(folder, {
      artifact_location: artifactLocation ?? pathToFileURL(folder).href,
      creation_time: now,
      experiment_id: id,
      last_update_time: now,
      lifecycle_stage: 'active',
      name,
    });
    return id;
  }

  async createRun(experimentId: string, { name, startTime, tags }: MlflowNewRun): Promise<MlflowRun> {
    const runId = randomBytes(16).toString('hex');
    const folder = join(this.#root, experimentId, runId);
    for (const part of ['metrics', 'params', 'tags', 'artifacts']) await mkdir(join(folder, part), { recursive: true });
    const { artifact_location: location } = await readMeta(join(this.#root, experimentId));
    const artifactUri = `${String(location)}/${runId}/artifacts`;
    const runName = name ?? `run-${runId.slice(0, 8)}`;
    await writeMeta(folder, {
      artifact_uri: artifactUri,
      end_time: null,
      entry_point_name: '',
      experiment_id: experimentId,
      lifecycle_stage: 'active',
      run_id: runId,
      run_name: runName,
      run_uuid: runId,
      source_name: '',
      source_type: LOCAL_SOURCE,
      source_version: '',
      start_time: startTime,
      status: STATUS.RUNNING,
      tags: [],
      user_id: userInfo().username,
    });
    this.#folders.set(runId, folder);
    const named = tags.some(({ key }) => key === 'mlflow.runName') ? [] : [{ key: 'mlflow.runName', value: runName }];
    await this.logBatch(runId, { tags: [...tags, ...named] });
    return { runId, experimentId, artifactUri };
  }

  async getRun(runId: string): Promise<MlflowRun> {
    const meta = await readMeta(await this.#folderOf(runId));
    return { runId, experimentId: String(meta.experiment_id), artifactUri: String(meta.artifact_uri) };
  }

  async logBatch(runId: string, { metrics = [], params = [], tags = [] }: MlflowBatch): Promise<void> {
    const folder = await this.#folderOf(runId);
    const lines = new Map<string, string>();
    for (const { key, value, timestamp, step } of metrics) {
      lines.set(key, `${lines.get(key) ?? ''}${timestamp} ${pythonNumber(value)} ${step}\n`);
    }
    for (const [key, text] of lines) await appendFile(await place(folder, 'metrics', key), text);
    for (const { key, value } of params) await writeFile(await place(folder, 'params', key), value);
    for (const { key, value } of tags) await writeFile(await place(folder, 'tags', key), value);
  }

  async logArtifact(runId: string, file: string, name: string): Promise<void> {
    const { artifactUri } = await this.getRun(runId);
    if (/^(?!file:)[A-Za-z][A-Za-z0-9+.-]+:/.test(artifactUri)) {
      throw new MlflowRefusal(`the run's artifacts are at ${artifactUri}, which cannot be written from here`);
    }
    const target = join(artifactUri.startsWith('file:') ? fileURLToPath(artifactUri) : artifactUri, name);
    await mkdir(dirname(target), { recursive: true });
    await copyFile(file, target);
  }

  async setTerminated(runId: string, status: MlflowStatus, endTime: number): Promise<void> {
    const folder = await this.#folderOf(runId);
    await writeMeta(folder, { ...(await readMeta(folder)), status: STATUS[status], end_time: endTime });
  }

  async #folderOf(runId: string): Promise<string> {
    const known = this.#folders.get(runId);
    if (known !== undefined) return known;
    for (const experiment of await readdir(this.#root, { withFileTypes: true })) {
      const folder = join(this.#root, experiment.name, runId);
      const meta = await readMeta(folder).catch(() => undefined); // another experiment's
      if (!meta) continue;
      this.#folders.set(runId, folder);
      return folder;
    }
    throw new MlflowRefusal(`${this.#root} has no run ${runId}`);
  }
}

/** A key's file; a `/` in the key is a folder. */
async function place(folder: string, part: string, key: string): Promise<string> {
  const file = join(folder, part, key);
  if (!file.startsWith(join(folder, part, '/'))) throw new MlflowRefusal(`'${key}' is no name for a file`);
  if (key.includes('/')) await mkdir(dirname(file), { recursive: true });
  return file;
}

async function readMeta(folder: string): Promise<Record<string, unknown>> {
  return parse(await readFile(join(folder, META), 'utf8')) as Record<string, unknown>; // MLflow's file, or ours
}

async function writeMeta(folder: string, meta: Readonly<Record<string, unknown>>): Promise<void> {
  await writeFile(
    join(folder, META),
    stringify(meta, { version: '1.1', defaultStringType: 'QUOTE_SINGLE', defaultKeyType: 'PLAIN' }),
  );
}

function pythonNumber(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
}
