import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Doors } from './doors.js';

/** A real folder with files, for tests. */
export interface TemporaryProject {
  readonly folder: string;
  path(name: string): string;
  remove(): void;
}

/** @param files content by path */
export function temporaryProject(files: Readonly<Record<string, string>>): TemporaryProject {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'lightning-test-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return { folder, path: (name) => join(folder, name), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Doors that lead to files of a project: what is tested is that users meet them, not what is behind. */
export function doorsTo(project: TemporaryProject, files: Readonly<Record<string, string>>): Doors {
  return new Map(Object.entries(files).map(([name, file]) => [name, pathToFileURL(project.path(file)).href]));
}

const nativeImports = temporaryProject({ 'import.cjs': 'module.exports = (url) => import(url);' });
const importByNode: (url: string) => Promise<Readonly<Record<string, unknown>>> = createRequire(import.meta.url)(
  nativeImports.path('import.cjs'),
);
nativeImports.remove();

/** Node's own `import`. The test runner's would run files itself, without their source maps. */
export function nativeImport(url: string): Promise<Readonly<Record<string, unknown>>> {
  return importByNode(url);
}
