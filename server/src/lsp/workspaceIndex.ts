import type { Analyzer } from '../analysis/index.js';
import type { DocumentFiles } from './documentFiles.js';
import { isFolder, isSkipped, isSource, walkFolder } from './folderWalk.js';
import { Cancelled, inSlices } from './turns.js';
import { isWithin } from './uris.js';

/** How far the index is. */
export interface IndexState {
  /** Null when there is nothing left to do. */
  readonly progress: { readonly done: number; readonly total: number } | null;
  /** The workspace has more files than are looked at. */
  readonly isLimited: boolean;
}

/** Source files of a workspace that are looked at; those beyond are known only while they are open. */
export const MAX_FILES = 20_000;

const CONFIG_FILE = /\/(package|[\w.-]*config[\w.-]*)\.json$/;

/** Keeps the analysis informed of the closed files of the workspace's folders. */
export class WorkspaceIndex {
  readonly #analyzer: Analyzer;
  readonly #host: DocumentFiles;
  readonly #onProgress: () => void;
  readonly #onError: (error: unknown) => void;
  readonly #limit: number;
  /** Source files that were taken, of interest or not. */
  readonly #files = new Set<string>();
  #folders: readonly string[] = [];
  #running: AbortController | null = null;
  #done: Promise<void> = Promise.resolve();
  #state: IndexState = { progress: null, isLimited: false };

  /**
   * @param onProgress told whenever {@link state} is another one
   * @param onError told of what went wrong with a file; the others are indexed all the same
   * @param limit of source files
   */
  constructor(
    analyzer: Analyzer,
    files: DocumentFiles,
    onProgress: () => void,
    onError: (error: unknown) => void,
    limit = MAX_FILES,
  ) {
    this.#analyzer = analyzer;
    this.#host = files;
    this.#onProgress = onProgress;
    this.#onError = onError;
    this.#limit = limit;
  }

  get state(): IndexState {
    return this.#state;
  }

  /** The workspace's folders, as canonical URIs without a slash at the end. */
  get folders(): readonly string[] {
    return this.#folders;
  }

  /** The workspace has these folders now: new ones are looked through, and what lies in none of them is forgotten. */
  setFolders(folders: readonly string[]): void {
    const isNew = folders.some((folder) => !this.#folders.includes(folder));
    this.#folders = folders;
    for (const uri of this.#files) {
      if (folders.some((folder) => isWithin(uri, folder))) continue;
      this.#files.delete(uri);
      this.#analyzer.unindex(uri);
    }
    for (const uri of this.#host.manifests) if (!this.#folderOf(uri)) this.#host.manifests.delete(uri);
    this.#analyzer.configChanged();
    if (isNew || this.#state.progress) this.#start(folders);
  }

  /** Stops looking. What was found stays known. */
  cancel(): void {
    this.#running?.abort();
  }

  /** A file or a folder was written, made or removed on disk. */
  changed(uri: string): void {
    if (CONFIG_FILE.test(uri)) this.#configChanged(uri);
    else if (isSource(uri) || uri.endsWith('.d.ts')) this.#sourceChanged(uri);
    else this.#folderChanged(uri);
  }

  #configChanged(uri: string): void {
    this.#host.disk.changed(uri);
    if (uri.endsWith('/package.json')) {
      if (this.#folderOf(uri) && this.#host.disk.file(uri)) this.#host.manifests.add(uri);
      else this.#host.manifests.delete(uri);
    }
    this.#analyzer.configChanged();
  }

  #sourceChanged(uri: string): void {
    this.#host.disk.changed(uri);
    this.#analyzer.changed(uri);
    if (!isSource(uri)) return;
    const isThere = this.#folderOf(uri) !== undefined && this.#host.disk.file(uri) !== undefined;
    if (isThere && (this.#files.has(uri) || this.#files.size < this.#limit)) {
      this.#index(uri);
    } else {
      this.#files.delete(uri);
      this.#analyzer.unindex(uri);
    }
  }

  /** Watchers tell of a folder that was moved or removed, and not of each file in it. */
  #folderChanged(folder: string): void {
    this.#host.disk.folderChanged(folder);
    let isKnown = false;
    for (const uri of [...this.#files]) {
      if (!isWithin(uri, folder)) continue;
      isKnown = true;
      this.#sourceChanged(uri);
    }
    for (const uri of [...this.#host.manifests]) if (isWithin(uri, folder)) this.#configChanged(uri);
    if (isKnown || !isFolder(folder) || !this.#folderOf(`${folder}/x`)) return;
    // A walk that is under way begins anew: it may have passed by.
    this.#start(this.#state.progress ? this.#folders : [folder]);
  }

  /** The folder of the workspace that holds a file which belongs to the index. */
  #folderOf(uri: string): string | undefined {
    return this.#folders.find((folder) => isWithin(uri, folder) && !isSkipped(uri, folder));
  }

  #start(folders: readonly string[]): void {
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    const before = this.#done;
    this.#tell({ done: 0, total: 0 });
    this.#done = before.then(() => this.#run(folders, running.signal));
  }

  async #run(folders: readonly string[], signal: AbortSignal): Promise<void> {
    const pause = inSlices({
      get isCancellationRequested() {
        return signal.aborted;
      },
    });
    try {
      const sources: string[] = [];
      let isLimited = false;
      for (const folder of folders) {
        const found = await walkFolder(folder, this.#limit - sources.length, pause);
        sources.push(...found.sources);
        isLimited ||= found.isLimited;
        for (const uri of found.manifests) this.#host.manifests.add(uri);
      }
      if (isLimited) this.#state = { ...this.#state, isLimited };
      this.#analyzer.configChanged();
      for (const [done, uri] of sources.entries()) {
        const pausing = pause();
        if (pausing) {
          this.#tell({ done, total: sources.length });
          await pausing;
        }
        this.#index(uri);
      }
    } catch (error) {
      if (!(error instanceof Cancelled)) this.#onError(error);
    } finally {
      if (this.#running?.signal === signal) this.#tell(null);
    }
  }

  #index(uri: string): void {
    this.#files.add(uri);
    try {
      this.#analyzer.index(uri);
    } catch (error) {
      this.#onError(error);
    }
  }

  #tell(progress: IndexState['progress']): void {
    this.#state = { ...this.#state, progress };
    this.#onProgress();
  }
}
