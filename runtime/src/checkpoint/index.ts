export type { Checkpoint } from './checkpoint.js';
export { CheckpointError, type CheckpointErrorCode } from './checkpointError.js';
export {
  type CheckpointHeader,
  readCheckpoint,
  readCheckpointHeader,
  type TensorSummary,
  writeCheckpoint,
} from './checkpointFile.js';
export { type SafetensorsFile, withSafetensors } from './safetensorsReader.js';
export { isTensorData, TENSOR_DTYPES, type TensorData, type TensorDtype } from './tensorData.js';
export { readSafetensors, type SafetensorsContent, writeSafetensorsFile } from './weightsFile.js';
