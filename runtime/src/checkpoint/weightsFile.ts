import { atomicWrite } from './atomicWrite.js';
import { withSafetensors } from './safetensorsReader.js';
import { writeSafetensors } from './safetensorsWriter.js';
import type { TensorData } from './tensorData.js';

/** A safetensors file's tensors and metadata. */
export interface SafetensorsContent {
  readonly tensors: ReadonlyMap<string, TensorData>;
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * Reads a whole safetensors file, from whichever program. float16, bfloat16 and float64 become float32; integers become
 * int32.
 * @throws CheckpointError when it is not a sound file, or holds values that fit neither
 */
export async function readSafetensors(path: string): Promise<SafetensorsContent> {
  return withSafetensors(path, async (file) => {
    const tensors = new Map<string, TensorData>();
    for (const name of file.tensors.keys()) tensors.set(name, await file.read(name));
    return { tensors, metadata: file.metadata };
  });
}

/**
 * Writes tensors as a safetensors file that torch and others read; the old file stays until the new one is complete.
 * @returns the size of the file in bytes
 * @throws CheckpointError when it cannot be written
 */
export async function writeSafetensorsFile(
  path: string,
  tensors: ReadonlyMap<string, TensorData>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<number> {
  let sizeBytes = 0;
  await atomicWrite(path, async (handle) => {
    sizeBytes = await writeSafetensors(path, handle, tensors, metadata);
  });
  return sizeBytes;
}
