import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ModelCheckpoint } from '../callbacks/index.js';
import { MisconfigurationError } from '../errors/index.js';
import { flattenHyperparameters, type LoggedHyperparameters, toSimpleValue, toYaml } from './hyperparameters.js';
import { Logger, type LoggerStatus } from './logger.js';
import { BATCH_LIMITS, type MlflowClient, type MlflowMetric, MlflowRefusal, type MlflowText } from './mlflow/client.js';
import { MlflowFileStore } from './mlflow/fileStore.js';
import { MlflowRestClient } from './mlflow/restClient.js';
import { aliasesOf, CheckpointScanner, type HeldCheckpoint, hold, type LogModel } from './savedCheckpoints.js';

/** Options of {@link MLFlowLogger}. */
export interface MLFlowLoggerOptions {
  /** Default 'lightning_logs'. */
  experimentName?: string;
  /** Default: the server finds one. */
  runName?: string;
  /** A server's address, or `file:` and a folder; default `$MLFLOW_TRACKING_URI`, else `saveDir`. */
  trackingUri?: string;
  /** Of the run. */
  tags?: Readonly<Record<string, string>>;
  /** Folder for the runs when there is no `trackingUri`; default './mlruns'. */
  saveDir?: string;
  /**
   * Add the ModelCheckpoint's files to the run: true those that are there at the end (each as it is saved when `saveTopK` is -1),
   * 'all' each as it is saved; default false.
   */
  logModel?: LogModel;
  /** Put before each metric's name, with a dash; default none. */
  prefix?: string;
  /** Where the files of a new experiment go; default: the store's own place. */
  artifactLocation?: string;
  /** Go on with this run rather than begin one. */
  runId?: string;
}

/** Values that wait to be sent; while the server is gone, newer ones are lost. */
const MAX_PENDING = 100_000;
const MAX_PARAM_LENGTH = 250;
/** A store that failed is left alone for this long. */
const RETRY_MS = 5000;

/**
 * Metrics, hyperparameters and checkpoints as a run of MLflow: on a server, by its REST API, or in a folder that `mlflow ui` opens.
 * Nothing else needs to be installed. Values are sent in batches, in the background.
 * Source: PyTorch Lightning's MLFlowLogger.
 * @example
 * const logger = new MLFlowLogger({ experimentName: 'digits', trackingUri: 'http://localhost:5000' });
 */
export class MLFlowLogger extends Logger {
  readonly #options: MLFlowLoggerOptions;
  readonly #client: MlflowClient;
  readonly #saveDir: string | undefined;
  readonly #scanner = new CheckpointScanner();
  #experimentId = '';
  #runId: string;
  #connecting: Promise<void> | undefined;
  #retryAt = 0;
  #metrics: MlflowMetric[] = [];
  #params: MlflowText[] = [];
  #uploads: HeldCheckpoint[] = [];
  readonly #checkpoints = new Set<ModelCheckpoint>();
  readonly #renamed = new Set<string>();

  /** @throws MisconfigurationError for an address that is neither a server's nor a folder's */
  constructor(options: MLFlowLoggerOptions = {}) {
    super();
    this.#options = options;
    this.#runId = options.runId ?? '';
    const uri = options.trackingUri ?? (process.env.MLFLOW_TRACKING_URI || `file:${options.saveDir ?? './mlruns'}`);
    if (/^https?:\/\//.test(uri)) this.#client = new MlflowRestClient(uri);
    else {
      this.#saveDir = folderOf(uri);
      this.#client = new MlflowFileStore(this.#saveDir);
    }
  }

  /** The experiment's id; '' until the store has told it. */
  get name(): string {
    return this.#experimentId;
  }

  /** The run's id; '' until the store has told it. */
  get version(): string {
    return this.#runId;
  }

  /** The run's id; '' until the store has told it. */
  get runId(): string {
    return this.#runId;
  }

  /** The experiment's id; '' until the store has told it. */
  get experimentId(): string {
    return this.#experimentId;
  }

  /** The folder of the store; undefined when it is a server. */
  override get saveDir(): string | undefined {
    return this.#saveDir;
  }

  /** The store itself, for what this class does not offer. */
  override get experiment(): MlflowClient {
    return this.#client;
  }

  override async start(): Promise<void> {
    try {
      await this.#connect();
    } catch (error) {
      this.#failed(error); // it is tried again with the first values
    }
  }

  logMetrics(metrics: Readonly<Record<string, number>>, step = 0): void {
    const timestamp = Date.now();
    for (const [name, value] of Object.entries(this.withPrefix(metrics, this.#options.prefix ?? ''))) {
      if (this.#metrics.length >= MAX_PENDING) return;
      this.#metrics.push({ key: this.#allowedName(name), value, timestamp, step });
    }
  }

  logHyperparams(hparams: LoggedHyperparameters): void {
    for (const [key, value] of Object.entries(flattenHyperparameters(hparams))) {
      this.#params.push({ key, value: String(toSimpleValue(value)).slice(0, MAX_PARAM_LENGTH) });
    }
  }

  override async afterSaveCheckpoint(checkpoint: ModelCheckpoint): Promise<void> {
    const { logModel = false } = this.#options;
    if (logModel === false) return;
    if (logModel === true && checkpoint.saveTopK !== -1) {
      this.#checkpoints.add(checkpoint);
      return;
    }
    for (const saved of await this.#scanner.take(checkpoint)) this.#uploads.push(await hold(saved));
    this.saveSoon();
  }

  override async save(): Promise<void> {
    if (Date.now() < this.#retryAt) return;
    try {
      await this.#connect();
      await this.#send(this.#params, BATCH_LIMITS.params, (params) => this.#client.logBatch(this.#runId, { params }));
      await this.#send(this.#metrics, BATCH_LIMITS.metrics, (metrics) =>
        this.#client.logBatch(this.#runId, { metrics }),
      );
      await this.#send(this.#uploads, 1, ([checkpoint]) => this.#upload(checkpoint as HeldCheckpoint));
    } catch (error) {
      this.#retryAt = Date.now() + RETRY_MS;
      throw error;
    }
  }

  override async finalize(status: LoggerStatus): Promise<void> {
    try {
      for (const checkpoint of this.#checkpoints) {
        for (const saved of await this.#scanner.take(checkpoint)) this.#uploads.push(await hold(saved));
      }
      this.#retryAt = 0;
      await super.finalize(status);
      if (this.#retryAt === 0) {
        await this.#client.setTerminated(this.#runId, status === 'success' ? 'FINISHED' : 'FAILED', Date.now());
      }
    } catch (error) {
      this.#failed(error);
    }
    for (const upload of this.#uploads.splice(0)) await upload.release();
  }

  protected override get place(): string {
    return this.#options.trackingUri ?? this.#saveDir ?? process.env.MLFLOW_TRACKING_URI ?? '';
  }

  #failed(error: unknown): void {
    this.#retryAt = Date.now() + RETRY_MS;
    this.warnOnce(error);
  }

  /** Finds or makes experiment and run, once; what failed is tried again the next time. */
  async #connect(): Promise<void> {
    this.#connecting ??= this.#findRun();
    try {
      await this.#connecting;
    } catch (error) {
      this.#connecting = undefined;
      throw error;
    }
  }

  async #findRun(): Promise<void> {
    if (this.#runId !== '') {
      this.#experimentId = (await this.#client.getRun(this.#runId)).experimentId;
      return;
    }
    const { experimentName = 'lightning_logs', artifactLocation, runName, tags = {} } = this.#options;
    const found = await this.#client.getExperimentByName(experimentName);
    const isThere = found !== undefined && !found.isDeleted;
    const experimentId = isThere
      ? found.experimentId
      : await this.#client.createExperiment(experimentName, artifactLocation);
    const all: Record<string, string> = {
      'mlflow.user': userInfo().username,
      'mlflow.source.name': process.argv[1] ?? '',
      'mlflow.source.type': 'LOCAL',
      ...tags,
      ...(runName !== undefined && { 'mlflow.runName': runName }),
    };
    const run = await this.#client.createRun(experimentId, {
      name: runName,
      startTime: Date.now(),
      tags: Object.entries(all).map(([key, value]) => ({ key, value: String(value) })),
    });
    this.#experimentId = experimentId;
    this.#runId = run.runId;
  }

  /** Sends the front of a queue until it is empty. What the store refuses is dropped, and told. */
  async #send<T>(queue: T[], most: number, send: (part: readonly T[]) => Promise<void>): Promise<void> {
    while (queue.length > 0) {
      const part = queue.slice(0, most);
      try {
        await send(part);
      } catch (error) {
        if (!(error instanceof MlflowRefusal)) throw error;
        this.warnOnce(error);
      }
      queue.splice(0, part.length);
    }
  }

  async #upload(checkpoint: HeldCheckpoint): Promise<void> {
    const name = basename(checkpoint.path);
    const folder = basename(name, extname(name));
    await this.#client.logArtifact(this.#runId, checkpoint.file, `${folder}/${name}`);
    const directory = await mkdtemp(join(tmpdir(), 'lightning-mlflow-'));
    try {
      const texts = {
        'metadata.yaml': toYaml(checkpoint.metadata),
        'aliases.txt': `[${aliasesOf(checkpoint)
          .map((alias) => `'${alias}'`)
          .join(', ')}]`,
      };
      for (const [file, text] of Object.entries(texts)) {
        await writeFile(join(directory, file), text);
        await this.#client.logArtifact(this.#runId, join(directory, file), `${folder}/${file}`);
      }
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
    await checkpoint.release();
  }

  /** MLflow's names have no other characters, and no step upwards. */
  #allowedName(name: string): string {
    const allowed = name
      .replaceAll(/[^a-zA-Z0-9_/. -]+/g, '')
      .split('/')
      .filter((part) => part !== '' && part !== '.' && part !== '..')
      .join('/');
    if (allowed !== name && !this.#renamed.has(name)) {
      this.#renamed.add(name);
      process.emitWarning(`MLFlowLogger: the metric '${name}' is called '${allowed}', as MLflow's names allow.`);
    }
    return allowed;
  }
}

function folderOf(uri: string): string {
  if (uri.startsWith('file://')) return fileURLToPath(uri);
  if (uri.startsWith('file:')) return uri.slice('file:'.length);
  if (!/^[A-Za-z][A-Za-z0-9+.-]+:/.test(uri)) return uri;
  throw new MisconfigurationError({
    code: 'mlflow-uri',
    found: `MLFlowLogger: \`trackingUri\` is '${uri}'.`,
    allowed: "a server's address (http:// or https://), or file: and a folder",
    fix: 'For a database start a server on it: mlflow server --backend-store-uri …, and give its address.',
  });
}
