import type { TextRange } from './facts.js';
import type * as ts from './syntax.js';

/** Where a file does not parse. */
export interface ParseErrors {
  readonly any: boolean;
  /**
   * The words of the text in which members of a class may hide, when an error in it, or just behind it, may have made
   * the parser lose them; null when it lost none. A name that is not among these words is really missing.
   */
  lostWords(range: TextRange): ReadonlySet<string> | null;
}

/** The syntax errors of a file. */
export function parseErrors(file: ts.SourceFile): ParseErrors {
  // The parser's own errors have no public door that works without a whole program.
  const { parseDiagnostics = [] } = file as { readonly parseDiagnostics?: readonly ts.DiagnosticWithLocation[] };
  return {
    any: parseDiagnostics.length > 0,
    lostWords(range) {
      if (parseDiagnostics.length === 0) return null;
      const end = reach(range, file);
      const isHit = parseDiagnostics.some(({ start }) => start >= range.start && start <= end);
      return isHit ? new Set(file.text.slice(range.start).match(/[\w$]+/g)) : null;
    },
  };
}

/** A brace too many ends a class early; the rest of it then stands, as bad statements, right behind it. */
function reach(range: TextRange, file: ts.SourceFile): number {
  const holder = file.statements.findIndex((statement) => statement.end >= range.end);
  const after = file.statements[holder + 2];
  return holder === -1 || !after ? file.text.length : after.end;
}
