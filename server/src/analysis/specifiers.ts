import { resolveUri } from './uris.js';

const EXTENSIONS = ['.ts', '.tsx', '.d.ts', '.js', '.jsx', '.mts', '.cts', '.mjs', '.cjs'] as const;

/** TypeScript lets an import name the file that will be, not the one that is. */
const SOURCES_OF: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx', '.d.ts', '.js', '.jsx'],
  '.jsx': ['.tsx', '.d.ts', '.jsx'],
  '.mjs': ['.mts', '.d.mts', '.mjs'],
  '.cjs': ['.cts', '.d.cts', '.cjs'],
};

/** True for `./base`, `../base`, `.` and `..`. */
export function isRelative(specifier: string): boolean {
  return /^\.\.?(\/|$)/.test(specifier);
}

/**
 * Where a module may lie, the likeliest place first.
 * @param path relative to `from`
 * @param from URI of the importing file, or of a folder with a slash at its end; one without folders has no neighbours
 */
export function candidateUris(path: string, from: string): readonly string[] {
  const whole = resolveUri(path, from);
  return whole === null ? [] : candidatesAt(whole);
}

/** Which files a module's URI may mean that is written as an import writes it, the likeliest first. */
export function candidatesAt(uri: string): readonly string[] {
  const extension = /\.[cm]?[jt]sx?$/.exec(uri)?.[0];
  if (extension !== undefined) {
    const stem = uri.slice(0, -extension.length);
    return (SOURCES_OF[extension] ?? [extension]).map((each) => stem + each);
  }
  const folder = uri.endsWith('/') ? uri : `${uri}/`;
  const files = uri.endsWith('/') ? [] : EXTENSIONS.map((each) => uri + each);
  return [...files, ...EXTENSIONS.map((each) => `${folder}index${each}`)];
}
