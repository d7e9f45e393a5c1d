import { createHash, randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { CheckpointError, codeOf, describeSystemError } from './checkpointError.js';

// Several machines may write into one shared folder, and a process id says nothing about another machine's processes.
const HOST = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
const TEMPORARY = /^\..*\.(\d+)-([0-9a-f]{8})\.[0-9a-f]{8}\.tmp$/s;
/** Long names are cut in the temporary name, which must not exceed 255 bytes. */
const MAX_NAME_LENGTH = 40;

/**
 * Writes a file so that at every moment the old one or the new one stands at `path`: into a temporary file in the same
 * folder, to disk, then renamed. Makes the folder. Temporary files of processes that were killed are removed.
 * @param write writes the content; the handle is borrowed
 * @throws CheckpointError when something failed; the old file is then untouched
 */
export async function atomicWrite(path: string, write: (handle: FileHandle) => Promise<void>): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, temporaryName(basename(path)));
  try {
    await mkdir(folder, { recursive: true });
    await removeStale(folder);
    await writeDurably(temporary, write);
    await rename(temporary, path);
    await syncFolder(folder);
  } catch (cause) {
    await unlink(temporary).catch(() => {}); // it may not exist; the first failure is the one to report
    if (cause instanceof CheckpointError) throw cause;
    throw new CheckpointError(path, {
      code: 'checkpoint-write',
      found: `could not be written: ${describeSystemError(cause)}.`,
      fix: 'A checkpoint that was there before is untouched.',
      cause,
    });
  }
}

async function writeDurably(temporary: string, write: (handle: FileHandle) => Promise<void>): Promise<void> {
  const handle = await open(temporary, 'wx');
  try {
    await write(handle);
    await handle.sync(); // before the rename: a file system may do that first, and a power cut leave an empty file
  } finally {
    await handle.close();
  }
}

/** Makes the rename itself durable. Not every platform can open a folder; there the file system is trusted. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  try {
    await handle?.sync();
  } catch (error) {
    if (codeOf(error) === 'EIO') throw error;
  } finally {
    await handle?.close();
  }
}

/** Visible to nobody who lists `*.ckpt`, and tells which process on which machine it belongs to. */
function temporaryName(name: string): string {
  const unique = randomBytes(4).toString('hex');
  return `.${name.slice(0, MAX_NAME_LENGTH)}.${process.pid}-${HOST}.${unique}.tmp`;
}

async function removeStale(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, pid, host] = TEMPORARY.exec(name) ?? [];
    if (host !== HOST) continue;
    const temporary = join(folder, name);
    const isStale = Number(pid) === process.pid ? await isOlderThanThisProcess(temporary) : !isRunning(Number(pid));
    if (isStale) await unlink(temporary).catch(() => {}); // somebody else was faster, or it may not; harmless
  }
}

/** In a container, a restarted program often has the process id of the one before it. */
async function isOlderThanThisProcess(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  return found !== undefined && found.mtimeMs < Date.now() - process.uptime() * 1000;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}
