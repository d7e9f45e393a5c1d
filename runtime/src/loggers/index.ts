export { CSVLogger, type CSVLoggerOptions } from './csvLogger.js';
export { type DummyExperiment, DummyLogger } from './dummyLogger.js';
export { Logger, type LoggerStatus } from './logger.js';
export { LoggerCollection } from './loggerCollection.js';
export { MLFlowLogger, type MLFlowLoggerOptions } from './mlFlowLogger.js';
export type {
  MlflowClient,
  MlflowExperiment,
  MlflowMetric,
  MlflowRun,
  MlflowStatus,
  MlflowText,
} from './mlflow/client.js';
export type { LogModel } from './savedCheckpoints.js';
export { TensorBoardLogger, type TensorBoardLoggerOptions } from './tensorBoardLogger.js';
export { type SummaryOptions, SummaryWriter, type SummaryWriterOptions } from './tensorboard/summaryWriter.js';
export { runFolder } from './versions.js';
export { type WandbExperiment, WandbLogger, type WandbLoggerOptions } from './wandbLogger.js';
