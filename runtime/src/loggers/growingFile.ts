import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A file that only grows. What could not be written whole is written again at the same place, so that no piece is there twice. */
export class GrowingFile {
  readonly path: string;
  #size = 0;
  #exists = false;

  /** The file of before, if there is one, is replaced with the first write. */
  constructor(path: string) {
    this.path = path;
  }

  /** Bytes that are surely written. */
  get size(): number {
    return this.#size;
  }

  /** Adds to the end; the folder is made when needed. Rejects with the system's own error. */
  async append(bytes: Uint8Array): Promise<void> {
    if (!this.#exists) await mkdir(dirname(this.path), { recursive: true });
    const handle = await open(this.path, this.#exists ? 'r+' : 'w');
    try {
      this.#exists = true;
      await writeAll(handle, bytes, this.#size);
      this.#size += bytes.length;
    } finally {
      await handle.close();
    }
  }

  /** Takes note that the file was replaced by one of this size. */
  replaced(size: number): void {
    this.#exists = true;
    this.#size = size;
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
