import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The server's bundle, as it is shipped. */
export const SERVER_MAIN = join(root, 'server/dist/main.js');
/** The command that other editors start. */
export const SERVER_BIN = join(root, 'server/bin/lightning-language-server.js');

/** Builds the server with the project's own script, unless the bundle is newer than its sources. */
export function buildServer(): void {
  const built = statSync(SERVER_MAIN, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const sources = [
    'server/src',
    'runtime/src/core',
    'runtime/src/protocol',
    'runtime/src/trainer/optionTable.ts',
  ].flatMap((path) => filesIn(join(root, path)));
  if (sources.every((path) => statSync(path).mtimeMs < built)) return;
  execFileSync(process.execPath, [join(root, 'scripts/build.mjs'), '--quiet', 'server'], {
    cwd: root,
    stdio: 'inherit',
  });
}

function filesIn(path: string): readonly string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
