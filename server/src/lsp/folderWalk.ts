import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { languageOfExtension } from './documentFiles.js';

/** What a folder holds that the server asks about. */
export interface FoundFiles {
  /** Canonical URIs of files in a language that is analysed; declaration files are left out. */
  readonly sources: string[];
  /** Those of `package.json` files. */
  readonly manifests: string[];
  /** True when there are more than were taken. */
  isLimited: boolean;
}

/** What tools make, and what others wrote; so are all folders whose names begin with a dot. */
const SKIPPED: ReadonlySet<string> = new Set([
  'node_modules',
  'bower_components',
  'dist',
  'build',
  'out',
  'coverage',
  'lightning_logs',
]);
const MAX_DEPTH = 32;

/** True for a file that a walk through the folder would leave out. */
export function isSkipped(uri: string, folder: string): boolean {
  const names = uri.slice(folder.length + 1).split('/');
  return names.slice(0, -1).some(isSkippedFolder) || names.length > MAX_DEPTH;
}

/**
 * Looks for the files of a folder. Links are not followed, so that there is no circle.
 * @param limit of source files
 * @param pause called between two folders
 */
export async function walkFolder(
  folder: string,
  limit: number,
  pause: () => Promise<void> | undefined,
): Promise<FoundFiles> {
  const found: FoundFiles = { sources: [], manifests: [], isLimited: false };
  const waiting = [{ path: pathOf(folder), depth: 1 }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    await pause();
    const { path, depth } = next;
    if (path === null) continue;
    for (const entry of entriesOf(path)) {
      const inside = `${path}/${entry.name}`;
      if (entry.isDirectory()) {
        if (depth < MAX_DEPTH && !isSkippedFolder(entry.name)) waiting.push({ path: inside, depth: depth + 1 });
      } else if (entry.isFile()) {
        if (entry.name === 'package.json') found.manifests.push(pathToFileURL(inside).href);
        else if (isSource(entry.name)) {
          if (found.sources.length >= limit) {
            found.isLimited = true;
            return found;
          }
          found.sources.push(pathToFileURL(inside).href);
        }
      }
    }
  }
  return found;
}

/** True for the name of a file that may hold classes to judge. */
export function isSource(name: string): boolean {
  return languageOfExtension(name) !== undefined && !/\.d\.[cm]?ts$/.test(name);
}

/** True for a folder on the disk. */
export function isFolder(uri: string): boolean {
  const path = pathOf(uri);
  try {
    return path !== null && statSync(path).isDirectory();
  } catch {
    return false; // gone, or not ours to look at
  }
}

function isSkippedFolder(name: string): boolean {
  return name.startsWith('.') || SKIPPED.has(name);
}

function pathOf(uri: string): string | null {
  try {
    return fileURLToPath(uri).replace(/[\\/]$/, '');
  } catch {
    return null; // a folder that is not on a disk
  }
}

function entriesOf(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return []; // removed since we saw it, or not ours to read
  }
}
