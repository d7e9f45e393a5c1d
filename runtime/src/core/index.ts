export { LightningError, MisconfigurationError, RunError } from '../errors/index.js';
export type { AnyDataset, Datasets } from './datasetLoaders.js';
export { HOOK_NAMES, HOOKS, type HookName, LEGACY_HOOKS } from './hookTable.js';
export type { HParams } from './hyperparameters.js';
export { LightningDataModule } from './lightningDataModule.js';
export { LightningModule } from './lightningModule.js';
export { LightningOptimizer, type StepHandlers } from './lightningOptimizer.js';
export { type ModuleHost, setModuleHost } from './moduleHost.js';
export type {
  LRSchedulerConfig,
  LRSchedulerLike,
  LRSchedulerSettings,
  OptimizerConfig,
  OptimizerSettings,
} from './optimizerConfig.js';
export { fieldTensors, type NamedWeight } from './parameters.js';
export {
  type LogOptions,
  type LogSite,
  type LogValue,
  type MetricSets,
  type Reduction,
  ResultCollection,
} from './results.js';
export type { StateDict } from './stateDict.js';
export type {
  BatchSource,
  EvalLoaders,
  OptimizerClosure,
  StepOutput,
  StepOutputs,
  TrainLoader,
} from './types.js';
export { VERSION } from './version.js';
