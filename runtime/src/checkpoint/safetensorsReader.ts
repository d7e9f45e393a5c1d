import { basename } from 'node:path';
import { CheckpointError } from './checkpointError.js';
import { ELEMENT_TYPES } from './elementTypes.js';
import { type ByteSource, withFile } from './fileReader.js';
import {
  damaged,
  MAX_HEADER_BYTES,
  PREFIX_BYTES,
  parseHeader,
  quote,
  type SafetensorsHeader,
  type TensorEntry,
} from './safetensorsHeader.js';
import type { TensorData } from './tensorData.js';
import { SIGNATURE_BYTES, torchFormatOf } from './torch/format.js';

/** A safetensors file whose header was read and checked. Tensors are read when they are asked for. */
export interface SafetensorsFile extends SafetensorsHeader {
  readonly path: string;
  /** Size of the whole file. */
  readonly sizeBytes: number;
  /**
   * The values of one tensor, which the caller owns. Types that tfjs lacks are converted, see {@link ELEMENT_TYPES}.
   * @throws CheckpointError when there is no such tensor, or its values cannot be held
   */
  read(name: string): Promise<TensorData>;
  /**
   * The bytes of one tensor in pieces of so many bytes, each read when it is asked for.
   * @throws CheckpointError when there is no such tensor, or it cannot be read
   */
  pieces(name: string, pieceBytes: number): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined>;
}

/**
 * Opens a file, reads its header and hands it to `use`; the file is closed when `use` is done, also after a failure.
 * Costs the header's size in memory, and what `use` reads.
 * @throws CheckpointError when it is not a sound safetensors file
 */
export async function withSafetensors<Result>(
  path: string,
  use: (file: SafetensorsFile) => Promise<Result>,
): Promise<Result> {
  return withFile(path, async (file) => {
    const { sizeBytes } = file;
    const headerBytes = await readHeaderLength(file);
    const header = await file.read(PREFIX_BYTES, headerBytes);
    if (header[0] !== 0x7b) throw damaged(path, 'its header does not begin with `{`.');
    const dataStart = PREFIX_BYTES + headerBytes;
    const parsed = parseHeader(path, header, sizeBytes - dataStart);
    return use({
      ...parsed,
      path,
      sizeBytes,
      read: (name) => readTensor(file, dataStart, parsed, name),
      pieces: (name, pieceBytes) => readPieces(file, dataStart, entryOf(path, parsed, name), pieceBytes),
    });
  });
}

async function readHeaderLength({ path, sizeBytes, read }: ByteSource): Promise<number> {
  if (sizeBytes < PREFIX_BYTES) {
    throw new CheckpointError(path, {
      code: 'checkpoint-truncated',
      found: sizeBytes === 0 ? 'is empty.' : `has only ${sizeBytes} bytes.`,
      fix: 'Was the copy interrupted? Copy it again, or use an older checkpoint.',
    });
  }
  const prefix = await read(0, PREFIX_BYTES);
  if (torchFormatOf(await read(0, Math.min(SIGNATURE_BYTES, sizeBytes)))) {
    throw new CheckpointError(path, {
      code: 'checkpoint-foreign',
      found: 'was written by PyTorch; it is not a safetensors file.',
      fix: 'Read it with readTorchFile(path), or as a checkpoint with readCheckpoint(path).',
    });
  }
  const length = new DataView(prefix.buffer).getBigUint64(0, true);
  if (length > MAX_HEADER_BYTES) {
    throw new CheckpointError(path, {
      code: 'checkpoint-foreign',
      found: `is not a safetensors file: its first 8 bytes announce a header of ${length} bytes, where ${MAX_HEADER_BYTES} are the limit.`,
      fix: `Is ${basename(path)} the right file?`,
    });
  }
  if (length > sizeBytes - PREFIX_BYTES) {
    throw new CheckpointError(path, {
      code: 'checkpoint-truncated',
      found: `is truncated: its header has ${length} bytes, the file only ${sizeBytes}.`,
      fix: 'Was the copy interrupted? Copy it again, or use an older checkpoint.',
    });
  }
  return Number(length);
}

async function readTensor(
  file: ByteSource,
  dataStart: number,
  header: SafetensorsHeader,
  name: string,
): Promise<TensorData> {
  const { path } = file;
  const entry = entryOf(path, header, name);
  const read = ELEMENT_TYPES.get(entry.dtype)?.read;
  if (!read) {
    throw new CheckpointError(path, {
      code: 'checkpoint-dtype',
      found: `holds tensor ${quote(name)} as ${entry.dtype}, which cannot be read.`,
      allowed: [...ELEMENT_TYPES]
        .filter(([, type]) => type.read)
        .map(([dtype]) => dtype)
        .join(', '),
      fix: 'Convert it to float32 where the file was made.',
    });
  }
  const bytes = await file.read(dataStart + entry.begin, entry.end - entry.begin);
  try {
    return { ...read(bytes), shape: entry.shape };
  } catch (cause) {
    throw new CheckpointError(path, {
      code: 'checkpoint-dtype',
      found: `holds tensor ${quote(name)} as ${entry.dtype}, but ${cause instanceof Error ? cause.message : String(cause)}.`,
      cause,
    });
  }
}

async function* readPieces(file: ByteSource, dataStart: number, { begin, end }: TensorEntry, pieceBytes: number) {
  for (let at = begin; at < end; at += pieceBytes)
    yield await file.read(dataStart + at, Math.min(pieceBytes, end - at));
}

function entryOf(path: string, { tensors }: SafetensorsHeader, name: string): TensorEntry {
  const entry = tensors.get(name);
  if (entry) return entry;
  throw new CheckpointError(path, { code: 'checkpoint-tensor', found: `has no tensor ${quote(name)}.` });
}
