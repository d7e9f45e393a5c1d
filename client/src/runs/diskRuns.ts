import { readdir } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { type Disposable, Emitter } from '../emitter.js';
import { DiskRun } from './diskRun.js';
import type { RunNames } from './runNames.js';
import { isActive } from './runRecord.js';

/** Where runs keep their files, in a workspace folder, unless a logger says another place. */
export const LOGS_DIRECTORY = 'lightning_logs';

/** Older runs beyond these are not listed; their directories stay. */
const MAX_RUNS = 500;
/** So many files are opened at once. */
const AT_ONCE = 8;
/** So many runs that are over keep their metrics in memory, besides those that are looked at. */
const MAX_LOADED = 8;

/** What {@link DiskRuns} needs from outside. */
export interface DiskRunsOptions {
  readonly names: RunNames;
  readonly warn: (text: string) => void;
}

/** The runs in the run directories below some folders. Told of changes by whoever watches the folders; reads only what it must. */
export class DiskRuns implements Disposable {
  readonly #options: DiskRunsOptions;
  readonly #runs = new Map<string, DiskRun>();
  readonly #listeners = new Map<string, Disposable>();
  readonly #looking = new Map<string, Promise<void>>();
  readonly #changed = new Emitter<DiskRun>();
  readonly #loaded = new Set<DiskRun>();
  #isDisposed = false;
  /** True for a run of this window; `Runs` says which are. */
  isOwn: (run: DiskRun) => boolean = () => false;

  constructor(options: DiskRunsOptions) {
    this.#options = options;
  }

  /** All of them, in no order. */
  get all(): readonly DiskRun[] {
    return [...this.#runs.values()];
  }

  /** The run of a directory. */
  get(directory: string): DiskRun | undefined {
    return this.#runs.get(directory);
  }

  /** Calls `listener` when a run comes, changes or goes. */
  onChange(listener: (run: DiskRun) => void): Disposable {
    return this.#changed.on(listener);
  }

  /** Looks at every run directory right below `roots`, newest versions first, and forgets those that are elsewhere or gone. */
  async scan(roots: readonly string[]): Promise<void> {
    const found = (await Promise.all([...new Set(roots)].map(runDirectories))).flat();
    const wanted = found.sort(byNewest).slice(0, MAX_RUNS);
    const names = new Set(wanted);
    for (const directory of this.#runs.keys()) if (!names.has(directory)) this.forget(directory);
    const queue = wanted[Symbol.iterator]();
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (const directory of queue) await this.look(directory);
      }),
    );
  }

  /** A run directory is new, or something in it changed. */
  look(directory: string): Promise<void> {
    const before = this.#looking.get(directory) ?? Promise.resolve();
    const next = before.then(() => this.#lookNow(directory));
    this.#looking.set(directory, next);
    return next.finally(() => {
      if (this.#looking.get(directory) === next) this.#looking.delete(directory);
    });
  }

  /** A directory is gone: a run's, or one of several runs. A run whose process goes on stays, so that it can be stopped. */
  forget(directory: string): void {
    for (const [path, run] of this.#runs) {
      if (path !== directory && !path.startsWith(directory + sep)) continue;
      if (isActive(run)) continue;
      this.#runs.delete(path);
      this.#listeners.get(path)?.dispose();
      this.#listeners.delete(path);
      this.#loaded.delete(run);
      run.dispose();
      this.#changed.fire(run);
    }
  }

  dispose(): void {
    this.#isDisposed = true;
    for (const listener of this.#listeners.values()) listener.dispose();
    for (const run of this.#runs.values()) run.dispose();
    this.#runs.clear();
  }

  async #lookNow(directory: string): Promise<void> {
    const { names, warn } = this.#options;
    await names.read(directory);
    const known = this.#runs.get(directory);
    if (known) return known.refresh();
    if (this.#runs.size >= MAX_RUNS) this.#forgetOldest();
    const isOwn = (run: DiskRun) => this.isOwn(run);
    const run = await DiskRun.open(directory, { name: (path) => names.get(path), isOwn, warn });
    if (!run) return;
    if (this.#isDisposed) return run.dispose();
    this.#runs.set(directory, run);
    this.#listeners.set(
      directory,
      run.watch((change) => {
        if (change === 'loaded') this.#keepLoaded(run);
        this.#changed.fire(run);
      }),
    );
    this.#changed.fire(run);
  }

  #forgetOldest(): void {
    const oldest = [...this.#runs.keys()].sort(byNewest).findLast((path) => !isActive(this.#runs.get(path) as DiskRun));
    if (oldest !== undefined) this.forget(oldest);
  }

  #keepLoaded(run: DiskRun): void {
    this.#loaded.delete(run);
    this.#loaded.add(run);
    const idle = [...this.#loaded].filter((loaded) => loaded.isIdle && loaded !== run);
    for (const other of idle.slice(0, Math.max(0, this.#loaded.size - MAX_LOADED))) {
      this.#loaded.delete(other);
      void other.unload();
    }
  }
}

/** Directories, not links to some: a link may lead anywhere. */
async function runDirectories(root: string): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(root, name));
}

/** `version_10` before `version_9`. */
function byNewest(a: string, b: string): number {
  return dirname(a).localeCompare(dirname(b)) || b.localeCompare(a, 'en', { numeric: true });
}
