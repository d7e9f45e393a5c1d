export {
  type CheckpointEvent,
  type ErrorEvent,
  type LogEvent,
  type MetricsEvent,
  type ModuleSummaryRow,
  type PauseEvent,
  PROTOCOL_VERSION,
  type ProfiledAction,
  type ProfileEvent,
  type ProgressEvent,
  RUN_COMMANDS,
  RUN_END_REASONS,
  RUN_KINDS,
  type RunCommand,
  type RunEndedEvent,
  type RunEndReason,
  type RunEvent,
  type RunKind,
  type RunStartedEvent,
  type SourceLocation,
  STAGES,
  type Stage,
  type StageEvent,
  type WarningEvent,
  type WireNumber,
} from './events.js';
export { isRunCommand, isRunEvent, isSourceLocation, parseRunCommand, parseRunEvent } from './guards.js';
export { LineSplitter, MAX_COMMAND_LINE_BYTES, MAX_EVENT_LINE_BYTES } from './lineSplitter.js';
export { MAX_METRIC_CELLS, type MetricRow, type MetricRows, packMetrics, unpackMetrics } from './metricRows.js';
export type { CountColumn, MetricColumn, ValueColumn } from './packedColumns.js';
export { readSpans, SpanReader } from './spanReader.js';
export {
  type KernelShapes,
  type ProfileSpan,
  SPAN_CATEGORIES,
  SPAN_FORMAT,
  SPAN_FORMAT_VERSION,
  type SpanCategory,
  type SpanLimits,
  type SpanProfile,
  type SpanSampling,
} from './spans.js';
export { fromWireNumber, toWireNumber } from './wireNumber.js';
