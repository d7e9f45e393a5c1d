import type { ClassFacts, FileFacts, Reference } from './facts.js';

/** A class as it was when it last parsed, and the file of that time. */
interface Known {
  readonly facts: ClassFacts;
  readonly file: FileFacts;
}

/**
 * Remembers the classes of files that are being edited, so that half-typed text, a quote without its end, say, does not make
 * them, and all that is built on them, come and go.
 */
export class LastGood {
  /** By file and by the class's name. */
  readonly #known = new Map<string, Map<string, Known>>();

  /** The facts of a file that was just parsed, with what the parser lost. */
  complete(fresh: FileFacts): FileFacts {
    const known = this.#known.get(fresh.uri) ?? new Map<string, Known>();
    // Not by clear(): the collector would keep what the map held before, for as long as somebody types.
    if (!fresh.hasSyntaxErrors && known.size > 0) {
      const names = new Set(fresh.classes.map(({ name }) => name));
      for (const name of [...known.keys()]) if (!names.has(name)) known.delete(name);
    }
    for (const facts of fresh.classes) {
      if (facts.name !== null && facts.isClosed && facts.lostWords === null) {
        known.set(facts.name, { facts, file: fresh });
      }
    }
    if (known.size === 0) this.#known.delete(fresh.uri);
    else this.#known.set(fresh.uri, known);
    return fresh.hasSyntaxErrors ? completed(fresh, known) : fresh;
  }

  /** The file was closed or is gone. */
  forget(uri: string): void {
    this.#known.delete(uri);
  }
}

function completed(fresh: FileFacts, known: Map<string, Known>): FileFacts {
  const present = new Set(fresh.classes.map(({ name }) => name));
  const lost: Known[] = [];
  for (const [name, each] of known) {
    if (present.has(name)) continue;
    // What no longer stands there was removed, not lost.
    if (classNamed(name).test(fresh.text)) lost.push(each);
    else known.delete(name);
  }
  const indexOf = new Map(
    [...fresh.classes.map(({ name }) => name), ...lost.map(({ facts }) => facts.name)].map((name, index) => [
      name,
      index,
    ]),
  );
  const classes = fresh.classes.map((facts) => withLostMembers(facts, known.get(facts.name ?? '')));
  const exports = new Map(fresh.exports);
  for (const { facts, file } of lost) {
    const index = classes.length;
    // References between classes are places in a list, and the list is another one now.
    const moved = withReferences(facts, (place) => {
      const name = file.classes[place]?.name ?? null;
      const now = name === null ? undefined : indexOf.get(name);
      return now === undefined ? { kind: 'opaque' } : { kind: 'class', index: now };
    });
    classes.push({ ...moved, index, isStale: true });
    for (const [name, reference] of file.exports) {
      if (reference.kind === 'class' && reference.index === facts.index && !exports.has(name)) {
        exports.set(name, { kind: 'class', index });
      }
    }
  }
  return { ...fresh, classes, exports };
}

function classNamed(name: string): RegExp {
  return new RegExp(
    `\\bclass\\s+${name.replace(/\$/g, '\\$&')}(?![\\w$])|(?<![\\w$])${name.replace(/\$/g, '\\$&')}\\s*=\\s*class\\b`,
  );
}

function withLostMembers(facts: ClassFacts, known: Known | undefined): ClassFacts {
  if (!known || (facts.isClosed && facts.lostWords === null)) return facts;
  const names = new Set(facts.members.map(({ name }) => name));
  const lostMembers = known.facts.members.filter(
    ({ name }) => !names.has(name) && (facts.lostWords === null || facts.lostWords.has(name)),
  );
  return { ...facts, lostMembers };
}

/** A copy of plain data in which each reference to a class of the same file is replaced. */
function withReferences<T>(value: T, replace: (index: number) => Reference): T {
  if (Array.isArray(value)) return value.map((each) => withReferences(each, replace)) as T; // a list of the same things
  if (typeof value !== 'object' || value === null || value instanceof Set) return value;
  if (value instanceof Map) {
    return new Map([...value].map(([key, each]) => [key, withReferences(each, replace)])) as T; // as above
  }
  const { kind, index } = value as { readonly kind?: unknown; readonly index?: unknown }; // asked of any object
  if (kind === 'class' && typeof index === 'number') return replace(index) as T; // only references have both
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withReferences(each, replace)])) as T; // as above
}
