import type { TensorSummary } from './checkpointHeader.js';
import type { CheckpointFile } from './openCheckpointFile.js';

const WEIGHTS = 'state_dict.';

/** A file's weights by the module's names: of a checkpoint those of its `state_dict`, of another file all its tensors. */
export function weightsOf({ tensors }: CheckpointFile): Map<string, TensorSummary> {
  const weights = tensors.filter(({ name }) => name.startsWith(WEIGHTS));
  if (weights.length === 0) return new Map(tensors.map((tensor) => [tensor.name, tensor]));
  return new Map(weights.map((tensor) => [tensor.name.slice(WEIGHTS.length), tensor]));
}
