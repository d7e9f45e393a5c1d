import { FileModel } from './body/fileModel.js';
import { extractFacts } from './extractFacts.js';
import type { FileFacts, Language, Reference } from './facts.js';
import { FactsCache } from './factsCache.js';
import type { ConfigSnapshot } from './jsonFiles.js';
import { lineageOf } from './lineage.js';
import { ModuleFiles } from './moduleFiles.js';
import { ModuleModel } from './moduleModel.js';
import { type LocatedClass, PACKAGE, type Resolved, resolve, type SourceFiles } from './resolve.js';
import { Usages } from './usages.js';

/** A file at one moment. */
export interface SourceSnapshot {
  /** Changes whenever the text does. */
  readonly version: string;
  readonly language: Language;
  /** Somebody edits it: half-typed text is normal, and what was there before it still counts. */
  readonly isOpen: boolean;
  /** Read only when the version is new. Undefined when that fails. */
  text(): string | undefined;
}

/** Where files come from: an editor's open documents, a disk, a test's table. */
export interface AnalysisHost {
  /** The source file, or undefined when there is none. */
  snapshot(uri: string): SourceSnapshot | undefined;
  /** `tsconfig.json`, `package.json` and their like, or undefined when there is none. */
  config(uri: string): ConfigSnapshot | undefined;
  /** Told of a file that could not be analysed, and of why. It is as one that cannot be read, until its version changes. */
  failed(uri: string, error: unknown): void;
  /** True for a file whose changes `Analyzer.changed` is told of. */
  isWatched(uri: string): boolean;
  /** The files that are being edited. */
  openUris(): Iterable<string>;
  /** The `package.json` files of the workspace. */
  manifestUris(): Iterable<string>;
}

/**
 * Finds the classes of files that the Trainer knows, following base classes into other files. What the open files and the
 * files of the index say is taken into account; everything is cached until a file's version changes.
 */
export class Analyzer implements SourceFiles {
  readonly #files: FactsCache;
  readonly #modules: ModuleFiles;
  /** Another analyzer, which knows everything but one file. */
  readonly #but: { readonly others: Analyzer; readonly file: FileFacts } | null;
  #usages: { readonly key: string; readonly usages: Usages } | null = null;

  constructor(
    readonly host: AnalysisHost,
    but: { readonly others: Analyzer; readonly file: FileFacts } | null = null,
  ) {
    this.#but = but;
    this.#files = new FactsCache(host);
    this.#modules = new ModuleFiles(
      (uri) => host.config(uri),
      () => host.manifestUris(),
      PACKAGE,
    );
  }

  /** Reads anew what may have changed without a word: what is being edited, and what is not watched. */
  refresh(): void {
    for (const uri of this.host.openUris()) this.#files.factsOfInterest(uri);
    this.#files.recheck((uri) => !this.host.isWatched(uri));
  }

  /** Grows whenever some file but this one may mean something else to the others; see {@link refresh}. */
  generationFor(uri: string): number {
    return this.#files.generationFor(uri);
  }

  /** Facts of one file, or undefined when it cannot be read. */
  facts(uri: string): FileFacts | undefined {
    if (this.#but) return uri === this.#but.file.uri ? this.#but.file : this.#but.others.facts(uri);
    return this.#files.facts(uri);
  }

  /** Facts of one file, or undefined when nothing in its text is of interest; most files are not even parsed for that. */
  factsOfInterest(uri: string): FileFacts | undefined {
    if (this.#but) return uri === this.#but.file.uri ? this.#but.file : this.#but.others.factsOfInterest(uri);
    return this.#files.factsOfInterest(uri);
  }

  /** The analysis as it would be if a file had this text. What changes later in other files, it sees. */
  withText(uri: string, language: Language, text: string): Analyzer {
    return new Analyzer(this.host, { others: this, file: extractFacts({ uri, text, language }) });
  }

  /** Where a module may lie that a file imports, the likeliest place first. */
  candidates(specifier: string, from: string): readonly string[] {
    return this.#but ? this.#but.others.candidates(specifier, from) : this.#modules.candidates(specifier, from);
  }

  /** The modules, data modules and callbacks of one file, in the order of the text. Declaration files have none to judge. */
  classes(uri: string): readonly ModuleModel[] {
    const file = this.factsOfInterest(uri);
    if (!file || file.isDeclarationFile) return [];
    return file.classes.flatMap((facts) => this.#model({ file, facts }) ?? []);
  }

  /** One file with its classes and what it does with the Trainer; undefined when nothing in it is of interest. */
  file(uri: string): FileModel | undefined {
    const facts = this.factsOfInterest(uri);
    return facts && !facts.isDeclarationFile ? new FileModel(facts, this) : undefined;
  }

  /** The modules among {@link classes}. */
  modules(uri: string): readonly ModuleModel[] {
    return this.classes(uri).filter(({ kind }) => kind === 'module');
  }

  /** The files whose classes are known: the open ones, and those of the index. */
  knownUris(): readonly string[] {
    if (this.#but) return this.#but.others.knownUris();
    return [...new Set([...this.host.openUris(), ...this.#files.indexedUris()])];
  }

  /** What a reference in a file turned out to be. */
  resolve(reference: Reference, file: FileFacts): Resolved {
    return resolve(reference, file, this);
  }

  /** The model of a class that a reference in a file names, or undefined when it is none that the Trainer knows. */
  classOf(reference: Reference, file: FileFacts): ModuleModel | undefined {
    const resolved = this.resolve(reference, file);
    return resolved.kind === 'class' ? this.#model(resolved.located) : undefined;
  }

  /** The class that a class names as its base, or undefined when that cannot be read, or is the package's own. */
  superclass(model: ModuleModel): ModuleModel | undefined {
    const [base] = model.bases;
    return base && this.#model(base);
  }

  /** The classes in known files that name a class as their base. */
  subclasses(model: ModuleModel): readonly ModuleModel[] {
    return this.#usagesNow()
      .subclasses({ file: model.file, facts: model.facts })
      .flatMap((located) => this.#model(located) ?? []);
  }

  /** Takes a file into the index, so that it is known though it is closed. Returns whether anything in it is of interest. */
  index(uri: string): boolean {
    return this.#files.index(uri);
  }

  /** Takes a file out of the index: it is gone, or no longer in the workspace. */
  unindex(uri: string): void {
    this.#files.unindex(uri);
  }

  /** A file was written, made, removed or closed. */
  changed(uri: string): void {
    this.#files.changed(uri);
  }

  /** A configuration was written, made or removed, or the workspace has other packages now. */
  configChanged(): void {
    this.#modules.configChanged();
    this.#files.structureChanged();
  }

  #model(located: LocatedClass): ModuleModel | undefined {
    const lineage = located.facts.base && lineageOf(located, this);
    if (!lineage) return undefined;
    return new ModuleModel(located.file, located.facts, lineage, this.#usagesNow().of(located));
  }

  /** Who uses whom. Of closed files only what `changed` told is new. */
  #usagesNow(): Usages {
    if (this.#but) return this.#but.others.#usagesNow();
    const open = [...this.host.openUris()];
    // Reading them may move the number on.
    for (const uri of open) this.#files.factsOfInterest(uri);
    const key = [this.#files.structure, ...open].join('\n');
    if (this.#usages?.key !== key) {
      const users = this.knownUris().flatMap((uri) => this.#files.factsOfInterest(uri) ?? []);
      this.#usages = { key, usages: new Usages(users, this) };
    }
    return this.#usages.usages;
  }
}
