import type { TextRange } from '../analysis/index.js';

/** One change of a text. */
export interface TextChange {
  readonly range: TextRange;
  readonly newText: string;
}

/** A change that mends a finding. The changes do not overlap, and all count from the same, unchanged text. */
export interface Fix {
  /** What a person reads in the menu: an imperative. */
  readonly title: string;
  readonly changes: readonly TextChange[];
}

/** The text after the changes. */
export function applyChanges(text: string, changes: readonly TextChange[]): string {
  return [...changes]
    .sort((a, b) => b.range.start - a.range.start)
    .reduce((result, { range, newText }) => result.slice(0, range.start) + newText + result.slice(range.end), text);
}
