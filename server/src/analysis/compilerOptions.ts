import { asObject, asStrings, type JsonFiles } from './jsonFiles.js';
import { isRelative } from './specifiers.js';
import { foldersAround, resolveUri } from './uris.js';

/** One row of `paths`: what stands before and after the star, and where it leads. Without a star `suffix` is null. */
export interface PathPattern {
  readonly prefix: string;
  readonly suffix: string | null;
  /** Absolute URIs; a `*` in them stands for what the star took. */
  readonly targets: readonly string[];
}

/** What a configuration says about where modules lie. */
export interface ModulePlaces {
  /** With a slash at its end; null when there is none. */
  readonly baseUrl: string | null;
  readonly patterns: readonly PathPattern[];
}

/** One configuration's own options, those of its bases taken in. */
interface Options {
  readonly baseUrl: string | null;
  /** The folder that `paths` without a `baseUrl` count from. */
  readonly paths: { readonly rows: Readonly<Record<string, unknown>>; readonly folder: string } | null;
}

const NAMES = ['tsconfig.json', 'jsconfig.json'] as const;
const NONE: Options = { baseUrl: null, paths: null };
// Bounds for what a stranger's file may ask of us.
const MAX_EXTENDS = 16;
const MAX_REFERENCES = 32;
const MAX_PATTERNS = 500;
const MAX_TARGETS = 16;

/**
 * Where the modules that a file imports may lie, by the nearest `tsconfig.json` or `jsconfig.json`: `extends` is followed,
 * and so are `references` where the configuration itself says nothing, as in solutions.
 */
export function modulePlaces(from: string, json: JsonFiles): readonly ModulePlaces[] {
  for (const folder of foldersAround(from)) {
    for (const name of NAMES) {
      const file = json.read(folder + name);
      if (!file) continue;
      const own = placesOf(optionsOf(folder + name, json, new Set()), folder);
      if (own) return [own];
      const references = Array.isArray(file.value.references) ? file.value.references.slice(0, MAX_REFERENCES) : [];
      return references.flatMap((reference: unknown) => {
        const [path] = asStrings(asObject(reference)?.path);
        const uri = path === undefined ? null : resolveUri(path, folder);
        if (uri === null) return [];
        const config = uri.endsWith('.json') ? uri : `${uri.replace(/\/$/, '')}/tsconfig.json`;
        return placesOf(optionsOf(config, json, new Set()), resolveUri('.', config) ?? folder) ?? [];
      });
    }
  }
  return [];
}

/** The URIs to which the longest fitting pattern leads. */
export function mappedUris({ patterns }: ModulePlaces, specifier: string): readonly string[] {
  let best: PathPattern | null = null;
  for (const pattern of patterns) {
    if (!fits(pattern, specifier)) continue;
    if (pattern.suffix === null) return pattern.targets;
    if (!best || pattern.prefix.length > best.prefix.length) best = pattern;
  }
  if (!best) return [];
  const taken = specifier.slice(best.prefix.length, specifier.length - (best.suffix?.length ?? 0));
  return best.targets.flatMap((target) => filled(target, taken) ?? []);
}

function filled(target: string, taken: string): string | null {
  const path = taken.replace(/[%#?]/g, encodeURIComponent);
  // A function, since a folder's name may hold `$&`, which means something to replace().
  return resolveUri(
    '',
    target.replace('*', () => path),
  );
}

function fits({ prefix, suffix }: PathPattern, specifier: string): boolean {
  if (suffix === null) return specifier === prefix;
  return (
    specifier.length >= prefix.length + suffix.length && specifier.startsWith(prefix) && specifier.endsWith(suffix)
  );
}

function optionsOf(uri: string, json: JsonFiles, seen: Set<string>): Options {
  if (seen.has(uri) || seen.size >= MAX_EXTENDS) return NONE;
  seen.add(uri);
  const file = json.read(uri);
  if (!file) return NONE;
  let { baseUrl, paths } = NONE;
  for (const base of asStrings(file.value.extends)) {
    const inherited = firstOf(extendedUris(base, uri, json), (each) =>
      json.read(each) ? optionsOf(each, json, seen) : undefined,
    );
    baseUrl = inherited?.baseUrl ?? baseUrl;
    paths = inherited?.paths ?? paths;
  }
  const options = asObject(file.value.compilerOptions) ?? {};
  const [ownBase] = asStrings(options.baseUrl);
  const ownPaths = asObject(options.paths);
  const folder = resolveUri('.', uri) ?? uri;
  if (ownBase !== undefined) baseUrl = folderUri(ownBase, folder);
  return { baseUrl, paths: ownPaths ? { rows: ownPaths, folder } : paths };
}

/** Where the configuration lies that another one extends: beside it, or in a package. */
function extendedUris(base: string, uri: string, json: JsonFiles): readonly string[] {
  if (isRelative(base) || base.startsWith('/')) {
    const whole = resolveUri(base, uri);
    return whole === null ? [] : [whole, `${whole}.json`];
  }
  return foldersAround(uri).flatMap((folder) => {
    const whole = resolveUri(`node_modules/${base}`, folder);
    if (whole === null) return [];
    const manifest = json.read(`${whole}/package.json`);
    const [named] = asStrings(manifest?.value.tsconfig);
    const fromManifest = named === undefined ? null : resolveUri(named, `${whole}/`);
    return [...(fromManifest ? [fromManifest] : []), whole, `${whole}.json`, `${whole}/tsconfig.json`];
  });
}

function placesOf({ baseUrl, paths }: Options, configFolder: string): ModulePlaces | null {
  if (baseUrl === null && !paths) return null;
  const rows = Object.entries(paths?.rows ?? {}).slice(0, MAX_PATTERNS);
  return {
    baseUrl,
    patterns: rows.map(([pattern, targets]) => {
      const star = pattern.indexOf('*');
      return {
        prefix: star === -1 ? pattern : pattern.slice(0, star),
        suffix: star === -1 ? null : pattern.slice(star + 1),
        targets: asStrings(targets)
          .slice(0, MAX_TARGETS)
          .flatMap((target) => {
            const path = target.replace(/^\$\{configDir\}\/?/, () => configFolder);
            return resolveUri(path, baseUrl ?? paths?.folder ?? configFolder) ?? [];
          }),
      };
    }),
  };
}

function folderUri(path: string, folder: string): string | null {
  const uri = resolveUri(path, folder);
  return uri === null || uri.endsWith('/') ? uri : `${uri}/`;
}

function firstOf<T, R>(values: readonly T[], find: (value: T) => R | undefined): R | undefined {
  for (const value of values) {
    const found = find(value);
    if (found !== undefined) return found;
  }
  return undefined;
}
