import { headerOf, isCheckpoint, summarize } from './checkpointFile.js';
import type { TensorSummary } from './checkpointHeader.js';
import type { SafetensorsFile } from './safetensorsReader.js';
import { withSafetensors } from './safetensorsReader.js';
import type { TorchValues } from './torch/dtypes.js';
import { bytesOf, type TorchStorage, type TorchTensor } from './torch/tensor.js';
import { isTorchFile, summarizeTensors } from './torch/torchCheckpoint.js';
import { type OpenTorchFile, withTorchFile } from './torch/torchFile.js';

/** What a file of weights can be: a checkpoint of ours, safetensors of whichever program, or what `torch.save` wrote. */
export type CheckpointFileFormat = 'lightning-tfjs' | 'safetensors' | 'torch' | 'torch-legacy';

/** A file of weights of any format that can be read, without their values. */
export interface CheckpointFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly format: CheckpointFileFormat;
  /**
   * What it holds besides weights: a checkpoint's fields, metadata, what `torch.save` was given. Where a tensor belongs stands its
   * {@link TensorSummary}.
   */
  readonly content: unknown;
  readonly tensors: readonly TensorSummary[];
  /**
   * One tensor's values, in row-major order; only these are read from the file, so that a file may be larger than the memory.
   * @throws CheckpointError when they cannot be held
   */
  read(tensor: TensorSummary): Promise<TorchValues>;
  /**
   * One tensor's bytes as the file has them, row-major and little-endian, in pieces of that many bytes and a last one that may be
   * shorter; each piece is read when it is asked for, and begins at offset 0 of a buffer of its own. Of a file of torch's the
   * tensor's whole storage is read at once.
   * @throws CheckpointError when they cannot be read
   */
  pieces(tensor: TensorSummary, pieceBytes: number): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined>;
}

/**
 * Opens a file and hands it to `use`; it is closed when `use` is done. Costs the size of its header.
 * @throws CheckpointError when it is of no format that can be read, or not sound
 */
export async function withCheckpointFile<Result>(
  path: string,
  use: (file: CheckpointFile) => Promise<Result>,
): Promise<Result> {
  if (await isTorchFile(path)) return withTorchFile(path, async (file) => use(ofTorch(file)));
  return withSafetensors(path, async (file) => use(ofSafetensors(file)));
}

function ofSafetensors(file: SafetensorsFile): CheckpointFile {
  const { path, sizeBytes } = file;
  const read = async ({ name }: TensorSummary) => (await file.read(name)).data;
  const pieces = ({ name }: TensorSummary, pieceBytes: number) => file.pieces(name, pieceBytes);
  if (isCheckpoint(file)) {
    const { tensors, fields } = headerOf(file);
    return { path, sizeBytes, format: 'lightning-tfjs', content: fields, tensors, read, pieces };
  }
  const tensors = [...file.tensors.values()].map(summarize);
  const content = Object.fromEntries(file.metadata);
  return { path, sizeBytes, format: 'safetensors', content, tensors, read, pieces };
}

function ofTorch(file: OpenTorchFile): CheckpointFile {
  const { path, sizeBytes } = file;
  const origins = new Map<TensorSummary, TorchTensor>();
  const content = summarizeTensors(file.content, origins);
  let loaded: TorchStorage | undefined;
  const load = async (summary: TensorSummary) => {
    const tensor = origins.get(summary);
    if (!tensor) throw new RangeError(`${summary.name} is a tensor of another file.`);
    // One storage at a time; those that stand together in the file often share one.
    if (loaded && loaded !== tensor.storage) loaded.bytes = undefined;
    loaded = tensor.storage;
    await file.load(loaded);
    return tensor;
  };
  const read = async (summary: TensorSummary) => (await load(summary)).values();
  async function* pieces(summary: TensorSummary, pieceBytes: number) {
    const bytes = bytesOf(await load(summary));
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.slice(at, at + pieceBytes);
  }
  const format = file.format === 'legacy' ? 'torch-legacy' : 'torch';
  return { path, sizeBytes, format, content, tensors: [...origins.keys()], read, pieces };
}
