import { readFileSync } from 'node:fs';
import type { SourceLocation } from '../protocol/index.js';

/** How a code frame is drawn. */
export interface CodeFrameOptions {
  /** Lines shown before and after; default 2 before and 1 after. */
  readonly before?: number;
  readonly after?: number;
  /** How many columns to underline; default 1, a caret. */
  readonly length?: number;
}

// Longer lines are cut around the place: a frame of a minified file must stay readable.
const MAX_WIDTH = 140;

/**
 * The source at a place, with line numbers and a caret under it. Empty when the file cannot be read or has no such line.
 *
 * ```
 *   12 |   trainingStep(batch: Batch) {
 * > 13 |     const loss = this.net(batch);
 *      |                       ^
 *   14 |     return loss;
 * ```
 */
export function codeFrame(location: SourceLocation, options: CodeFrameOptions = {}): string {
  const lines = readLines(location.file);
  const at = location.line - 1;
  if (lines[at] === undefined) return '';
  const first = Math.max(0, at - (options.before ?? 2));
  const last = Math.min(lines.length - 1, at + (options.after ?? 1));
  const width = String(last + 1).length;
  const skipped = lines[at].length > MAX_WIDTH ? Math.max(0, location.column - MAX_WIDTH / 2) : 0;
  const rows: string[] = [];
  for (let index = first; index <= last; index++) {
    const shown = (lines[index] ?? '').slice(skipped, skipped + MAX_WIDTH);
    rows.push(`${index === at ? '>' : ' '} ${String(index + 1).padStart(width)} | ${shown}`.trimEnd());
    if (index === at) rows.push(caretRow(shown, location.column - skipped, options.length ?? 1, width));
  }
  return rows.join('\n');
}

/** Tabs before the place stay tabs, so that the caret stands right whatever their width. */
function caretRow(line: string, column: number, length: number, width: number): string {
  const indent = line.slice(0, Math.max(0, column - 1)).replaceAll(/[^\t]/g, ' ');
  const marks = Math.max(1, Math.min(length, line.length - column + 1));
  return `  ${' '.repeat(width)} | ${indent}${marks > 1 ? '~'.repeat(marks) : '^'}`;
}

function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/);
  } catch {
    return [];
  }
}
