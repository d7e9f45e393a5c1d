export { type Launch, startChild } from './child.js';
export { locateNode, type NodeChoice, nodeOnPath, versionOf } from './nodeLocator.js';
export { Run, type RunChange, type RunEnd, type RunError, type RunLog } from './run.js';
export { isRunnable, type Runnable, type RunRequest, runArguments } from './runnable.js';
export { Runs, type RunsOptions } from './runs.js';
export { locateRuntime, type RuntimeChoice } from './runtimeLocator.js';
