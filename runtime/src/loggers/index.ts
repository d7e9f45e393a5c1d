export { CSVLogger, type CSVLoggerOptions } from './csvLogger.js';
export { Logger } from './logger.js';
