/** Facts about one file, read from its text alone: plain data, so that the syntax tree need not be kept. */

import type { ClassBody, FileBody } from './body/facts.js';

/** Half-open range of UTF-16 offsets into a file's text. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** How sure a finding is: `certain` ones are errors or warnings, `likely` ones only hints. */
export type Certainty = 'certain' | 'likely';

/** The languages that are analysed, each parsed in its own way. */
export type Language = 'ts' | 'tsx' | 'js' | 'jsx';

/** What a name or an expression stands for, as far as the file itself can tell. */
export type Reference =
  /** Something imported or required: `path` are the names from the other file's exports on; empty for all of it. */
  | { readonly kind: 'import'; readonly module: string; readonly path: readonly string[]; readonly localName: string }
  /** A class of the same file, by its place in {@link FileFacts.classes}. */
  | { readonly kind: 'class'; readonly index: number }
  /** A call, such as `WithLogging(LightningModule)`, and what it was given. */
  | { readonly kind: 'mixin'; readonly arguments: readonly Reference[] }
  /** A name that the file declares nowhere. */
  | { readonly kind: 'unknown'; readonly name: string }
  /** A value that only a run can tell: a parameter, a variable. */
  | { readonly kind: 'opaque' };

/** One parameter of a method. */
export interface Parameter {
  /** Null for a destructured one. */
  readonly name: string | null;
  readonly isOptional: boolean;
  readonly isRest: boolean;
}

/** One member of a class that has a name. */
export interface Member {
  readonly name: string;
  readonly nameRange: TextRange;
  readonly range: TextRange;
  /** `arrow` is a property that holds a function; `assigned` is a value given to `this.name` or `prototype.name`. */
  readonly kind: 'method' | 'property' | 'accessor' | 'arrow' | 'assigned';
  readonly isStatic: boolean;
  /** Not for the Trainer to call: `#name`, `private` or `protected`. */
  readonly isPrivate: boolean;
  readonly isOverride: boolean;
  /** True when the name is written as a plain identifier, so that a rename may replace it. */
  readonly isIdentifier: boolean;
  /** Empty unless it is a method or an arrow property. */
  readonly parameters: readonly Parameter[];
}

/** One class of a file. */
export interface ClassFacts {
  readonly index: number;
  /** Null for a class expression that nothing names. */
  readonly name: string | null;
  /** The name, or the `class` keyword where there is none. */
  readonly nameRange: TextRange;
  readonly range: TextRange;
  /** Between the braces. */
  readonly bodyRange: TextRange;
  /** Null for a class without `extends`. */
  readonly base: Reference | null;
  readonly isAbstract: boolean;
  /** The name under which the file exports it (`default` for the default export), or null. */
  readonly exportedAs: string | null;
  readonly members: readonly Member[];
  /** Members may exist that the text does not show: computed names, `Object.assign(this, …)`, decorators, merged interfaces. */
  readonly isOpenEnded: boolean;
  readonly implementsInterfaces: boolean;
  /** What the class body constructs with `new`. */
  readonly constructs: readonly Reference[];
  /** What its methods and fields do. */
  readonly body: ClassBody;
  /** False when its closing brace is missing: nobody knows where it ends. */
  readonly isClosed: boolean;
  /** Words of the text where the parser may have lost members of this class, after a syntax error; null without one. */
  readonly lostWords: ReadonlySet<string> | null;
  /** Members that the class had before the text broke, and that may still be there: for names only, their ranges are old. */
  readonly lostMembers: readonly Member[];
  /** The parser lost the whole class, and this is what it was before the text broke: its ranges are old. */
  readonly isStale: boolean;
}

/** One name that an import or a `require` brings in. */
export interface ImportedName {
  readonly imported: string;
  readonly local: string;
  readonly range: TextRange;
}

/** One import declaration, or one `const … = require(…)`. */
export interface ImportFacts {
  readonly module: string;
  readonly style: 'import' | 'require';
  readonly isTypeOnly: boolean;
  readonly range: TextRange;
  /** The whole module under one name: `import * as L`, `const L = require(…)`. */
  readonly namespace: string | null;
  readonly names: readonly ImportedName[];
}

/** A name of a rule in a comment that switches rules off. */
export interface NamedRule {
  readonly id: string;
  readonly range: TextRange;
}

/** A comment that switches rules off, or on again. */
export interface Directive {
  /** `line` switches off on the line that is its scope; `disable` from its scope's start on, until an `enable`. */
  readonly kind: 'line' | 'disable' | 'enable';
  /** Empty: all rules. */
  readonly rules: readonly NamedRule[];
  readonly scope: TextRange;
}

/** Everything that the rules and the other files may ask about one file. */
export interface FileFacts {
  readonly uri: string;
  readonly text: string;
  readonly language: Language;
  readonly isDeclarationFile: boolean;
  readonly hasSyntaxErrors: boolean;
  /** Comments that switch rules off. */
  readonly directives: readonly Directive[];
  readonly classes: readonly ClassFacts[];
  /** What it constructs and runs. */
  readonly body: FileBody;
  readonly imports: readonly ImportFacts[];
  /** By exported name; `default` and, for CommonJS, `export=` among them. */
  readonly exports: ReadonlyMap<string, Reference>;
  /** Modules behind `export * from`. */
  readonly exportStars: readonly string[];
  readonly topLevelNames: ReadonlySet<string>;
  /** Names that are read as properties (`super.name` excepted) or stand in quotes: a method among them has a caller. */
  readonly usedProperties: ReadonlySet<string>;
}
