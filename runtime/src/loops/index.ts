export { EvaluationLoop } from './evaluationLoop.js';
export { FitLoop } from './fitLoop.js';
export { PredictionLoop } from './predictionLoop.js';
export { Progress, type ProgressState } from './progress.js';
export type {
  BatchFeeder,
  EvaluationStage,
  HookCaller,
  LoopLimits,
  ModuleHookName,
  RawBatch,
  Reporter,
  ResultSink,
  RunContext,
  RunSignals,
} from './runContext.js';
