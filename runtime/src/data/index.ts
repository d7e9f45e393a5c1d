export { BatchSampler, type SamplerOfBatches } from './batchSampler.js';
export { type Collated, defaultCollate } from './collate.js';
export type { ColumnDtype, NumericArray } from './columns.js';
export {
  CombinedLoader,
  type CombinedLoaderOptions,
  type CombinedLoaderState,
  type CombinedMode,
  isSeveralLoaders,
} from './combinedLoader.js';
export { ConcatDataset } from './concatDataset.js';
export { DataLoader, type DataLoaderConstructor, type LoadedBatch, type LoaderPass } from './dataLoader.js';
export type { Collate, DataLoaderOptions } from './dataLoaderOptions.js';
export type { BatchedDataset, DataSource, Dataset, SampleStream, TfDataset } from './dataset.js';
export { type IndexedData, isIndexed, type SampleOf } from './indexedData.js';
export type { DataLoaderState } from './passTracker.js';
export { RandomSampler } from './randomSampler.js';
export { randomSplit } from './randomSplit.js';
export type { Sampler } from './sampler.js';
export { SequentialSampler } from './sequentialSampler.js';
export { Subset, type SubsetConstructor } from './subset.js';
export { SubsetRandomSampler } from './subsetRandomSampler.js';
export { type ColumnTensors, type TensorColumn, TensorDataset } from './tensorDataset.js';
export { isTfDataset } from './tfDataset.js';
export { WeightedRandomSampler } from './weightedRandomSampler.js';
export { prepareWorkerModulesBy, type WorkerDatasetOptions, workerDataset } from './workerDataset.js';
export type { WorkerInfo } from './workerModule.js';
