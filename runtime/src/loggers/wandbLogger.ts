import { randomInt } from 'node:crypto';
import { MisconfigurationError } from '../errors/index.js';
import type { LoggedHyperparameters } from './hyperparameters.js';
import { Logger, type LoggerStatus } from './logger.js';
import { CLIENT_PACKAGE, ClientRun, findClient } from './wandb/clientRun.js';
import { OfflineRun } from './wandb/offlineRun.js';
import { STEP_METRIC, type WandbRun } from './wandb/run.js';

/** Options of {@link WandbLogger}. */
export interface WandbLoggerOptions {
  /** The run's name; default: the server finds one. */
  name?: string;
  /** Folder for offline runs; default '.'. */
  saveDir?: string;
  /** The run's id; default one by chance. */
  version?: string;
  /** The same as `version`. */
  id?: string;
  /** Write a folder that `wandb sync` uploads, rather than send; default false, or true when `$WANDB_MODE` is 'offline'. */
  offline?: boolean;
  /** Default `$WANDB_PROJECT`, else 'lightning_logs'. */
  project?: string;
  /** Whose project it is; default the user's. */
  entity?: string;
  group?: string;
  jobType?: string;
  notes?: string;
  tags?: readonly string[];
  /** Put before each metric's name, with a dash; default none. */
  prefix?: string;
  /** A run that was begun elsewhere: rows go to its `log`, hyperparameters to its `config.update`. It is not ended. */
  experiment?: WandbExperiment;
}

/** A run of W&B's client. */
export interface WandbExperiment {
  readonly id: string;
  log(row: Record<string, unknown>): void;
  readonly config?: { update(values: Record<string, unknown>): void };
}

type Row = Readonly<Record<string, unknown>>;

/** Rows that wait for the run to begin; newer ones are lost. */
const MAX_PENDING_ROWS = 100_000;

/**
 * Metrics and hyperparameters as a run of Weights & Biases, drawn over `trainer/global_step`: sent by W&B's own client,
 * `@wandb/sdk`, which the project must have installed, or written to a folder for `wandb sync`, for which nothing is needed. The
 * run ends with the Trainer's: a test after a fit is a run of its own. The client uploads no files, so that there is no `logModel`.
 * Source: PyTorch Lightning's WandbLogger.
 * @example
 * const logger = new WandbLogger({ project: 'digits', offline: true });
 */
export class WandbLogger extends Logger {
  readonly #options: WandbLoggerOptions;
  readonly #isOffline: boolean;
  readonly #client: string | undefined;
  #config: Record<string, unknown> = {};
  #newConfig: Record<string, unknown> = {};
  #rows: Row[] = [];
  #run: WandbRun | undefined;
  #id: string | undefined;
  #runs = 0;

  /** @throws MisconfigurationError when the client is needed and not installed, and for `logModel` */
  constructor(options: WandbLoggerOptions = {}) {
    super();
    this.#options = options;
    this.#isOffline = options.offline ?? ['offline', 'dryrun'].includes(process.env.WANDB_MODE ?? '');
    refuseLogModel(options, this.#isOffline);
    if (this.#isOffline || options.experiment) return;
    this.#client = findClient();
    if (this.#client === undefined) {
      throw new MisconfigurationError({
        code: 'wandb-missing',
        found: `WandbLogger needs Weights & Biases' client, ${CLIENT_PACKAGE}, which this project has not installed.`,
        fix: `Run: npm install ${CLIENT_PACKAGE}. Or write a folder that \`wandb sync\` uploads: new WandbLogger({ offline: true }).`,
      });
    }
  }

  /** The project's name. */
  get name(): string {
    return this.#options.project ?? (process.env.WANDB_PROJECT || 'lightning_logs');
  }

  /** The run's id. */
  get version(): string {
    const { experiment, version, id } = this.#options;
    this.#id ??= experiment?.id ?? this.#idOf(version ?? id);
    return this.#id;
  }

  override get saveDir(): string {
    return this.#options.saveDir ?? '.';
  }

  /** The run that was given; else undefined: the client has a thread of its own. */
  override get experiment(): WandbExperiment | undefined {
    return this.#options.experiment;
  }

  override async start(): Promise<void> {
    if (this.#runs > 0 && !this.#options.experiment) this.#id = undefined; // the run before is ended
  }

  logMetrics(metrics: Readonly<Record<string, number>>, step?: number): void {
    if (this.#rows.length >= MAX_PENDING_ROWS) return;
    const named = this.withPrefix(metrics, this.#options.prefix ?? '');
    this.#rows.push(step === undefined ? named : { ...named, [STEP_METRIC]: step });
  }

  logHyperparams(hparams: LoggedHyperparameters): void {
    Object.assign(this.#config, hparams);
    Object.assign(this.#newConfig, hparams);
  }

  override async save(): Promise<void> {
    const { experiment } = this.#options;
    if (experiment) {
      if (Object.keys(this.#newConfig).length > 0) experiment.config?.update(this.#newConfig);
      this.#newConfig = {};
      for (const row of this.#rows.splice(0)) experiment.log({ ...row });
      return;
    }
    if (this.#run && Object.keys(this.#newConfig).length > 0) this.#run.updateConfig(this.#newConfig);
    this.#newConfig = {};
    this.#run ??= this.#begin();
    for (const row of this.#rows.splice(0)) this.#run.log(row);
    await this.#run.flush();
  }

  override async finalize(status: LoggerStatus): Promise<void> {
    await super.finalize(status);
    const run = this.#run;
    this.#run = undefined;
    if (!run) return;
    try {
      await run.finish(status === 'success' ? 0 : 1);
    } catch (error) {
      this.warnOnce(error);
    }
  }

  protected override get place(): string {
    return this.#isOffline ? this.saveDir : 'Weights & Biases';
  }

  #begin(): WandbRun {
    const { name, entity, group, jobType, notes, tags } = this.#options;
    const options = {
      id: this.version,
      project: this.name,
      ...(name !== undefined && { name }),
      ...(entity !== undefined && { entity }),
      ...(group !== undefined && { group }),
      ...(jobType !== undefined && { jobType }),
      ...(notes !== undefined && { notes }),
      ...(tags !== undefined && { tags }),
      config: this.#config,
    };
    this.#runs += 1;
    return this.#client === undefined ? new OfflineRun(this.saveDir, options) : new ClientRun(this.#client, options);
  }

  #idOf(given: string | undefined): string {
    if (given === undefined) return Array.from({ length: 8 }, () => randomInt(36).toString(36)).join('');
    return this.#runs === 0 ? given : `${given}-${this.#runs + 1}`;
  }
}

/** PyTorch Lightning has the option, so that it may well be given. */
function refuseLogModel(options: object, isOffline: boolean): void {
  if (!('logModel' in options) || !options.logModel) return;
  throw new MisconfigurationError({
    code: 'wandb-log-model',
    found: isOffline
      ? `Providing logModel=${String(options.logModel)} and offline=true is an invalid configuration, since model checkpoints cannot be uploaded in offline mode.`
      : `WandbLogger: \`logModel\` is ${String(options.logModel)}, and ${CLIENT_PACKAGE} cannot upload files.`,
    fix: 'Remove logModel, and upload with `wandb artifact put`.',
  });
}
