import type { ClassFacts, FileFacts, Reference } from './facts.js';

/** The npm package whose `LightningModule` the analysis looks for. */
export const PACKAGE = 'lightning-tfjs';

/** Longest chain of base classes or re-exports that is followed. */
const MAX_DEPTH = 32;

/** A class and the file that holds it. */
export interface LocatedClass {
  readonly file: FileFacts;
  readonly facts: ClassFacts;
}

/** What a reference turned out to be. */
export type Resolved =
  | { readonly kind: 'class'; readonly located: LocatedClass }
  /** An export of our own package. */
  | { readonly kind: 'package'; readonly name: string }
  /** Made by a call from these. */
  | { readonly kind: 'mixin'; readonly from: readonly Resolved[] }
  /** A file or a package that cannot be read, or a name without a declaration. */
  | { readonly kind: 'unresolved'; readonly name: string }
  /** Not a class at all, or one that only a run can tell. */
  | { readonly kind: 'opaque' };

/** Where references are followed to. */
export interface SourceFiles {
  /** Facts of a file by its URI; undefined when there is no such file, or it cannot be read. */
  facts(uri: string): FileFacts | undefined;
  /** Where a module may lie that a file imports, the likeliest place first; none for a package of somebody else. */
  candidates(specifier: string, from: string): Iterable<string>;
}

const OPAQUE: Resolved = { kind: 'opaque' };

/** Follows a reference through imports and re-exports. Safe against cycles. */
export function resolve(reference: Reference, file: FileFacts, sources: SourceFiles, depth = 0): Resolved {
  if (depth > MAX_DEPTH) return OPAQUE;
  if (reference.kind === 'class') {
    const facts = file.classes[reference.index];
    return facts ? { kind: 'class', located: { file, facts } } : OPAQUE;
  }
  if (reference.kind === 'mixin') {
    // A call multiplies the ways to go; few calls within calls are followed.
    const from = reference.arguments.map((each) => resolve(each, file, sources, depth + MAX_DEPTH / 4));
    return { kind: 'mixin', from };
  }
  if (reference.kind === 'unknown') return { kind: 'unresolved', name: reference.name };
  if (reference.kind === 'opaque') return OPAQUE;

  const { module, path, localName } = reference;
  if (module === PACKAGE) {
    // `import L from` means the whole package where CommonJS is bundled.
    const name = path[0] === 'default' ? path[1] : path[0];
    return name === undefined ? OPAQUE : { kind: 'package', name };
  }
  const last = path.at(-1);
  const unresolved: Resolved = {
    kind: 'unresolved',
    name: last === undefined || last === 'default' ? localName : last,
  };
  const target = firstReadable(module, file, sources);
  return target ? resolveExport(path, target, sources, depth + 1, new Set()) : unresolved;
}

function resolveExport(
  path: readonly string[],
  file: FileFacts,
  sources: SourceFiles,
  depth: number,
  seen: Set<string>,
): Resolved {
  const [name = 'export=', ...rest] = path;
  const exported = file.exports.get(name) ?? (name === 'default' ? file.exports.get('export=') : undefined);
  if (exported) {
    if (rest.length === 0) return resolve(exported, file, sources, depth);
    return exported.kind === 'import'
      ? resolve({ ...exported, path: [...exported.path, ...rest] }, file, sources, depth)
      : OPAQUE;
  }
  if (name === 'default' || name === 'export=' || depth > MAX_DEPTH) return OPAQUE;
  seen.add(file.uri);
  let unread: Resolved = OPAQUE;
  for (const module of file.exportStars) {
    const found = resolveStar(module, path, file, sources, depth, seen);
    if (found.kind === 'unresolved') unread = found;
    else if (found.kind !== 'opaque') return found;
  }
  return unread;
}

/** `export * from module`: the name may come from there. */
function resolveStar(
  module: string,
  path: readonly string[],
  file: FileFacts,
  sources: SourceFiles,
  depth: number,
  seen: Set<string>,
): Resolved {
  if (module === PACKAGE) return resolve({ kind: 'import', module, path, localName: '' }, file, sources, depth);
  const target = firstReadable(module, file, sources);
  if (!target) return { kind: 'unresolved', name: path.at(-1) ?? '' };
  return seen.has(target.uri) ? OPAQUE : resolveExport(path, target, sources, depth + 1, seen);
}

function firstReadable(module: string, from: FileFacts, sources: SourceFiles): FileFacts | undefined {
  for (const uri of sources.candidates(module, from.uri)) {
    const facts = sources.facts(uri);
    if (facts) return facts;
  }
  return undefined;
}
