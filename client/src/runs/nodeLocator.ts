import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { UserError } from '../userError.js';

/** The oldest major version of Node.js that the runtime works with. */
export const MINIMUM_NODE = 20;

/** The Node.js that a run is started with. */
export interface NodeChoice {
  readonly path: string;
  readonly version: string;
  /** Where it comes from: the setting, the user's PATH, or the editor itself. */
  readonly source: 'setting' | 'path' | 'editor';
  /** What the environment must hold besides. */
  readonly env: Readonly<Record<string, string>>;
}

/** Where to look for Node.js. */
export interface NodePlaces {
  /** The setting `lightning.nodePath`; empty when it is not set. */
  readonly setting: string;
  /** Absolute path of the user's own, when there is one. */
  readonly onPath: string | undefined;
  /** The editor's own. */
  readonly editor: { readonly path: string; readonly version: string };
  /** Asks a program for its version; rejects when it is none. */
  readonly versionOf: (path: string) => Promise<string>;
}

/**
 * The setting's when it is set; else the user's own, since native packages of the project are built for it; else the editor's,
 * which is always there. Throws `UserError` when the setting names none that works, or when the editor's own is too old.
 */
export async function locateNode({ setting, onPath, editor, versionOf }: NodePlaces): Promise<NodeChoice> {
  if (setting !== '') {
    if (!isAbsolute(setting))
      throw new UserError(`lightning.nodePath is '${setting}'. Write an absolute path, or leave it empty.`);
    const version = await versionOf(setting).catch((error: unknown) => {
      throw new UserError(`lightning.nodePath is '${setting}', which is no Node.js that starts: ${reason(error)}`);
    });
    if (!isNewEnough(version)) throw tooOld(`lightning.nodePath names Node.js ${version}`);
    return { path: setting, version, source: 'setting', env: {} };
  }
  const version = onPath === undefined ? undefined : await versionOf(onPath).catch(() => undefined);
  if (onPath !== undefined && version !== undefined && isNewEnough(version)) {
    return { path: onPath, version, source: 'path', env: {} };
  }
  if (!isNewEnough(editor.version)) {
    throw tooOld(version === undefined ? 'No Node.js was found on the PATH' : `The Node.js on the PATH is ${version}`);
  }
  // An editor's executable behaves as Node.js only when told so; where it is a plain Node.js, this changes nothing.
  return { ...editor, source: 'editor', env: { ELECTRON_RUN_AS_NODE: '1' } };
}

/** The first `node` on the PATH. Relative entries are left out: a program in the opened folder must not be picked up. */
export async function nodeOnPath(path: string | undefined): Promise<string | undefined> {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  for (const directory of (path ?? '').split(delimiter)) {
    if (!isAbsolute(directory)) continue;
    const candidate = join(directory, name);
    try {
      await access(candidate, constants.X_OK);
      return candidate;
    } catch {
      // Not in this directory.
    }
  }
  return undefined;
}

/** What `<path> --version` says, without the `v`. Rejects when it does not answer in ten seconds or is no Node.js. */
export async function versionOf(path: string): Promise<string> {
  const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: 10_000, windowsHide: true });
  const version = /^v(\d+\.\d+\.\d+\S*)\s*$/.exec(stdout)?.[1];
  if (version === undefined) throw new Error(`it answered '${stdout.trim().slice(0, 80)}' when asked for its version`);
  return version;
}

function isNewEnough(version: string): boolean {
  return Number.parseInt(version, 10) >= MINIMUM_NODE;
}

function tooOld(found: string): UserError {
  return new UserError(
    `${found}. Lightning needs Node.js ${MINIMUM_NODE} or newer: install it, or set lightning.nodePath to one.`,
  );
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
