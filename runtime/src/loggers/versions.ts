import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { MisconfigurationError } from '../errors/index.js';

/** The number after the highest `version_N` among a folder's folders; 0 when there is none. */
export function nextVersion(directory: string): number {
  let folders: string[];
  try {
    folders = readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return 0; // no folder yet: the first run
  }
  const versions = folders
    .map((name) => /^version_(\d+)(?:_|$)/.exec(name)?.[1])
    .filter((digits) => digits !== undefined);
  return versions.length === 0 ? 0 : Math.max(...versions.map(Number)) + 1;
}

/** The folder of a version: a number gets `version_` before it. */
export function versionFolder(version: number | string): string {
  return typeof version === 'number' ? `version_${version}` : version;
}

/** @throws MisconfigurationError for a version that is no folder name */
export function checkVersion(logger: string, version: number | string | undefined): void {
  const isWrong =
    version !== undefined &&
    (typeof version === 'number' ? !Number.isInteger(version) || version < 0 : /[\\/]|^\.*$/.test(version));
  if (!isWrong) return;
  throw new MisconfigurationError({
    code: 'logger-version',
    found: `${logger}: \`version\` is ${JSON.stringify(version)}.`,
    allowed: 'a count, or a folder name',
  });
}

/** Where a run's own files go: `<saveDir>/<name>/version_<N>`, also for a logger that keeps its data elsewhere. */
export function runFolder(
  logger: { readonly saveDir: string | undefined; readonly name: string; readonly version: number | string },
  rootDir: string,
): string {
  return join(logger.saveDir ?? rootDir, logger.name, versionFolder(logger.version));
}
