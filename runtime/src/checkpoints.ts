/** `lightning-tfjs/checkpoints`: looks into checkpoint files of any size and format. Loads neither tfjs nor the Trainer; needs Node. */
export { CheckpointError, type CheckpointErrorCode } from './checkpoint/checkpointError.js';
export type { TensorSummary } from './checkpoint/checkpointHeader.js';
export { compareWeights, type WeightComparison, type WeightDistance } from './checkpoint/compareWeights.js';
export { exportWeights } from './checkpoint/exportWeights.js';
export { type CheckpointFile, type CheckpointFileFormat, withCheckpointFile } from './checkpoint/openCheckpointFile.js';
export { type TensorStatistics, tensorStatistics } from './checkpoint/tensorStatistics.js';
export { TorchObject } from './checkpoint/torch/allowList.js';
