import type { ModelCheckpoint } from '../callbacks/index.js';
import type { LightningModule } from '../core/index.js';
import type { Logger, LoggerStatus } from './logger.js';

/** A run's loggers as one. What one of them throws is told once, and keeps neither the others nor training from going on. */
export class LoggerCollection {
  readonly #loggers: readonly Logger[];

  constructor(loggers: readonly Logger[]) {
    this.#loggers = loggers;
  }

  /** Awaited before the run's first hook. */
  async start(): Promise<void> {
    for (const logger of this.#loggers) await this.#guard(logger, () => logger.start());
  }

  logMetrics(metrics: Readonly<Record<string, number>>, step: number): void {
    for (const logger of this.#loggers) {
      try {
        logger.logMetrics(metrics, step);
        logger.saveSoon();
      } catch (error) {
        logger.warnOnce(error);
      }
    }
  }

  /** @param hparams undefined: there are none to log */
  logHyperparams(hparams: Readonly<Record<string, unknown>> | undefined, module: LightningModule): void {
    for (const logger of this.#loggers) {
      try {
        if (hparams) logger.logHyperparams(hparams);
        logger.logGraph(module);
        logger.saveSoon();
      } catch (error) {
        logger.warnOnce(error);
      }
    }
  }

  async afterSaveCheckpoint(checkpoint: ModelCheckpoint): Promise<void> {
    for (const logger of this.#loggers) await this.#guard(logger, () => logger.afterSaveCheckpoint(checkpoint));
  }

  async finalize(status: LoggerStatus): Promise<void> {
    for (const logger of this.#loggers) await this.#guard(logger, () => logger.finalize(status));
  }

  async #guard(logger: Logger, task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      logger.warnOnce(error);
    }
  }
}
