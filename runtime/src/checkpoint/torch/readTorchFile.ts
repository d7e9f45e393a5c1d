import { type OpenTorchFile, withTorchFile } from './torchFile.js';

/** All that a file of torch's holds. */
export interface TorchFile {
  /**
   * What was given to `torch.save`: dicts as objects (as Maps where a key is not text), lists as arrays, tuples as frozen ones, sets
   * as Sets, bytes as Uint8Arrays, integers beyond 2^53 as bigints, dtypes, devices and paths as text, tensors as TorchTensors. An
   * object of any other class is a TorchObject, of which only the name is kept.
   */
  readonly content: unknown;
  readonly sizeBytes: number;
  /** `legacy` for files from before torch 1.6. */
  readonly format: 'zip' | 'legacy';
}

/**
 * Reads what `torch.save` wrote: a checkpoint of PyTorch Lightning's, weights alone, anything else. Nothing in the file is executed:
 * its pickle is interpreted as data. Takes memory of about the file's size.
 * @throws CheckpointError that says what is wrong with the file
 * @example
 * const { content } = await readTorchFile('model.pt');
 */
export async function readTorchFile(path: string): Promise<TorchFile> {
  return withTorchFile(path, loadAll);
}

/** The same for a file that is open. */
export async function loadAll(file: OpenTorchFile): Promise<TorchFile> {
  for (const storage of file.storages) await file.load(storage);
  const { content, sizeBytes, format } = file;
  return { content, sizeBytes, format };
}
