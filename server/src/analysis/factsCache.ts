import type { AnalysisHost, SourceSnapshot } from './analyzer.js';
import { extractFacts } from './extractFacts.js';
import type { FileFacts } from './facts.js';
import { fingerprint, structureOf } from './fingerprint.js';
import { LastGood } from './lastGood.js';
import { EditedTree } from './parse.js';
import { PACKAGE } from './resolve.js';

/** What is known of a file's text. `facts` is null while nobody had to parse it. */
interface Entry {
  readonly version: string;
  readonly facts: FileFacts | null;
}

/** Files outside of the index that are remembered; the first ones are forgotten first. */
const MAX_RECENT = 1000;

/** Syntax trees of edited files that are kept: nobody types in more files by turns. */
const MAX_TREES = 8;

/** Facts of files, read again when a file's version changes. */
export class FactsCache {
  readonly #host: AnalysisHost;
  readonly #indexed = new Map<string, Entry>();
  readonly #recent = new Map<string, Entry>();
  readonly #lastGood = new LastGood();
  readonly #trees = new Map<string, EditedTree>();
  /** Files that were read again, as they were when they were last compared. */
  readonly #uncompared = new Map<string, FileFacts>();
  #generation = 0;
  #structure = 0;

  constructor(host: AnalysisHost) {
    this.#host = host;
  }

  /**
   * Grows whenever some file but one may mean something else to the others. Comparing costs more than parsing, so it waits
   * until somebody asks who is not the file itself: mostly, nobody does while it is being typed.
   */
  generationFor(uri: string): number {
    for (const [changed, before] of this.#uncompared) {
      if (changed === uri) continue;
      this.#uncompared.delete(changed);
      const now = this.#known(changed)?.facts;
      if (!now || fingerprint(before) !== fingerprint(now)) this.#generation += 1;
    }
    return this.#generation;
  }

  /** Grows whenever classes, bases or exports of some file changed. */
  get structure(): number {
    return this.#structure;
  }

  /** Facts of one file, or undefined when it cannot be read. */
  facts(uri: string): FileFacts | undefined {
    return this.#entry(uri, false)?.facts ?? undefined;
  }

  /** Facts of one file, or undefined when nothing in its text is of interest, or it cannot be read. */
  factsOfInterest(uri: string): FileFacts | undefined {
    return this.#entry(uri, true)?.facts ?? undefined;
  }

  indexedUris(): Iterable<string> {
    return this.#indexed.keys();
  }

  /** Takes a file into the index if anything in it is of interest, and says so. */
  index(uri: string): boolean {
    const entry = this.#entry(uri, true);
    if (!entry?.facts) {
      this.unindex(uri);
      return false;
    }
    if (!this.#indexed.has(uri)) {
      this.#recent.delete(uri);
      this.#indexed.set(uri, entry);
      this.structureChanged();
    }
    return true;
  }

  /** Takes a file out of the index. */
  unindex(uri: string): void {
    if (this.#indexed.delete(uri)) this.structureChanged();
  }

  /** A file was written, made, removed or closed. */
  changed(uri: string): void {
    const before = this.#known(uri);
    const snapshot = this.#host.snapshot(uri);
    if (!snapshot?.isOpen) {
      this.#lastGood.forget(uri);
      this.#trees.delete(uri);
    }
    // A file that nobody has read may be one that somebody looked for in vain.
    if (!before || !snapshot) this.structureChanged();
    if (snapshot) {
      if (before) this.#entry(uri, before.facts === null);
    } else {
      this.#recent.delete(uri);
      this.#indexed.delete(uri);
    }
  }

  /** Looks again at the files that were read. */
  recheck(isWanted: (uri: string) => boolean): void {
    for (const entries of [this.#indexed, this.#recent]) {
      for (const [uri, { version }] of [...entries]) {
        if (isWanted(uri) && this.#host.snapshot(uri)?.version !== version) this.changed(uri);
      }
    }
  }

  /** Who extends whom, or what a module's name means, may be otherwise now. */
  structureChanged(): void {
    this.#structure += 1;
    this.#generation += 1;
  }

  #known(uri: string): Entry | undefined {
    return this.#indexed.get(uri) ?? this.#recent.get(uri);
  }

  /** @param onlyOfInterest leaves a file unparsed when its text has nothing that the analysis looks for */
  #entry(uri: string, onlyOfInterest: boolean): Entry | undefined {
    const snapshot = this.#host.snapshot(uri);
    const known = this.#known(uri);
    if (!snapshot) {
      if (known) this.changed(uri);
      return undefined;
    }
    if (known?.version === snapshot.version && (known.facts || onlyOfInterest)) {
      this.#remember(uri, known);
      return known;
    }
    const text = snapshot.text();
    if (text === undefined) return undefined;
    const isParsed = !onlyOfInterest || isOfInterest(text);
    const facts = isParsed ? this.#read(uri, text, snapshot) : null;
    const entry = { version: snapshot.version, facts };
    this.#remember(uri, entry);
    if (known && known.version !== snapshot.version) this.#compare(uri, known.facts, facts);
    return entry;
  }

  #read(uri: string, text: string, { language, isOpen }: SourceSnapshot): FileFacts | null {
    try {
      const facts = extractFacts({ uri, text, language }, isOpen ? this.#treeOf(uri) : undefined);
      return isOpen ? this.#lastGood.complete(facts) : facts;
    } catch (error) {
      this.#host.failed(uri, error);
      return null;
    }
  }

  #treeOf(uri: string): EditedTree {
    const known = this.#trees.get(uri);
    if (known) return known;
    const tree = new EditedTree();
    this.#trees.set(uri, tree);
    const [oldest] = this.#trees.keys();
    if (this.#trees.size > MAX_TREES && oldest !== undefined) this.#trees.delete(oldest);
    return tree;
  }

  #compare(uri: string, before: FileFacts | null, now: FileFacts | null): void {
    if (before === null && now === null) return;
    if (!before || !now || structureOf(before) !== structureOf(now)) this.structureChanged();
    else if (!this.#uncompared.has(uri)) this.#uncompared.set(uri, before);
  }

  #remember(uri: string, entry: Entry): void {
    if (this.#indexed.has(uri)) {
      this.#indexed.set(uri, entry);
      return;
    }
    // Where it is, it stays: taking it out and in again at each keystroke would have the map made anew, and the collector
    // keep what all of its former selves hold.
    this.#recent.set(uri, entry);
    const [oldest] = this.#recent.keys();
    if (this.#recent.size > MAX_RECENT && oldest !== undefined) this.#recent.delete(oldest);
  }
}

/** Classes with a base, our package, a Trainer, comments for us: only files with one of these are parsed. */
function isOfInterest(text: string): boolean {
  if (text.includes(PACKAGE) || text.includes('Trainer') || text.includes('lightning-disable')) return true;
  return /\bclass\b[^{}();]{0,400}\bextends\b/.test(text);
}
