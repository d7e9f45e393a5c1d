import { join } from 'node:path';
import { Logger } from './logger.js';
import { checkVersion, nextVersion, versionFolder } from './versions.js';

/** Where a logger's files go. */
export interface VersionOptions {
  /** Folder of the experiment below `saveDir`; default 'lightning_logs'; '' or null for none. */
  name?: string | null;
  /** Default: the next number. A text is the folder's name. */
  version?: number | string;
  /** Put before each metric's name, with a dash; default none. */
  prefix?: string;
}

/** Base of the loggers that write into `<saveDir>/<name>/version_<N>`. */
export abstract class VersionedLogger extends Logger {
  readonly #saveDir: string;
  readonly #name: string;
  readonly #prefix: string;
  #version: number | string | undefined;

  /**
   * @param saveDir the folder that holds all experiments
   * @throws MisconfigurationError for a version that is no folder name
   */
  constructor(saveDir: string, { name = 'lightning_logs', version, prefix = '' }: VersionOptions) {
    super();
    checkVersion(new.target.name, version);
    this.#saveDir = saveDir;
    this.#name = name ?? '';
    this.#version = version;
    this.#prefix = prefix;
  }

  get name(): string {
    return this.#name;
  }

  get version(): number | string {
    this.#version ??= nextVersion(this.rootDir);
    return this.#version;
  }

  override get saveDir(): string {
    return this.#saveDir;
  }

  override get rootDir(): string {
    return join(this.#saveDir, this.#name);
  }

  override get logDir(): string {
    return join(this.rootDir, versionFolder(this.version));
  }

  /** Names as they are logged. */
  protected prefixed<T>(metrics: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
    return this.withPrefix(metrics, this.#prefix);
  }
}
