import { openAsBlob } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type MlflowBatch,
  type MlflowClient,
  type MlflowExperiment,
  type MlflowNewRun,
  MlflowRefusal,
  type MlflowRun,
  type MlflowStatus,
} from './client.js';
import { wireNumber } from './wireNumber.js';

const TIMEOUT_MS = 30_000;
/** A file may take as long as this. */
const UPLOAD_TIMEOUT_MS = 3_600_000;
const API = 'api/2.0/mlflow';

/**
 * A tracking server, by its REST API. `MLFLOW_TRACKING_TOKEN`, or `MLFLOW_TRACKING_USERNAME` and `…_PASSWORD`, are sent along.
 * Source: MLflow's REST API, version 2.0.
 */
export class MlflowRestClient implements MlflowClient {
  readonly #base: string;

  /** @param trackingUri the server's address */
  constructor(trackingUri: string) {
    this.#base = trackingUri.replace(/\/+$/, '');
  }

  async getExperimentByName(name: string): Promise<MlflowExperiment | undefined> {
    const query = new URLSearchParams({ experiment_name: name });
    const response = await this.#send('GET', `${API}/experiments/get-by-name?${query}`);
    if (response.status === 404) return undefined;
    const { experiment } = (await checked(response)) as { experiment: Record<string, string> };
    return { experimentId: String(experiment.experiment_id), isDeleted: experiment.lifecycle_stage === 'deleted' };
  }

  async createExperiment(name: string, artifactLocation?: string): Promise<string> {
    const found = await this.#post('experiments/create', {
      name,
      ...(artifactLocation !== undefined && { artifact_location: artifactLocation }),
    });
    return String(found.experiment_id);
  }

  async createRun(experimentId: string, { name, startTime, tags }: MlflowNewRun): Promise<MlflowRun> {
    const { run } = await this.#post('runs/create', {
      experiment_id: experimentId,
      start_time: startTime,
      tags,
      ...(name !== undefined && { run_name: name }),
    });
    return toRun(run);
  }

  async getRun(runId: string): Promise<MlflowRun> {
    const response = await this.#send('GET', `${API}/runs/get?${new URLSearchParams({ run_id: runId })}`);
    const { run } = (await checked(response)) as Record<string, unknown>;
    return toRun(run);
  }

  async logBatch(runId: string, { metrics = [], params = [], tags = [] }: MlflowBatch): Promise<void> {
    const rows = metrics.map(({ value, ...rest }) => ({ ...rest, value: wireNumber(value) }));
    await this.#post('runs/log-batch', { run_id: runId, metrics: rows, params, tags });
  }

  async logArtifact(runId: string, file: string, name: string): Promise<void> {
    const { artifactUri } = await this.getRun(runId);
    const folder = localFolder(artifactUri);
    if (folder !== undefined) {
      const target = join(folder, name);
      await mkdir(dirname(target), { recursive: true });
      await copyFile(file, target);
      return;
    }
    const address = `${this.#artifactAddress(artifactUri)}/${name.split('/').map(encodeURIComponent).join('/')}`;
    const response = await fetch(address, {
      method: 'PUT',
      headers: authorization(),
      body: await openAsBlob(file),
      signal: AbortSignal.timeout(UPLOAD_TIMEOUT_MS),
    });
    await checked(response);
  }

  async setTerminated(runId: string, status: MlflowStatus, endTime: number): Promise<void> {
    await this.#post('runs/update', { run_id: runId, status, end_time: endTime });
  }

  #artifactAddress(artifactUri: string): string {
    const { protocol, host, pathname, href } = new URL(artifactUri);
    if (protocol === 'http:' || protocol === 'https:') return href.replace(/\/+$/, '');
    if (protocol === 'mlflow-artifacts:') {
      const server = host === '' ? this.#base : `${new URL(this.#base).protocol}//${host}`;
      return `${server}/api/2.0/mlflow-artifacts/artifacts${pathname.replace(/\/+$/, '')}`;
    }
    throw new MlflowRefusal(
      `the run's artifacts are at ${artifactUri}, which cannot be written from here: start the server with --serve-artifacts`,
    );
  }

  async #post(path: string, body: unknown): Promise<Record<string, unknown>> {
    return checked(await this.#send('POST', `${API}/${path}`, JSON.stringify(body)));
  }

  #send(method: 'GET' | 'POST', path: string, body?: string): Promise<Response> {
    return fetch(`${this.#base}/${path}`, {
      method,
      headers: { ...authorization(), ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  }
}

function authorization(): Record<string, string> {
  const {
    MLFLOW_TRACKING_TOKEN: token,
    MLFLOW_TRACKING_USERNAME: user,
    MLFLOW_TRACKING_PASSWORD: password,
  } = process.env;
  if (user) return { authorization: `Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}` };
  return token ? { authorization: `Bearer ${token}` } : {};
}

/** The answer's object. @throws MlflowRefusal for a request that will not be taken the next time either */
async function checked(response: Response): Promise<Record<string, unknown>> {
  const text = await response.text();
  if (response.ok) return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>); // MLflow answers with objects
  const message = `the server answered ${response.status}: ${messageIn(text)}`;
  const isFinal = response.status >= 400 && response.status < 500 && ![408, 429].includes(response.status);
  throw isFinal ? new MlflowRefusal(message) : new Error(message);
}

function messageIn(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    if (typeof message === 'string') return message;
  } catch {
    // no JSON: some server in between
  }
  return text.slice(0, 200);
}

function toRun(run: unknown): MlflowRun {
  const { info } = run as { info: Record<string, unknown> };
  return {
    runId: String(info.run_id),
    experimentId: String(info.experiment_id),
    artifactUri: String(info.artifact_uri),
  };
}

/** The folder of an address in this file system. */
function localFolder(uri: string): string | undefined {
  if (uri.startsWith('file:')) return fileURLToPath(uri);
  return /^[A-Za-z][A-Za-z0-9+.-]+:/.test(uri) ? undefined : uri;
}
