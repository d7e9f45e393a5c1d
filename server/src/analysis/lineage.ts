import type { Certainty, ClassFacts } from './facts.js';
import { type FactsOf, type LocatedClass, type Resolved, resolve } from './resolve.js';

/** Where a class that is a LightningModule, or looks like one, comes from. */
export interface Lineage {
  /** `certain`: the chain of bases ends in the package's own class. `likely`: it ends in a name that says so. */
  readonly certainty: Certainty;
  /** Base classes whose text could be read, the nearest first. */
  readonly bases: readonly ClassFacts[];
  /** `partial`: a base could not be read, and may have more members. */
  readonly baseChain: 'complete' | 'partial';
}

const ROOT = 'LightningModule';
const MAX_BASES = 32;
/** Calls that make a base from a class whose base is made by a call, and so on. */
const MAX_MIXINS = 4;

/** The lineage of a class, or null when nothing says that it is a LightningModule. Safe against cycles. */
export function lineageOf(start: LocatedClass, factsOf: FactsOf, mixins = 0): Lineage | null {
  const bases: ClassFacts[] = [];
  const seen = new Set<ClassFacts>([start.facts]);
  let current = start;
  while (current.facts.base && bases.length <= MAX_BASES) {
    const resolved = resolve(current.facts.base, current.file, factsOf);
    if (resolved.kind !== 'class') return endOfChain(resolved, bases, factsOf, mixins);
    if (seen.has(resolved.located.facts)) return null;
    seen.add(resolved.located.facts);
    bases.push(resolved.located.facts);
    current = resolved.located;
  }
  return null;
}

function endOfChain(end: Resolved, bases: readonly ClassFacts[], factsOf: FactsOf, mixins: number): Lineage | null {
  if (end.kind === 'package') {
    return end.name === ROOT ? { certainty: 'certain', bases, baseChain: 'complete' } : null;
  }
  return looksLikeModule(end, factsOf, mixins) ? { certainty: 'likely', bases, baseChain: 'partial' } : null;
}

/** What cannot be read is taken for a module only when its name says so, or when a call makes it from one. */
function looksLikeModule(resolved: Resolved, factsOf: FactsOf, mixins: number): boolean {
  switch (resolved.kind) {
    case 'package':
      return resolved.name === ROOT;
    case 'unresolved':
      return resolved.name.includes(ROOT);
    case 'class':
      return mixins <= MAX_MIXINS && lineageOf(resolved.located, factsOf, mixins + 1) !== null;
    case 'mixin':
      return resolved.from.some((each) => looksLikeModule(each, factsOf, mixins));
    case 'opaque':
      return false;
  }
}
