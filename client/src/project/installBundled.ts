import { cp, lstat, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';

/** The parts of the package that a project needs; the rest is source. */
const PARTS = ['package.json', 'bin', 'dist'] as const;

/**
 * Puts the extension's own `lightning-tfjs`, with its types, into a project's `node_modules`, so that the editor knows the types and
 * the terminal the command `lightning` before anything was installed, and without a network. `npm install` replaces it.
 * @param bundled folder of the extension's package
 * @param project folder of the project
 * @returns false when the project has one already; that one is left alone
 */
export async function installBundled(bundled: string, project: string): Promise<boolean> {
  const target = join(project, 'node_modules', 'lightning-tfjs');
  if (await exists(target)) return false;
  await mkdir(target, { recursive: true });
  for (const part of PARTS) await cp(join(bundled, part), join(target, part), { recursive: true });
  // Types of what it is made of: beside it, as npm would put them below it.
  const types = join(bundled, 'dist', 'vendor', 'types');
  if (await exists(types)) await cp(types, join(target, 'node_modules'), { recursive: true });
  await linkProgram(project);
  return true;
}

/** `npm run` and `npx` look here. Windows has no links that anybody may make; `node node_modules/…` works there. */
async function linkProgram(project: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = join(project, 'node_modules', '.bin');
  const link = join(folder, 'lightning');
  await mkdir(folder, { recursive: true });
  if (!(await exists(link))) await symlink('../lightning-tfjs/bin/lightning.js', link);
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
