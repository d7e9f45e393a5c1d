import type { Language } from './facts.js';
import * as ts from './syntax.js';

/** What is to be analysed: a file's name, text and language. */
export interface SourceText {
  readonly uri: string;
  readonly text: string;
  readonly language: Language;
}

const SCRIPT_KINDS = {
  ts: ts.ScriptKind.TS,
  tsx: ts.ScriptKind.TSX,
  js: ts.ScriptKind.JS,
  jsx: ts.ScriptKind.JSX,
} as const satisfies Record<Language, number>;

/** Parses a text. Broken text is normal: there is a tree of whatever it is. */
export function parse({ uri, text, language }: SourceText): ts.SourceFile {
  return ts.createSourceFile(
    /\.d\.[cm]?ts$/.test(uri) ? 'file.d.ts' : `file.${language}`,
    text,
    { languageVersion: ts.ScriptTarget.Latest, jsDocParsingMode: ts.JSDocParsingMode.ParseNone },
    false,
    SCRIPT_KINDS[language],
  );
}

/** The syntax tree of a text that somebody edits: what an edit leaves alone is not parsed again. */
export class EditedTree {
  #language: Language | null = null;
  #file: ts.SourceFile | null = null;

  /** The tree of the text as it is now. The tree of the text before is no longer valid then. */
  parse(source: SourceText): ts.SourceFile {
    const before = this.#file;
    this.#file = null; // what fails in the middle of an update is good for nothing
    const file = before && this.#language === source.language ? updated(before, source.text) : parse(source);
    this.#file = file;
    this.#language = source.language;
    return file;
  }
}

/** One change, from where the texts begin to differ to where they end to. */
function updated(before: ts.SourceFile, text: string): ts.SourceFile {
  const shorter = Math.min(before.text.length, text.length);
  let start = 0;
  while (start < shorter && before.text.charCodeAt(start) === text.charCodeAt(start)) start += 1;
  let same = 0;
  while (
    same < shorter - start &&
    before.text.charCodeAt(before.text.length - 1 - same) === text.charCodeAt(text.length - 1 - same)
  ) {
    same += 1;
  }
  const span = { start, length: before.text.length - same - start };
  return ts.updateSourceFile(before, text, { span, newLength: text.length - same - start });
}
