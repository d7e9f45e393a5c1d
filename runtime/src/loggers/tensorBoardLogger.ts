import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { LightningModule } from '../core/index.js';
import { flattenHyperparameters, type LoggedHyperparameters, toSimpleValue, toYaml } from './hyperparameters.js';
import type { LoggerStatus } from './logger.js';
import { SummaryWriter, type SummaryWriterOptions } from './tensorboard/summaryWriter.js';
import { VersionedLogger, type VersionOptions } from './versionedLogger.js';

/** Options of {@link TensorBoardLogger}; those of its {@link SummaryWriter} too. */
export interface TensorBoardLoggerOptions extends VersionOptions, SummaryWriterOptions {
  /** Write the module's layers for the GRAPHS tab, with an `exampleInputArray` also what forward does between them; default false. */
  logGraph?: boolean;
  /** Log a metric `hp_metric` of -1 with the hyperparameters, which the HPARAMS tab needs; default true. */
  defaultHpMetric?: boolean;
  /** Folder inside the version's, for the events and `hparams.yaml`; default none. */
  subDir?: string;
}

/**
 * Metrics, hyperparameters and whatever its {@link experiment} is given, as TensorBoard's event files in
 * `<saveDir>/<name>/version_<N>[/<subDir>]`, with `hparams.yaml` beside them. Nothing else needs to be installed.
 * Source: PyTorch Lightning's TensorBoardLogger.
 * @example
 * const trainer = new Trainer({ logger: new TensorBoardLogger('logs', { name: 'digits' }) });
 * // in a hook: (this.logger as TensorBoardLogger).experiment.addHistogram('weights', kernel, this.globalStep);
 */
export class TensorBoardLogger extends VersionedLogger {
  readonly #logsGraph: boolean;
  readonly #defaultHpMetric: boolean;
  readonly #subDir: string | undefined;
  readonly #writerOptions: SummaryWriterOptions;
  #writer: SummaryWriter | undefined;
  #hparams: Record<string, unknown> = {};
  #hasNewHparams = false;

  /**
   * @param saveDir the folder that holds all experiments; `~` and `$NAME` at work as in a shell
   * @throws MisconfigurationError for a version that is no folder name
   */
  constructor(saveDir: string, options: TensorBoardLoggerOptions = {}) {
    super(expand(saveDir), options);
    const { logGraph = false, defaultHpMetric = true, subDir, maxQueue, flushSecs, filenameSuffix } = options;
    this.#subDir = subDir;
    this.#logsGraph = logGraph;
    this.#defaultHpMetric = defaultHpMetric;
    this.#writerOptions = {
      ...(maxQueue !== undefined && { maxQueue }),
      ...(flushSecs !== undefined && { flushSecs }),
      ...(filenameSuffix !== undefined && { filenameSuffix }),
    };
  }

  /** The folder inside the version's, if there is one. */
  get subDir(): string | undefined {
    return this.#subDir;
  }

  override get logDir(): string {
    return join(super.logDir, this.#subDir ?? '');
  }

  /** Writes scalars, images, histograms, texts and graphs; made when it is first asked for. */
  override get experiment(): SummaryWriter {
    this.#writer ??= new SummaryWriter(this.logDir, this.#writerOptions, (error) => this.warnOnce(error));
    return this.#writer;
  }

  override async start(): Promise<void> {
    void this.experiment; // PyTorch Lightning makes the file before the first hook
  }

  /** @param metrics an object in the place of a number is drawn as several lines in one chart */
  logMetrics(metrics: Readonly<Record<string, number | Readonly<Record<string, number>>>>, step?: number): void {
    const { experiment } = this;
    for (const [name, value] of Object.entries(this.prefixed(metrics))) {
      if (typeof value === 'object') experiment.addScalars(name, value, step);
      else experiment.addScalar(name, value, step);
    }
  }

  /** @param metrics what came of them; default `hp_metric` of -1, unless `defaultHpMetric` is false */
  logHyperparams(
    hparams: LoggedHyperparameters,
    metrics?: Readonly<Record<string, number>> | number,
    step?: number,
  ): void {
    Object.assign(this.#hparams, hparams);
    this.#hasNewHparams = true;
    const given = typeof metrics === 'number' ? { hp_metric: metrics } : metrics;
    const shown = given ?? (this.#defaultHpMetric ? { hp_metric: -1 } : {});
    if (Object.keys(shown).length === 0) return;
    this.logMetrics(shown, step);
    const flat = Object.entries(flattenHyperparameters(hparams));
    const simple = Object.fromEntries(flat.map(([name, value]) => [name, toSimpleValue(value)]));
    this.experiment.addHparamsHere(simple, Object.keys(shown), step);
  }

  override logGraph(module: LightningModule): void {
    if (this.#logsGraph) this.experiment.addGraph(module);
  }

  override async save(): Promise<void> {
    await this.experiment.flush();
    const file = join(this.logDir, 'hparams.yaml');
    if (!this.#hasNewHparams && existsSync(file)) return;
    await mkdir(this.logDir, { recursive: true });
    await writeFile(file, toYaml(this.#hparams));
    this.#hasNewHparams = false;
  }

  override async finalize(status: LoggerStatus): Promise<void> {
    if (!this.#writer) return;
    await super.finalize(status);
    await this.#writer.close();
  }
}

/** A path as a shell takes it: `~` for the home, `$NAME` for what the environment holds; an unknown name stays. */
function expand(path: string): string {
  return path
    .replace(/^~(?=[\\/]|$)/, () => homedir())
    .replaceAll(
      /\$(?:\{(\w+)\}|(\w+))/g,
      (whole, braced?: string, plain?: string) => process.env[braced ?? plain ?? ''] ?? whole,
    );
}
