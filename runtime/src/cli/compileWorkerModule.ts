import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compileUserFile } from './compileUserFile.js';
import { runningDoors } from './doors.js';
import { loadEsbuild } from './loadEsbuild.js';

/** URLs by file, while this process runs. */
const compiled = new Map<string, Promise<string>>();
/** One at a time: the compiler is a process that the one who is done with it ends. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Makes a user's module, TypeScript or not, one that a DataLoader's threads can load: like the user's main file, it finds our
 * package, and its stacks name its own lines. The compiled file stays until the process ends, since threads start at any time.
 * @returns its URL
 * @throws UserFileError when it does not compile
 */
export function compileWorkerModule(file: string): Promise<string> {
  const found = compiled.get(file);
  if (found) return found;
  const url = last.then(() => compile(realpathSync(file)));
  last = url.catch(() => compiled.delete(file));
  compiled.set(file, url);
  return url;
}

async function compile(file: string): Promise<string> {
  const esbuild = await loadEsbuild(file);
  // Real, since Node resolves links on import; of mode 700, since what it holds will run.
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'lightning-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const code = await compileUserFile(esbuild, file, folder, runningDoors());
  await esbuild.stop?.(); // projects may have an esbuild without it
  const output = join(folder, `${basename(file, extname(file))}.mjs`);
  writeFileSync(output, code, { mode: 0o600 });
  return pathToFileURL(output).href;
}
