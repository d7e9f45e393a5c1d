import { atomicWrite } from './atomicWrite.js';
import { CheckpointError } from './checkpointError.js';
import { safetensorsDtypeOf } from './elements.js';
import { withCheckpointFile } from './openCheckpointFile.js';
import { MAX_HEADER_BYTES, PREFIX_BYTES, quote } from './safetensorsHeader.js';
import { weightsOf } from './weights.js';

/** How much is held in memory at once. */
const PIECE_BYTES = 1 << 22;
/** The format's own, so that tensors can be mapped into memory. */
const ALIGNMENT = 8;

/**
 * Writes a file's weights alone, under the module's names, as a plain safetensors file that any program of that format opens. Bytes
 * are copied as they are, a piece at a time; at every moment the old file or the new one stands at `target`.
 * @returns how many tensors and bytes were written
 * @throws CheckpointError when the file cannot be read or written, holds no weights, or numbers that safetensors have no name for
 */
export async function exportWeights(
  path: string,
  target: string,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (written: number, total: number) => void } = {},
): Promise<{ readonly tensors: number; readonly sizeBytes: number }> {
  return withCheckpointFile(path, async (file) => {
    const weights = [...weightsOf(file)];
    if (weights.length === 0) {
      throw new CheckpointError(path, { code: 'checkpoint-foreign', found: 'holds no weights.' });
    }
    const entries: [string, unknown][] = [['__metadata__', { format: 'pt' }]];
    let total = 0;
    for (const [name, { dtype: stored, shape, sizeBytes }] of weights) {
      const dtype = safetensorsDtypeOf(stored);
      if (!dtype || name === '__metadata__') throw unnamed(path, name, stored);
      entries.push([name, { dtype, shape, data_offsets: [total, total + sizeBytes] }]);
      total += sizeBytes;
    }
    const header = headerBytes(path, Object.fromEntries(entries));
    await atomicWrite(target, async (handle) => {
      await handle.writeFile(header);
      let written = 0;
      for (const [, tensor] of weights) {
        for await (const piece of file.pieces(tensor, PIECE_BYTES)) {
          signal?.throwIfAborted();
          await handle.writeFile(piece);
          written += piece.length;
          onProgress?.(written, total);
        }
      }
    }).catch((error: unknown) => {
      signal?.throwIfAborted(); // else the abort would be reported as a fault of the disk
      throw error;
    });
    return { tensors: weights.length, sizeBytes: header.length + total };
  });
}

function headerBytes(path: string, header: object): Buffer {
  const json = Buffer.from(JSON.stringify(header));
  const length = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  if (length > MAX_HEADER_BYTES) {
    throw new CheckpointError(path, {
      code: 'checkpoint-limit',
      found: 'has more weights than a safetensors file holds.',
    });
  }
  const bytes = Buffer.alloc(PREFIX_BYTES + length, ' ');
  bytes.writeBigUInt64LE(BigInt(length));
  json.copy(bytes, PREFIX_BYTES);
  return bytes;
}

function unnamed(path: string, name: string, dtype: string): CheckpointError {
  return new CheckpointError(path, {
    code: 'checkpoint-dtype',
    found: `holds the weight ${quote(name)} as ${dtype}, which a safetensors file cannot hold.`,
  });
}
