/**
 * Base of the loggers. `log…` never waits and never throws into training; `save` does the writing.
 * A logger that fails warns once, and training goes on.
 */
export abstract class Logger {
  #saving: Promise<void> | undefined;
  #hasFailed = false;

  /** Name of the experiment: a folder level in most loggers. */
  abstract get name(): string;
  /** This run's version: a number, or the text that was given. */
  abstract get version(): number | string;
  /** The run's folder. */
  abstract get logDir(): string;

  /** Takes a row of metrics. */
  abstract logMetrics(metrics: Readonly<Record<string, number>>, step: number): void;
  /** Takes the hyperparameters: plain values. */
  abstract logHyperparams(hparams: Readonly<Record<string, unknown>>): void;
  /** Writes what was taken so far. */
  abstract save(): Promise<void>;

  /** Ends the run: writes what is left. @param _status how it ended */
  async finalize(_status: 'success' | 'failed'): Promise<void> {
    await this.#saving;
    await this.#guardedSave();
  }

  /** Saves in the background; one save at a time. */
  saveSoon(): void {
    this.#saving ??= this.#guardedSave().finally(() => {
      this.#saving = undefined;
    });
  }

  async #guardedSave(): Promise<void> {
    try {
      await this.save();
    } catch (error) {
      if (this.#hasFailed) return;
      this.#hasFailed = true;
      process.emitWarning(
        `${this.constructor.name} cannot write to ${this.logDir}; training goes on without it: ${String(error)}`,
      );
    }
  }
}
