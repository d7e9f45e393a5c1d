import type { EvalLoaders, LightningDataModule, TrainLoader } from '../core/index.js';
import type { LRFinder, LRFindOptions, ScaleBatchSizeOptions } from '../tuner/index.js';

/** What an entry point takes besides the module. */
export interface FitArguments {
  trainDataloader?: TrainLoader;
  valDataloaders?: EvalLoaders;
  datamodule?: LightningDataModule;
  /**
   * Continue from this checkpoint: a path, an `https://` or `s3://` address, `'best'`, `'last'`, or `'hpc'` for the newest
   * `hpc_ckpt_<N>.ckpt` of the root folder.
   */
  ckptPath?: string;
  /** True: refuse a checkpoint of torch's that holds objects besides tensors and plain values. Nothing of a file is executed in any case. */
  weightsOnly?: boolean;
}

/** What tune takes besides the module. */
export interface TuneArguments extends Pick<FitArguments, 'trainDataloader' | 'valDataloaders' | 'datamodule'> {
  lrFind?: LRFindOptions;
  scaleBatchSize?: ScaleBatchSizeOptions;
}

/** What tune found. */
export interface TuneResult {
  lrFind?: LRFinder | null;
  scaleBatchSize?: number | null;
}

/** What validate, test and predict take besides the module. */
export interface EvaluationArguments {
  dataloaders?: EvalLoaders;
  datamodule?: LightningDataModule;
  /** Load these weights first: a path, an `https://` or `s3://` address, `'best'`, `'last'` or `'hpc'`. */
  ckptPath?: string;
  /** True: refuse a checkpoint of torch's that holds objects besides tensors and plain values. */
  weightsOnly?: boolean;
}
