import { extractFacts } from './extractFacts.js';
import type { FileFacts, Language } from './facts.js';
import { lineageOf } from './lineage.js';
import { ModuleModel, type Usage } from './moduleModel.js';
import { type FactsOf, type LocatedClass, type Resolved, resolve } from './resolve.js';

/** A file at one moment. */
export interface SourceSnapshot {
  /** Changes whenever the text does. */
  readonly version: string;
  readonly language: Language;
  /** Read only when the version is new. Undefined when that fails. */
  text(): string | undefined;
}

/** Where files come from: an editor's open documents, a disk, a test's table. */
export interface AnalysisHost {
  /** The file, or undefined when there is none. */
  snapshot(uri: string): SourceSnapshot | undefined;
  /** Files that are searched for subclasses of a class: the open ones. */
  openUris(): Iterable<string>;
}

/** Bases on disk that are remembered; the longest unused are forgotten first. */
const MAX_CACHED_FILES = 1000;

/** Finds the LightningModules of files, following base classes into other files. Facts are cached by a file's version. */
export class Analyzer {
  readonly #cache = new Map<string, { readonly version: string; readonly facts: FileFacts }>();

  constructor(readonly host: AnalysisHost) {}

  /** Facts of one file, or undefined when it cannot be read. */
  readonly facts: FactsOf = (uri) => {
    const snapshot = this.host.snapshot(uri);
    const cached = this.#cache.get(uri);
    this.#cache.delete(uri);
    if (!snapshot) return undefined;
    const facts = cached?.version === snapshot.version ? cached.facts : read(uri, snapshot);
    if (!facts) return undefined;
    this.#cache.set(uri, { version: snapshot.version, facts });
    const [oldest] = this.#cache.keys();
    if (this.#cache.size > MAX_CACHED_FILES && oldest !== undefined) this.#cache.delete(oldest);
    return facts;
  };

  /** The modules of one file, in the order of the text. Declaration files have none to judge. */
  modules(uri: string): readonly ModuleModel[] {
    const file = this.#withSubclasses(uri);
    if (!file || file.isDeclarationFile) return [];
    const found = file.classes.flatMap((facts) => {
      const lineage = facts.base && lineageOf({ file, facts }, this.facts);
      return lineage ? [{ facts, lineage }] : [];
    });
    if (found.length === 0) return [];
    const usageOf = this.#usages(file);
    return found.map(({ facts, lineage }) => new ModuleModel(file, facts, lineage, usageOf(facts.index)));
  }

  /** Forgets a file: it was closed, or has changed on disk. */
  forget(uri: string): void {
    this.#cache.delete(uri);
  }

  /** Facts of a file that has subclasses of anything; most files have none, and are not even parsed for that. */
  #withSubclasses(uri: string): FileFacts | undefined {
    const snapshot = this.host.snapshot(uri);
    const isParsed = snapshot !== undefined && this.#cache.get(uri)?.version === snapshot.version;
    return isParsed || snapshot?.text()?.includes('extends') ? this.facts(uri) : undefined;
  }

  /** Who uses the classes of a file, in itself and in the open files. */
  #usages(file: FileFacts): (index: number) => Usage {
    const extended = new Set<number>();
    const parts = new Set<number>();
    const others = [...this.host.openUris()].filter((uri) => uri !== file.uri).map((uri) => this.#withSubclasses(uri));
    for (const user of [file, ...others]) {
      for (const facts of user?.classes ?? []) {
        if (!user || !facts.base) continue;
        for (const index of classesOf(file, resolve(facts.base, user, this.facts))) extended.add(index);
        if (facts.constructs.length === 0 || !lineageOf({ file: user, facts }, this.facts)) continue;
        for (const constructed of facts.constructs) {
          for (const index of classesOf(file, resolve(constructed, user, this.facts))) {
            if (user !== file || index !== facts.index) parts.add(index);
          }
        }
      }
    }
    return (index) => ({ isExtended: extended.has(index), isPart: parts.has(index) });
  }
}

function read(uri: string, snapshot: SourceSnapshot): FileFacts | undefined {
  const text = snapshot.text();
  return text === undefined ? undefined : extractFacts({ uri, text, language: snapshot.language });
}

/** The classes of a file that something resolved to, through mixins too. */
function classesOf(file: FileFacts, resolved: Resolved): readonly number[] {
  if (resolved.kind === 'mixin') return resolved.from.flatMap((each) => classesOf(file, each));
  return resolved.kind === 'class' && isIn(file, resolved.located) ? [resolved.located.facts.index] : [];
}

function isIn(file: FileFacts, { file: other }: LocatedClass): boolean {
  return file.uri === other.uri;
}
