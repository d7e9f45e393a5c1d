/** How a file is laid out, so that what we insert looks as if its author had typed it. */
export interface Layout {
  readonly eol: '\n' | '\r\n';
  /** One step of indentation. */
  readonly unit: string;
}

const MOST_COMMON: Layout['unit'] = '  ';

/** Reads the layout of a file off its text. */
export function layoutOf(text: string): Layout {
  const crlf = text.split('\r\n').length - 1;
  const lf = text.split('\n').length - 1;
  return { eol: crlf * 2 > lf ? '\r\n' : '\n', unit: unitOf(text) };
}

/** White space at the beginning of the line that holds the offset. */
export function indentAt(text: string, offset: number): string {
  return /^[\t ]*/.exec(text.slice(lineStart(text, offset)))?.[0] ?? '';
}

/** True when only white space stands before the offset on its line. */
export function isFirstOnLine(text: string, offset: number): boolean {
  return text.slice(lineStart(text, offset), offset).trim() === '';
}

/** Where the line of an offset begins. */
function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** The smallest step between the indentations of neighbouring lines that open a block. */
function unitOf(text: string): string {
  let smallest: string | null = null;
  // A brace at the end of a line, and the first line inside it.
  for (const [, outer = '', inner = ''] of text.matchAll(/^([\t ]*)\S.*[{([]\r?\n([\t ]+)(?=\S)/gm)) {
    if (!inner.startsWith(outer) || inner.length === outer.length) continue;
    const step = inner.slice(outer.length);
    if (step.startsWith('\t')) return '\t';
    if (smallest === null || step.length < smallest.length) smallest = step;
  }
  return smallest ?? MOST_COMMON;
}
