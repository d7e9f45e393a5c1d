import type { Certainty, ClassFacts } from './facts.js';
import { type LocatedClass, type Resolved, resolve, type SourceFiles } from './resolve.js';
import { type ClassKind, kindByName, packageBase } from './roots.js';

/** Where a class that the Trainer knows, or that looks like one, comes from. */
export interface Lineage {
  readonly kind: ClassKind;
  /** `certain`: the chain of bases ends in one of the package's own classes. `likely`: it ends in a name that says so. */
  readonly certainty: Certainty;
  /** Base classes whose text could be read, the nearest first. */
  readonly bases: readonly LocatedClass[];
  /** `partial`: a base could not be read, and may have more members. */
  readonly baseChain: 'complete' | 'partial';
  /** The export of the package at the end of the chain; null when the chain does not end there. */
  readonly packageBase: string | null;
}

const MAX_BASES = 32;
/** Calls that make a base from a class whose base is made by a call, and so on. */
const MAX_MIXINS = 4;

/** The lineage of a class, or null when nothing says that the Trainer knows it. Safe against cycles. */
export function lineageOf(start: LocatedClass, sources: SourceFiles, mixins = 0): Lineage | null {
  const bases: LocatedClass[] = [];
  const seen = new Set<ClassFacts>([start.facts]);
  let current = start;
  while (current.facts.base && bases.length <= MAX_BASES) {
    const resolved = resolve(current.facts.base, current.file, sources);
    if (resolved.kind !== 'class') return endOfChain(resolved, bases, sources, mixins);
    if (seen.has(resolved.located.facts)) return null;
    seen.add(resolved.located.facts);
    bases.push(resolved.located);
    current = resolved.located;
  }
  return null;
}

function endOfChain(
  end: Resolved,
  bases: readonly LocatedClass[],
  sources: SourceFiles,
  mixins: number,
): Lineage | null {
  if (end.kind === 'package') {
    const base = packageBase(end.name);
    if (!base) return null;
    const baseChain = base.isRoot ? 'complete' : 'partial';
    return { kind: base.kind, certainty: 'certain', bases, baseChain, packageBase: end.name };
  }
  const kind = kindByLooks(end, sources, mixins);
  return kind && { kind, certainty: 'likely', bases, baseChain: 'partial', packageBase: null };
}

/** What cannot be read is taken for a class of ours only when its name says so, or when a call makes it from one. */
function kindByLooks(resolved: Resolved, sources: SourceFiles, mixins: number): ClassKind | null {
  switch (resolved.kind) {
    case 'package':
      return packageBase(resolved.name)?.kind ?? null;
    case 'unresolved':
      return kindByName(resolved.name);
    case 'class':
      return mixins <= MAX_MIXINS ? (lineageOf(resolved.located, sources, mixins + 1)?.kind ?? null) : null;
    case 'mixin':
      for (const each of resolved.from) {
        const kind = kindByLooks(each, sources, mixins);
        if (kind) return kind;
      }
      return null;
    case 'opaque':
      return null;
  }
}
