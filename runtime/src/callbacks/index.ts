export { Callback } from './callback.js';
export { ModelCheckpoint, type ModelCheckpointOptions } from './modelCheckpoint.js';
export { ModelSummary } from './modelSummary.js';
export { summarize } from './summarize.js';
export { type BarOutput, TQDMProgressBar } from './tqdmProgressBar.js';
