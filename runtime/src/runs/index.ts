/** `lightning-tfjs/runs`: reads and follows run directories. Needs Node, and neither tfjs nor the Trainer. */
export { type FollowRunOptions, followRun } from './followRun.js';
export { type ReadRun, type ReadRunOptions, readRun } from './readRun.js';
export { mayBeRunning } from './runProcess.js';
export { type RunLimits, RunRecord, type RunState, type RunSummary } from './runRecord.js';
export type { RunSeries } from './seriesBuffer.js';
