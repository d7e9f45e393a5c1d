import { asObject, asStrings, type JsonFiles } from './jsonFiles.js';
import { candidateUris } from './specifiers.js';
import { foldersAround, resolveUri } from './uris.js';

/** A package's folder, with a slash at its end, and what its manifest says. */
interface Package {
  readonly folder: string;
  readonly manifest: Readonly<Record<string, unknown>>;
}

/** Tried in this order: where the source is, where its types are, where it runs. */
const CONDITIONS = ['source', 'development', 'types', 'import', 'module', 'node', 'require', 'default'] as const;
const FIELDS = ['source', 'types', 'typings', 'module', 'main'] as const;
// Bounds for what a stranger's manifest may ask of us.
const MAX_NESTING = 8;
const MAX_TARGETS = 24;
const MAX_SUBPATHS = 500;

/** `#base`: what the nearest `package.json` calls so under `imports`. */
export function importedUris(specifier: string, from: string, json: JsonFiles): readonly string[] {
  for (const folder of foldersAround(from)) {
    const manifest = json.read(`${folder}package.json`)?.value;
    if (!manifest) continue;
    return targetsOf(asObject(manifest.imports) ?? {}, specifier).flatMap((target) =>
      target.startsWith('.') ? candidateUris(target, folder) : [],
    );
  }
  return [];
}

/**
 * Where a package keeps what an import asks for: packages of the workspace, and of those in `node_modules` the ones whose
 * manifest names our package; no other can export a class of interest.
 * @param workspacePackages URIs of the workspace's `package.json` files
 */
export function packageUris(
  specifier: string,
  from: string,
  json: JsonFiles,
  workspacePackages: ReadonlyMap<string, string>,
  ours: string,
): readonly string[] {
  const name = /^(@[\w.~-]+\/)?[\w.~-]+/.exec(specifier)?.[0];
  if (name === undefined) return [];
  const found = packageNamed(name, from, json, workspacePackages, ours);
  return found ? entriesOf(found, specifier.slice(name.length + 1)) : [];
}

function packageNamed(
  name: string,
  from: string,
  json: JsonFiles,
  workspacePackages: ReadonlyMap<string, string>,
  ours: string,
): Package | null {
  const own = workspacePackages.get(name);
  const ownFile = own === undefined ? undefined : json.read(own);
  if (own !== undefined && ownFile?.value.name === name) {
    return { folder: own.slice(0, -'package.json'.length), manifest: ownFile.value };
  }
  for (const folder of foldersAround(from)) {
    const file = json.read(`${folder}node_modules/${name}/package.json`);
    if (file)
      return file.text.includes(ours) ? { folder: `${folder}node_modules/${name}/`, manifest: file.value } : null;
  }
  return null;
}

/** Where a package's entry may lie, `subpath` being empty for the main one. What is not built yet is looked for in its source. */
function entriesOf({ folder, manifest }: Package, subpath: string): readonly string[] {
  const key = subpath === '' ? '.' : `./${subpath}`;
  const targets = [...targetsOf(exportsTable(manifest.exports), key)];
  if (subpath === '') targets.push(...FIELDS.flatMap((field) => asStrings(manifest[field])));
  const guesses = subpath === '' ? ['src/index', 'index'] : [subpath, `src/${subpath}`];
  return [...targets.filter((target) => target.startsWith('.') || /^\w/.test(target)), ...guesses].flatMap((target) => {
    const uri = resolveUri(target, folder);
    return uri?.startsWith(folder) ? candidateUris(target, folder) : [];
  });
}

/** `exports` may be the main entry's target itself. */
function exportsTable(value: unknown): Readonly<Record<string, unknown>> {
  const table = asObject(value);
  return table && Object.keys(table).some((key) => key.startsWith('.')) ? table : { '.': value };
}

/** The targets of a key in a table as `exports` and `imports` are, with at most one star. */
function targetsOf(table: Readonly<Record<string, unknown>>, key: string): readonly string[] {
  if (Object.hasOwn(table, key)) return flatten(table[key], 0);
  let best: { readonly prefix: string; readonly taken: string; readonly value: unknown } | null = null;
  for (const [pattern, value] of Object.entries(table).slice(0, MAX_SUBPATHS)) {
    const star = pattern.indexOf('*');
    if (star === -1) continue;
    const [prefix, suffix] = [pattern.slice(0, star), pattern.slice(star + 1)];
    if (!key.startsWith(prefix) || !key.endsWith(suffix) || key.length < prefix.length + suffix.length) continue;
    if (best && best.prefix.length >= prefix.length) continue;
    best = { prefix, taken: key.slice(prefix.length, key.length - suffix.length), value };
  }
  return best ? flatten(best.value, 0).map((target) => target.replaceAll('*', () => best.taken)) : [];
}

function flatten(value: unknown, nesting: number): readonly string[] {
  if (typeof value === 'string') return [value];
  if (nesting > MAX_NESTING) return [];
  if (Array.isArray(value)) {
    return value
      .slice(0, MAX_TARGETS)
      .flatMap((each: unknown) => flatten(each, nesting + 1))
      .slice(0, MAX_TARGETS);
  }
  const conditions = asObject(value);
  if (!conditions) return [];
  return CONDITIONS.flatMap((condition) =>
    Object.hasOwn(conditions, condition) ? flatten(conditions[condition], nesting + 1) : [],
  ).slice(0, MAX_TARGETS);
}
