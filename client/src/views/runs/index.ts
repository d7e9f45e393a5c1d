export { formatDuration, stateText } from './runItem.js';
export { RUN_ORDERS, type RunFilter, type RunOrder, RunTree } from './runTree.js';
export { watchRuns } from './watchRuns.js';
