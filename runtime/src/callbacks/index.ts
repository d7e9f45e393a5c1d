export type { AverageFunction, MultiAverageFunction } from './averagedWeights.js';
export { BackboneFinetuning, type BackboneFinetuningOptions } from './backboneFinetuning.js';
export { BaseFinetuning, type ModulePart } from './baseFinetuning.js';
export { BasePredictionWriter, type PredictionWriterOptions, type WriteInterval } from './basePredictionWriter.js';
export { BatchSizeFinder, type BatchSizeFinderOptions } from './batchSizeFinder.js';
export { Callback } from './callback.js';
export { CurrentRateAveraging } from './currentRateAveraging.js';
export { DeviceStatsMonitor, type DeviceStatsMonitorOptions } from './deviceStatsMonitor.js';
export { type DurationInput, toMilliseconds } from './duration.js';
export { EarlyStopping, type EarlyStoppingOptions, type EarlyStoppingReason } from './earlyStopping.js';
export { EMAWeightAveraging, type EMAWeightAveragingOptions } from './emaWeightAveraging.js';
export {
  GradientAccumulationScheduler,
  type GradientAccumulationSchedulerOptions,
} from './gradientAccumulationScheduler.js';
export { GradientNorms } from './gradientNorms.js';
export { type CallbackHook, LambdaCallback } from './lambdaCallback.js';
export { LearningRateFinder, type LearningRateFinderOptions } from './learningRateFinder.js';
export { LearningRateMonitor, type LearningRateMonitorOptions } from './learningRateMonitor.js';
export { ModelCheckpoint } from './modelCheckpoint.js';
export type { ModelCheckpointOptions } from './modelCheckpointOptions.js';
export { ModelPruning, type ModelPruningOptions } from './modelPruning.js';
export { ModelSummary, type ModelSummaryOptions } from './modelSummary.js';
export { NonFiniteGuard } from './nonFiniteGuard.js';
export { OnExceptionCheckpoint, type OnExceptionCheckpointOptions } from './onExceptionCheckpoint.js';
export { ProgressBar } from './progressBar.js';
export type { PruningAmount, PruningMethod } from './pruningMethods.js';
export { SpikeDetection, type SpikeDetectionOptions, TrainingSpikeError } from './spikeDetection.js';
export { StochasticWeightAveraging, type StochasticWeightAveragingOptions } from './stochasticWeightAveraging.js';
export { summarize } from './summarize.js';
export { ThroughputMonitor, type ThroughputMonitorOptions } from './throughputMonitor.js';
export { Timer, type TimerOptions } from './timer.js';
export { type BarOutput, TQDMProgressBar, type TQDMProgressBarOptions } from './tqdmProgressBar.js';
export { validatesOncePerEpoch } from './validationSchedule.js';
export { type AveragingMoment, WeightAveraging, type WeightAveragingOptions } from './weightAveraging.js';
