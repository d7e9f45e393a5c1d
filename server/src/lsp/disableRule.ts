import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { TextChange } from '../fixes/index.js';

const NEXT_LINE = /^[\t ]*\/\/[\t ]*lightning-disable-next-line[\t ]+[\w-]+(?:[\t ]*,[\t ]*[\w-]+)*/;

/** A comment above the line of an offset that switches a rule off there; a comment that is there already is added to. */
export function disableForLine(document: TextDocument, offset: number, ruleId: string): TextChange {
  const text = document.getText();
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const above = text.slice(text.lastIndexOf('\n', lineStart - 2) + 1, lineStart);
  const list = NEXT_LINE.exec(above)?.[0];
  if (list !== undefined) {
    const at = lineStart - above.length + list.length;
    return { range: { start: at, end: at }, newText: `, ${ruleId}` };
  }
  const indent = /^[\t ]*/.exec(text.slice(lineStart, offset))?.[0] ?? '';
  const comment = `${indent}// lightning-disable-next-line ${ruleId}${eolOf(text)}`;
  return { range: { start: lineStart, end: lineStart }, newText: comment };
}

/** A comment at the beginning of the text that switches a rule off in all of it. */
export function disableForFile(document: TextDocument, ruleId: string): TextChange {
  const text = document.getText();
  // What tells a system how to run the file must stay the first line.
  const at = text.startsWith('#!') ? text.indexOf('\n') + 1 || text.length : 0;
  return { range: { start: at, end: at }, newText: `/* lightning-disable ${ruleId} */${eolOf(text)}` };
}

function eolOf(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? '\n';
}
