import type { FileFacts } from './facts.js';
import { lineageOf } from './lineage.js';
import type { Usage } from './moduleModel.js';
import { type LocatedClass, type Resolved, resolve, type SourceFiles } from './resolve.js';

/** Who extends and who constructs the classes of some files. */
export class Usages {
  readonly #subclasses = new Map<string, LocatedClass[]>();
  readonly #parts = new Set<string>();

  /** @param users files that are looked through; what they use may lie elsewhere */
  constructor(users: Iterable<FileFacts>, sources: SourceFiles) {
    for (const file of users) {
      for (const facts of file.classes) {
        if (!facts.base) continue;
        const user = { file, facts };
        for (const base of classesOf(resolve(facts.base, file, sources))) this.#extends(user, base);
        if (facts.constructs.length === 0 || lineageOf(user, sources)?.kind !== 'module') continue;
        for (const constructed of facts.constructs) {
          for (const part of classesOf(resolve(constructed, file, sources))) {
            if (keyOf(part) !== keyOf(user)) this.#parts.add(keyOf(part));
          }
        }
      }
    }
  }

  /** How others use a class. */
  of(located: LocatedClass): Usage {
    const key = keyOf(located);
    return { isExtended: this.#subclasses.has(key), isPart: this.#parts.has(key) };
  }

  /** The classes that name this one as their base, through a call too, such as `WithLogging(Base)`. */
  subclasses(located: LocatedClass): readonly LocatedClass[] {
    return this.#subclasses.get(keyOf(located)) ?? [];
  }

  #extends(user: LocatedClass, base: LocatedClass): void {
    const key = keyOf(base);
    const found = this.#subclasses.get(key);
    if (found) found.push(user);
    else this.#subclasses.set(key, [user]);
  }
}

function keyOf({ file, facts }: LocatedClass): string {
  return `${file.uri}#${facts.index}`;
}

/** The classes that something resolved to, through mixins too. */
function classesOf(resolved: Resolved): readonly LocatedClass[] {
  if (resolved.kind === 'mixin') return resolved.from.flatMap(classesOf);
  return resolved.kind === 'class' ? [resolved.located] : [];
}
