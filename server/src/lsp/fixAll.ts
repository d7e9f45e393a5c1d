import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { TextRange } from '../analysis/index.js';
import { applyChanges, type TextChange } from '../fixes/index.js';
import type { Finding } from '../rules/index.js';

/** Rounds of fixing: one fix may make room for another, and two that undo each other must come to an end. */
const MAX_ROUNDS = 10;

/**
 * The text after all fixes of some findings: as many at once as do not touch each other, then what is left, found anew.
 * @param find the findings in a text whose fixes are wanted
 */
export async function fixedText(text: string, find: (text: string) => Promise<readonly Finding[]>): Promise<string> {
  const seen = new Set<string>();
  let fixed = text;
  for (let round = 0; round < MAX_ROUNDS && !seen.has(fixed); round += 1) {
    seen.add(fixed);
    const changes = compatible(await find(fixed));
    if (changes.length === 0) break;
    fixed = applyChanges(fixed, changes);
  }
  return fixed;
}

/** The changes of the findings' fixes, without the fixes that would touch what an earlier one changes. */
function compatible(findings: readonly Finding[]): readonly TextChange[] {
  const taken: TextChange[] = [];
  for (const { fix } of findings) {
    if (!fix || fix.changes.some(({ range }) => taken.some((other) => touch(range, other.range)))) continue;
    taken.push(...fix.changes);
  }
  return taken;
}

function touch(a: TextRange, b: TextRange): boolean {
  return a.start <= b.end && b.start <= a.end;
}

/** The one change that makes a document's text another: what they begin and end with stays. Null for equal texts. */
export function difference(document: TextDocument, after: string): TextChange | null {
  const before = document.getText();
  if (before === after) return null;
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  // Neither between the halves of a character outside the BMP, nor between CR and LF.
  while (start > 0 && /[\ud800-\udbff\r]/.test(before[start - 1] ?? '')) start -= 1;
  let same = 0;
  while (same < shorter - start && before[before.length - 1 - same] === after[after.length - 1 - same]) same += 1;
  while (same > 0 && /[\udc00-\udfff\n]/.test(before[before.length - same] ?? '')) same -= 1;
  return {
    range: { start, end: before.length - same },
    newText: after.slice(start, after.length - same),
  };
}
