import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CheckpointError, codeOf, describeSystemError } from './checkpointError.js';

/** Below Node's limit of 2 GiB for one read. */
const MAX_READ_BYTES = 1 << 30;

/** An open file, or what stands in for one. */
export interface ByteSource {
  readonly path: string;
  /** Size of the whole file. */
  readonly sizeBytes: number;
  /**
   * Just these bytes, in a buffer of their own that begins with them.
   * @throws CheckpointError when they are not there
   */
  read(position: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Opens a file for reading and hands it to `use`; it is closed when `use` is done, also after a failure.
 * @throws CheckpointError when there is no such file, or it cannot be read
 */
export async function withFile<Result>(path: string, use: (file: ByteSource) => Promise<Result>): Promise<Result> {
  const sizeBytes = await sizeOf(path);
  const handle = await open(path, 'r').catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  try {
    return await use({ path, sizeBytes, read: (position, length) => readBytes(path, handle, position, length) });
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
