export { LightningError, MisconfigurationError, RunError } from '../errors/index.js';
export type { ClipAlgorithm } from './clipGradients.js';
export type { AnyDataset, Datasets } from './datasetLoaders.js';
export { isParameter, setRequiresGrad } from './freezing.js';
export { HOOK_NAMES, HOOKS, type HookName, type HookOwner, LEGACY_HOOKS } from './hookTable.js';
export type { HParams, SaveHyperparametersOptions } from './hyperparameters.js';
export { LightningDataModule } from './lightningDataModule.js';
export { LightningModule } from './lightningModule.js';
export { LightningOptimizer, type StepHandlers } from './lightningOptimizer.js';
export type { HyperparametersOf, LoadModuleOptions, LoadOptions } from './loadFromCheckpoint.js';
export type { LogOptions, ReduceFx, Reduction } from './logOptions.js';
export { mergeHyperparameters } from './mergeHyperparameters.js';
export type { MetricObject } from './metricObject.js';
export { type ModuleHost, setModuleHost } from './moduleHost.js';
export { nearestHook } from './nearestHook.js';
export type {
  LRSchedulerConfig,
  LRSchedulerLike,
  LRSchedulerSettings,
  OptimizerConfig,
  OptimizerSettings,
} from './optimizerConfig.js';
export { parameterCount } from './parameterCount.js';
export { fieldTensors, type NamedWeight, nestedModules, weightsIn } from './parameters.js';
export { type LogSite, type LogValue, type MetricSets, ResultCollection } from './results.js';
export { loadWeights, type ReadTensor, readTensor, readWeights, type StateDict } from './stateDict.js';
export { toggle, untoggle } from './toggling.js';
export type {
  BatchSource,
  EvalLoaders,
  OptimizerClosure,
  StepOutput,
  StepOutputs,
  TrainLoader,
} from './types.js';
export { VERSION } from './version.js';
