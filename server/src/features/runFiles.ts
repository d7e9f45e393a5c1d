import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isWithin } from '../lsp/uris.js';

/** Where runs keep their files. */
const LOGS_DIRECTORY = 'lightning_logs';
/** The newest of these are looked at. */
const MAX_RUNS = 50;
const MAX_CHECKPOINTS = 200;

/** Folders in which runs of a file were made: its workspace folder, as the editor starts them there, and its own. */
export function runFolders(uri: string, folders: readonly string[]): readonly string[] {
  if (!uri.startsWith('file:')) return [];
  const own = uri.slice(0, uri.lastIndexOf('/'));
  const around = folders.filter((folder) => folder.startsWith('file:') && isWithin(uri, folder));
  return [...new Set([...around, own])].flatMap((each) => {
    try {
      return [fileURLToPath(each)];
    } catch {
      return []; // a host that this system has no path for
    }
  });
}

/** The run directories in a folder, the newest version first. */
export function runDirectories(folder: string): readonly string[] {
  const root = join(folder, LOGS_DIRECTORY);
  return entriesOf(root)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
    .slice(0, MAX_RUNS)
    .map((name) => join(root, name));
}

/** Checkpoint files of the runs in some folders, as paths from the folder that holds the logs. */
export function checkpointPaths(
  folders: readonly string[],
): readonly { readonly path: string; readonly folder: string }[] {
  const found: { path: string; folder: string }[] = [];
  for (const folder of folders) {
    for (const run of runDirectories(folder)) {
      const directory = join(run, 'checkpoints');
      for (const { name } of entriesOf(directory).filter((entry) => entry.isFile() && entry.name.endsWith('.ckpt'))) {
        found.push({
          folder,
          path: join(directory, name)
            .slice(folder.length + 1)
            .replaceAll('\\', '/'),
        });
        if (found.length >= MAX_CHECKPOINTS) return found;
      }
    }
  }
  return found;
}

/** True when a file of this path is there. */
export function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    return false; // no right to look
  }
}

function entriesOf(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return []; // not there, or not ours to read
  }
}
