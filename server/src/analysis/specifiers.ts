const EXTENSIONS = ['.ts', '.tsx', '.d.ts', '.js', '.jsx', '.mts', '.cts', '.mjs', '.cjs'] as const;

/** TypeScript lets an import name the file that will be, not the one that is. */
const SOURCES_OF: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx', '.d.ts', '.js', '.jsx'],
  '.jsx': ['.tsx', '.d.ts', '.jsx'],
  '.mjs': ['.mts', '.d.mts', '.mjs'],
  '.cjs': ['.cts', '.d.cts', '.cjs'],
};

/** True for `./base`, `../base`, `.` and `..`: the modules that are looked for among the files. */
export function isRelative(specifier: string): boolean {
  return /^\.\.?(\/|$)/.test(specifier);
}

/**
 * Where a relative module may lie, the likeliest place first.
 * @param from the importing file's URI; one without folders, such as `untitled:`, has no neighbours
 */
export function candidateUris(specifier: string, from: string): readonly string[] {
  const whole = resolve(specifier, from);
  if (whole === null) return [];
  const folder = whole.endsWith('/') ? whole : `${whole}/`;
  const extension = /\.[cm]?[jt]sx?$/.exec(whole)?.[0];
  if (extension !== undefined) {
    const stem = whole.slice(0, -extension.length);
    return (SOURCES_OF[extension] ?? [extension]).map((each) => stem + each);
  }
  const files = whole.endsWith('/') ? [] : EXTENSIONS.map((each) => whole + each);
  return [...files, ...EXTENSIONS.map((each) => `${folder}index${each}`)];
}

function resolve(specifier: string, from: string): string | null {
  try {
    // In a URI these three mean something; in a file's name they do not.
    return new URL(specifier.replace(/[%#?]/g, encodeURIComponent), from).href;
  } catch {
    return null;
  }
}
