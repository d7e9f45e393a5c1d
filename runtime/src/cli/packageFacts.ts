import { readFileSync } from 'node:fs';
import { dirname, extname, join, sep } from 'node:path';

const MODULES = `${sep}node_modules${sep}`;

/** What a package.json says, as far as loading needs it. */
interface Manifest {
  readonly type?: unknown;
  readonly dependencies?: unknown;
  readonly peerDependencies?: unknown;
}

/** True for a file of an installed package. Linked workspaces are not: their real path lies outside of node_modules. */
export function isInstalled(file: string): boolean {
  return file.includes(MODULES);
}

/** The package's part of an import name: `@scope/name` of `@scope/name/sub`. */
export function packageName(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** True for a name that npm could install; `@/models` and `~/models` are path aliases. */
export function isPackageName(name: string): boolean {
  return /^(?:@[a-z0-9-][\w.-]*\/)?[a-z0-9-][\w.-]*$/i.test(name);
}

/** True when Node would load the file as CommonJS. */
export function isCommonJS(file: string): boolean {
  const extension = extname(file);
  if (extension === '.mjs') return false;
  if (extension !== '.js') return true;
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = readManifest(folder);
    if (manifest) return manifest.type !== 'module';
    if (dirname(folder) === folder) return true;
  }
}

/** True when the installed package that a file belongs to asks for one of some packages. */
export function dependsOn(file: string, names: Iterable<string>): boolean {
  const start = file.lastIndexOf(MODULES) + MODULES.length;
  const name = packageName(file.slice(start).replaceAll(sep, '/'));
  const manifest = readManifest(join(file.slice(0, start), name));
  const asked = { ...asRecord(manifest?.dependencies), ...asRecord(manifest?.peerDependencies) };
  return [...names].some((wanted) => Object.hasOwn(asked, wanted));
}

function readManifest(folder: string): Manifest | undefined {
  try {
    return asRecord(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
  } catch {
    return undefined;
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
