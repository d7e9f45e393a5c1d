import { readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isWithin } from './uris.js';

/** A file on disk at one moment. */
export interface DiskFile {
  readonly version: string;
  /** Undefined when it was removed since we looked, or is not ours to read. */
  readonly text: () => string | undefined;
}

/** Places that are remembered; beyond that all are looked at again. */
const MAX_REMEMBERED = 50_000;

/**
 * Files on disk. Looking at the disk is most of the work of following an import, so what was found is remembered: in folders
 * that are watched until the watcher tells of a change, elsewhere until {@link lookAgain}.
 */
export class DiskFiles {
  readonly #maxSize: number;
  readonly #watched = new Map<string, DiskFile | undefined>();
  readonly #unwatched = new Map<string, DiskFile | undefined>();
  #folders: readonly string[] = [];

  /** @param maxSize in bytes; a larger file is as none */
  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  /** The file, or undefined when there is none of a size and kind that can be read. */
  file(uri: string): DiskFile | undefined {
    const memory = this.isWatched(uri) ? this.#watched : this.#unwatched;
    if (memory.has(uri)) return memory.get(uri);
    if (memory.size >= MAX_REMEMBERED) memory.clear();
    const file = look(uri, this.#maxSize);
    memory.set(uri, file);
    return file;
  }

  /** Changes of these folders will be told of; editors leave `node_modules` out. */
  watch(folders: readonly string[]): void {
    this.#folders = folders;
    this.#watched.clear();
    this.#unwatched.clear();
  }

  /** A file was written, made or removed; or a folder with all that was in it. */
  changed(uri: string): void {
    this.#watched.delete(uri);
    this.#unwatched.delete(uri);
  }

  /** A folder was made, removed or renamed. */
  folderChanged(folder: string): void {
    for (const uri of this.#watched.keys()) if (isWithin(uri, folder)) this.#watched.delete(uri);
    this.#unwatched.clear();
  }

  /** From now on what lies outside of the watched folders is looked at anew. */
  lookAgain(): void {
    this.#unwatched.clear();
  }

  /** True for a file whose changes will be told of. */
  isWatched(uri: string): boolean {
    return !uri.includes('/node_modules/') && this.#folders.some((folder) => isWithin(uri, folder));
  }
}

function look(uri: string, maxSize: number): DiskFile | undefined {
  if (!uri.startsWith('file:')) return undefined;
  try {
    const path = fileURLToPath(uri);
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats?.isFile() || stats.size > maxSize) return undefined;
    return { version: `disk ${stats.mtimeMs} ${stats.size}`, text: () => textOf(path) };
  } catch {
    return undefined; // no right to look, or no path
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // removed since we looked, or not ours to read: a base that cannot be read
  }
}
