export { checkpointDrag, dropCheckpoints } from './checkpointDrop.js';
export { type CheckpointFile, CheckpointIndex, type RunDirectory } from './checkpointIndex.js';
export { type CheckpointItem, type CheckpointNode, CheckpointTree, isCheckpointItem } from './checkpointTree.js';
export { watchCheckpoints } from './watchCheckpoints.js';
