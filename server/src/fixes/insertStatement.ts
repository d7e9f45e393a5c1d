import type { MethodBody, ModuleModel } from '../analysis/index.js';
import type { TextChange } from './fix.js';
import { indentAt, isFirstOnLine, layoutOf } from './layout.js';

/** Puts a statement at the beginning of a method's body. Undefined for an arrow without braces. */
export function insertFirst(module: ModuleModel, method: MethodBody, statement: string): TextChange | undefined {
  const { text } = module.file;
  const { bodyRange } = method;
  if (!bodyRange || text[bodyRange.start] !== '{') return undefined;
  const start = bodyRange.start + 1;
  const { eol, unit } = layoutOf(text);
  const isEmpty = text.slice(start, bodyRange.end - 1).trim() === '';
  if (isEmpty) return { range: { start, end: bodyRange.end - 1 }, newText: ` ${statement} ` };
  const isOneLine = !text.slice(start, bodyRange.end).includes('\n');
  if (isOneLine) return { range: { start, end: start }, newText: ` ${statement}` };
  const indent = indentAt(text, method.range.start) + unit;
  return { range: { start, end: start }, newText: eol + indent + statement };
}

/** Puts a statement at the end of a method's body. Undefined for an arrow without braces. */
export function insertLast(module: ModuleModel, method: MethodBody, statement: string): TextChange | undefined {
  const { text } = module.file;
  const { bodyRange } = method;
  if (!bodyRange || text[bodyRange.start] !== '{') return undefined;
  const body = text.slice(bodyRange.start + 1, bodyRange.end - 1);
  const end = bodyRange.start + 1 + body.trimEnd().length;
  const { eol, unit } = layoutOf(text);
  if (!body.includes('\n')) return { range: { start: end, end }, newText: ` ${statement}` };
  return { range: { start: end, end }, newText: eol + indentAt(text, method.range.start) + unit + statement };
}

/** Puts a statement on a line of its own before or behind what stands at an offset; undefined where that shares its line. */
export function insertLine(
  { file: { text } }: ModuleModel,
  offset: number,
  statement: string,
  where: 'before' | 'after',
): TextChange | undefined {
  if (where === 'before' && !isFirstOnLine(text, offset)) return undefined;
  const { eol } = layoutOf(text);
  const lineEnd = text.slice(offset).search(/\r?\n|$/) + offset;
  const at = where === 'before' ? offset : lineEnd;
  const indent = indentAt(text, where === 'before' ? offset : offset - 1);
  const newText = where === 'before' ? statement + eol + indent : eol + indent + statement;
  return { range: { start: at, end: at }, newText };
}

/** Puts a field at the beginning of a class. */
export function insertField(module: ModuleModel, field: string): TextChange {
  const { text } = module.file;
  const { start, end } = module.bodyRange;
  const { eol, unit } = layoutOf(text);
  const indent = indentAt(text, module.range.start) + unit;
  const body = text.slice(start, end);
  if (!body.includes('\n')) return { range: { start, end: start }, newText: ` ${field}` };
  return { range: { start, end: start }, newText: eol + indent + field };
}
