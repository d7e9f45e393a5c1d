import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { CheckpointError, codeOf, describeSystemError } from './checkpointError.js';
import { ELEMENT_TYPES } from './elementTypes.js';
import {
  damaged,
  MAX_HEADER_BYTES,
  PREFIX_BYTES,
  parseHeader,
  quote,
  type SafetensorsHeader,
} from './safetensorsHeader.js';
import type { TensorData } from './tensorData.js';

/** Below Node's limit of 2 GiB for one read. */
const MAX_READ_BYTES = 1 << 30;

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
  const sizeBytes = await sizeOf(path);
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  try {
    const headerBytes = await readHeaderLength(path, handle, sizeBytes);
    const header = await readBytes(path, handle, PREFIX_BYTES, headerBytes);
    if (header[0] !== 0x7b) throw damaged(path, 'its header does not begin with `{`.');
    const dataStart = PREFIX_BYTES + headerBytes;
    const parsed = parseHeader(path, header, sizeBytes - dataStart);
    const read = (name: string) => readTensor(path, handle, dataStart, parsed, name);
    return await use({ ...parsed, path, sizeBytes, read });
  } finally {
    await handle.close();
  }
}

/** Asked before opening: a named pipe would block for ever. */
async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(async (cause: unknown) => {
    throw codeOf(cause) === 'ENOENT' ? await missing(path, cause) : unreadable(path, cause);
  });
  if (found.isFile()) return found.size;
  throw new CheckpointError(path, {
    code: 'checkpoint-read',
    found: `is ${found.isDirectory() ? 'a folder' : 'not a regular file'}.`,
    fix: found.isDirectory() ? 'Give the path of the file in it.' : undefined,
  });
}

async function missing(path: string, cause: unknown): Promise<CheckpointError> {
  const names = await readdir(dirname(path)).catch(() => undefined);
  const others = names?.filter((name) => name.endsWith('.ckpt')).sort() ?? [];
  const rest = others.length > 5 ? ` and ${others.length - 5} more` : '';
  return new CheckpointError(path, {
    code: 'checkpoint-missing',
    found: names ? 'does not exist.' : 'does not exist, nor does its folder.',
    fix: others.length > 0 ? `There are: ${others.slice(0, 5).join(', ')}${rest}.` : 'Check the path.',
    cause,
  });
}

async function readHeaderLength(path: string, handle: FileHandle, sizeBytes: number): Promise<number> {
  if (sizeBytes < PREFIX_BYTES) {
    throw new CheckpointError(path, {
      code: 'checkpoint-truncated',
      found: sizeBytes === 0 ? 'is empty.' : `has only ${sizeBytes} bytes.`,
      fix: 'Was the copy interrupted? Copy it again, or use an older checkpoint.',
    });
  }
  const prefix = await readBytes(path, handle, 0, PREFIX_BYTES);
  if (isTorchFile(prefix)) {
    throw new CheckpointError(path, {
      code: 'checkpoint-foreign',
      found: 'was written by PyTorch, not by Lightning for TypeScript; reading it is not built yet.',
      fix: "In Python, save the weights with safetensors.torch.save_file(checkpoint['state_dict'], 'weights.safetensors').",
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

/** A zip archive, or the pickle of the format before it. */
function isTorchFile(prefix: Uint8Array): boolean {
  const isZip = prefix[0] === 0x50 && prefix[1] === 0x4b && prefix[2] === 0x03 && prefix[3] === 0x04;
  const isPickle = prefix[0] === 0x80 && prefix[1] === 0x02;
  return isZip || (isPickle && prefix[7] !== 0); // as a length, 0x02_80 would have zeros on top
}

async function readTensor(
  path: string,
  handle: FileHandle,
  dataStart: number,
  { tensors }: SafetensorsHeader,
  name: string,
): Promise<TensorData> {
  const entry = tensors.get(name);
  if (!entry) {
    throw new CheckpointError(path, { code: 'checkpoint-tensor', found: `has no tensor ${quote(name)}.` });
  }
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
  const bytes = await readBytes(path, handle, dataStart + entry.begin, entry.end - entry.begin);
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

/** Just these bytes, in a buffer of their own. */
async function readBytes(
  path: string,
  handle: FileHandle,
  position: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = allocate(path, length);
  let filled = 0;
  while (filled < length) {
    const size = Math.min(length - filled, MAX_READ_BYTES);
    const { bytesRead } = await handle.read(bytes, filled, size, position + filled).catch((cause: unknown) => {
      throw unreadable(path, cause);
    });
    if (bytesRead === 0) {
      throw new CheckpointError(path, {
        code: 'checkpoint-truncated',
        found: `became shorter while it was read: it ended at byte ${position + filled}.`,
        fix: 'Is another program writing it? Try again when that is done.',
      });
    }
    filled += bytesRead;
  }
  return bytes;
}

function allocate(path: string, length: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(length);
  } catch (cause) {
    throw new CheckpointError(path, {
      code: 'checkpoint-read',
      found: `needs ${length} bytes of memory at once, more than there are.`,
      cause,
    });
  }
}

function unreadable(path: string, cause: unknown): CheckpointError {
  return new CheckpointError(path, {
    code: 'checkpoint-read',
    found: `could not be read: ${describeSystemError(cause)}.`,
    cause,
  });
}
