import { basename, dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder that this package's code runs from: `dist` once it is built, `src` under a test runner. Bundlers move modules
 * between the two and into `dist/chunks`, so it is looked for instead of counted out.
 */
export const codeFolder: string = findCodeFolder(dirname(fileURLToPath(import.meta.url)));

/** True for a file of this package or of its dependencies: a frame there is not the user's. */
export function isOwnFile(file: string): boolean {
  if (file.includes(`${sep}node_modules${sep}`)) return true;
  // Source maps turn dist/ into src/, so both are ours; tests play the user.
  if (/\.test\.[cm]?[jt]s$/.test(file)) return false;
  return ['dist', 'src', 'bin'].some((folder) => file.startsWith(join(dirname(codeFolder), folder) + sep));
}

function findCodeFolder(start: string): string {
  let folder = start;
  while (!['dist', 'src'].includes(basename(folder))) {
    const parent = dirname(folder);
    if (parent === folder) return start;
    folder = parent;
  }
  return folder;
}
