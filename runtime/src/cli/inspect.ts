import { CheckpointError, type CheckpointFile, type TensorSummary, withCheckpointFile } from '../checkpoint/index.js';
import type { InspectRequest } from './args.js';
import { inspectionText } from './inspectionText.js';
import { entriesOf, toJson } from './plainJson.js';
import { statsOf, type TensorStats } from './tensorStats.js';

/** What `lightning inspect` tells of a file; all of it is fit for JSON but for numbers like NaN. */
export interface Inspection {
  readonly path: string;
  /** `lightning-tfjs`, `safetensors`, `torch` or `torch-legacy`. */
  readonly format: CheckpointFile['format'];
  readonly sizeBytes: number;
  /** Of the outermost level. */
  readonly keys: readonly string[];
  /** What a checkpoint holds besides `state_dict`, by its own keys; metadata of a safetensors file; else empty. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly isCheckpoint: boolean;
  readonly tensors: readonly InspectedTensor[];
}

/** One tensor of a file. */
export interface InspectedTensor extends TensorSummary {
  /** Undefined when they were not asked for, null when its numbers have none. */
  readonly stats?: TensorStats | null;
}

/**
 * `lightning inspect FILE`: prints what a checkpoint, a safetensors file or a file of torch's holds. Nothing of it runs.
 * @throws CheckpointError when it cannot be read
 */
export async function inspect(request: InspectRequest, print: (text: string) => Promise<void>): Promise<void> {
  const inspection = await withCheckpointFile(request.file, (file) => inspectFile(file, request.stats));
  await print(request.json ? JSON.stringify(toJson(inspection), undefined, 2) : inspectionText(inspection));
}

async function inspectFile(file: CheckpointFile, wantsStats: boolean): Promise<Inspection> {
  const { path, format, sizeBytes } = file;
  const content = entriesOf(file.content);
  const { state_dict: weights, ...fields } = content;
  const isCheckpoint = format === 'lightning-tfjs' || (weights !== undefined && content.epoch !== undefined);
  const tensors: InspectedTensor[] = [];
  for (const tensor of file.tensors) {
    tensors.push(wantsStats ? { ...tensor, stats: await readStats(file, tensor) } : tensor);
  }
  return {
    path,
    format,
    sizeBytes,
    // Ours keep their weights beside the other fields.
    keys: format === 'lightning-tfjs' ? ['state_dict', ...Object.keys(fields)] : Object.keys(content),
    fields: isCheckpoint || format === 'safetensors' ? fields : {},
    isCheckpoint,
    tensors,
  };
}

async function readStats(file: CheckpointFile, tensor: TensorSummary): Promise<TensorStats | null> {
  try {
    return statsOf(await file.read(tensor), tensor.dtype) ?? null;
  } catch (error) {
    if (error instanceof CheckpointError && error.code === 'checkpoint-dtype') return null;
    throw error;
  }
}
