/** `lightning-tfjs`: everything that a user's module, data module or script needs. */
import { useInitialBackend } from './accelerators/index.js';

export {
  Callback,
  ModelCheckpoint,
  type ModelCheckpointOptions,
  ModelSummary,
  TQDMProgressBar,
} from './callbacks/index.js';
export {
  type Checkpoint,
  CheckpointError,
  readCheckpoint,
  readCheckpointHeader,
  type TensorData,
} from './checkpoint/index.js';
export {
  type BatchSource,
  type EvalLoaders,
  type HParams,
  LightningDataModule,
  LightningModule,
  LightningOptimizer,
  type LogOptions,
  type LogValue,
  type OptimizerClosure,
  type OptimizerConfig,
  type Reduction,
  type StateDict,
  type StepOutput,
  type StepOutputs,
  type TrainLoader,
} from './core/index.js';
export {
  type Collate,
  DataLoader,
  type DataLoaderOptions,
  type Dataset,
  RandomSampler,
  type Sampler,
  SequentialSampler,
  TensorDataset,
} from './data/index.js';
export { LightningError, MisconfigurationError, RunError } from './errors/index.js';
export { CSVLogger, type CSVLoggerOptions, Logger } from './loggers/index.js';
export * as optim from './optim/index.js';
export type { RunEvent, RunKind, Stage } from './protocol/index.js';
export { seedEverything } from './random/index.js';
export * as tf from './tf.js';
export {
  type BatchLimit,
  type EvaluationArguments,
  type FitArguments,
  Trainer,
  type TrainerOptions,
  type TrainerStatus,
} from './trainer/index.js';

useInitialBackend();
