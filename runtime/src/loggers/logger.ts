import type { ModelCheckpoint } from '../callbacks/index.js';
import type { LightningModule } from '../core/index.js';
import { BackgroundWork } from './backgroundWork.js';

/** How a run ended. */
export type LoggerStatus = 'success' | 'failed';

/**
 * Base of the loggers. `log…` never waits and never throws into training; `save` does the writing, in the background.
 * A logger that fails warns once, and training goes on.
 */
export abstract class Logger {
  readonly #saving = new BackgroundWork(
    () => this.save(),
    (error) => this.warnOnce(error),
  );
  #hasWarned = false;

  /** Name of the experiment: a folder level in most loggers. */
  abstract get name(): string;
  /** This run's version: a number, or the text that was given. */
  abstract get version(): number | string;

  /** The folder that holds all experiments; undefined for a logger that writes no files. */
  get saveDir(): string | undefined {
    return undefined;
  }

  /** The folder that holds all versions of this experiment; undefined for a logger that writes no files. */
  get rootDir(): string | undefined {
    return undefined;
  }

  /** The folder of this run's logs; undefined for a logger that writes no files. */
  get logDir(): string | undefined {
    return undefined;
  }

  /** Stands between a metric's group and its name. */
  get groupSeparator(): string {
    return '/';
  }

  /** What does the logging, for whatever this class does not offer: a writer, a client. */
  get experiment(): unknown {
    return undefined;
  }

  /** Awaited before `setup` hooks: makes name and version known. What it throws becomes the logger's one warning. */
  async start(): Promise<void> {}

  /** Takes a row of metrics. @param step default: the logger's own count */
  abstract logMetrics(metrics: Readonly<Record<string, number>>, step?: number): void;
  /** Takes the hyperparameters: plain values. */
  abstract logHyperparams(hparams: Readonly<Record<string, unknown>>): void;

  /** Takes the module's graph; most loggers have no use for it. */
  logGraph(_module: LightningModule): void {}

  /** Writes what was taken so far. */
  async save(): Promise<void> {}

  /** Ends the run: writes what is left. Never rejects. @param _status how it ended */
  async finalize(_status: LoggerStatus): Promise<void> {
    await this.#saving.finish();
  }

  /** Called after each file that a ModelCheckpoint wrote. The file may be gone when the returned promise is settled. */
  async afterSaveCheckpoint(_checkpoint: ModelCheckpoint): Promise<void> {}

  /** Saves in the background, within a quarter of a second; one save at a time. */
  saveSoon(): void {
    this.#saving.soon();
  }

  /** Tells of a failure of this logger, the first time. */
  warnOnce(error: unknown): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    process.emitWarning(
      `${this.constructor.name} cannot write to ${this.place}; training goes on without it: ${reasonOf(error)}`,
    );
  }

  /** Where it writes, for warnings. */
  protected get place(): string {
    return this.logDir ?? this.saveDir ?? this.name;
  }

  /** Names as they are logged. */
  protected withPrefix<T>(metrics: Readonly<Record<string, T>>, prefix: string): Readonly<Record<string, T>> {
    if (prefix === '') return metrics;
    return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [`${prefix}-${name}`, value]));
  }
}

/** An error's words; those of its cause too, where the reason is: `fetch failed` alone tells nothing. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${reasonOf(error.cause)}` : error.message;
}
