import type { Entry, ObjectValue, TextRange } from '../analysis/index.js';
import type { TextChange } from './fix.js';

/** Puts a text in the place of another. */
export function replacement(range: TextRange, newText: string): TextChange {
  return { range, newText };
}

/** Gives a property of an object another name, and leaves its value. */
export function renameEntry(entry: Entry, name: string): TextChange {
  return replacement(entry.nameRange, entry.isShorthand ? `${name}: ${entry.name}` : name);
}

/** Takes a property out of an object, with its comma, and with its line where it stands alone on it. */
export function removeEntry(text: string, { range: object }: ObjectValue, { range }: Entry): TextChange {
  const after = /^\s*,/.exec(text.slice(range.end, object.end));
  const lineStart = text.lastIndexOf('\n', range.start - 1) + 1;
  const isFirst = text.slice(lineStart, range.start).trim() === '' && lineStart > object.start;
  if (after) {
    const end = range.end + after[0].length;
    const rest = /^[\t ]*\r?\n/.exec(text.slice(end));
    if (isFirst && rest) return replacement({ start: lineStart, end: end + rest[0].length }, '');
    const gap = /^[\t ]*/.exec(text.slice(end))?.[0].length ?? 0;
    return replacement({ start: range.start, end: end + gap }, '');
  }
  // The last one: the comma before it goes too, where there is one.
  const before = /,?\s*$/.exec(text.slice(object.start + 1, range.start))?.[0] ?? '';
  return replacement({ start: range.start - before.length, end: range.end }, '');
}

/** Adds a property at the end of an object. @param property `name: value` */
export function addEntry(text: string, { range, entries }: ObjectValue, property: string): TextChange {
  const last = entries.at(-1);
  if (!last) return replacement(range, `{ ${property} }`);
  const lineStart = text.lastIndexOf('\n', last.range.start - 1) + 1;
  const before = text.slice(lineStart, last.range.start);
  const isOnOwnLine = before.trim() === '' && lineStart > range.start;
  const eol = text[lineStart - 2] === '\r' ? '\r\n' : '\n';
  return replacement(
    { start: last.range.end, end: last.range.end },
    isOnOwnLine ? `,${eol}${before}${property}` : `, ${property}`,
  );
}
