export { EvaluationLoop } from './evaluationLoop.js';
export { FitLoop, notALoop } from './fitLoop.js';
export type { OptimizationStep, StepResult } from './optimization/trainingStep.js';
export { PredictionLoop } from './predictionLoop.js';
export { Progress, type ProgressState } from './progress.js';
export type {
  BatchFeeder,
  EvaluationStage,
  HookCaller,
  HookResult,
  LoopLimits,
  ModuleHookName,
  RawBatch,
  RawBatches,
  Reporter,
  ResultSink,
  RunContext,
  RunSignals,
} from './runContext.js';
export { TrainingEpochLoop } from './trainingEpochLoop.js';
