import { MisconfigurationError } from '../errors/index.js';
import { CSVLogger, DummyLogger, type Logger, TensorBoardLogger } from '../loggers/index.js';
import type { ResolvedOptions } from './options.js';

/** @throws MisconfigurationError for what cannot log */
export function checkLoggers(given: ResolvedOptions['logger']): void {
  for (const logger of [given].flat() as readonly unknown[]) {
    const canLog =
      typeof logger === 'boolean' ||
      (typeof logger === 'object' && logger !== null && 'logMetrics' in logger && 'saveSoon' in logger);
    if (canLog && (typeof logger === 'object' || !Array.isArray(given))) continue;
    throw new MisconfigurationError({
      code: 'option-value',
      found: `\`logger\` ${Array.isArray(given) ? 'holds' : 'is'} ${typeof logger === 'object' && logger !== null ? `an instance of ${logger.constructor.name}` : String(logger)}.`,
      allowed: 'true, false, an object of a class that extends Logger, or a list of these',
    });
  }
}

/** The loggers that the options ask for. In a fast dev run one that writes nothing. */
export function loggersFor({ logger, defaultRootDir, fastDevRun, legacy }: ResolvedOptions): readonly Logger[] {
  const given = logger === true || logger === false ? [] : [logger].flat();
  if (logger !== true && given.length === 0) return [];
  if (fastDevRun > 0) return [new DummyLogger()];
  if (logger !== true) return given;
  const tensorBoard = new TensorBoardLogger(defaultRootDir);
  const { flushLogsEveryNSteps } = legacy;
  const csv = { version: tensorBoard.version, ...(flushLogsEveryNSteps !== undefined && { flushLogsEveryNSteps }) };
  return [tensorBoard, new CSVLogger(defaultRootDir, csv)];
}
