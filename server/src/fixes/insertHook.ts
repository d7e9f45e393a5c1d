import { HOOKS } from 'lightning-tfjs/hooks';
import type { ModuleModel } from '../analysis/index.js';
import type { Fix, TextChange } from './fix.js';
import { importName, type UsableName } from './importName.js';
import { indentAt, isFirstOnLine, layoutOf } from './layout.js';

/** What an inserted hook starts as. */
interface Skeleton {
  /** An export of the package that the body needs. */
  readonly needs?: string;
  /** Lines of the body. @param needed how the file writes what is needed */
  body(needed: string): readonly string[];
  /** Goes before the first of these that the class has; else at the end. */
  readonly before: readonly string[];
}

const SKELETONS = {
  trainingStep: {
    body: () => ["throw new Error('trainingStep: return the loss of this batch');"],
    before: ['validationStep', 'testStep', 'predictStep', 'configureOptimizers'],
  },
  validationStep: {
    body: () => ["throw new Error('validationStep: log the metrics of this batch');"],
    before: ['testStep', 'predictStep', 'configureOptimizers'],
  },
  testStep: {
    body: () => ["throw new Error('testStep: log the metrics of this batch');"],
    before: ['predictStep', 'configureOptimizers'],
  },
  predictStep: {
    body: () => ["throw new Error('predictStep: return the prediction for this batch');"],
    before: ['configureOptimizers'],
  },
  configureOptimizers: {
    needs: 'optim',
    body: (optim) => [`return new ${optim}.Adam(this.parameters(), { lr: 1e-3 });`],
    before: [],
  },
} as const satisfies Readonly<Record<string, Skeleton>>;

/** Hooks that a fix can write. */
export type InsertableHook = keyof typeof SKELETONS;

const NOTHING_NEEDED: UsableName = { expression: '', changes: [] };

/** Adds a hook to a class: typed in TypeScript, without types in JavaScript, in the file's own layout. */
export function insertHook(module: ModuleModel, hook: InsertableHook): Fix {
  const skeleton: Skeleton = SKELETONS[hook];
  const needed = skeleton.needs === undefined ? NOTHING_NEEDED : importName(module.file, skeleton.needs);
  const lines = [`${signature(module, hook)} {`, ...skeleton.body(needed.expression).map((line) => `\t${line}`), '}'];
  return { title: `Add ${hook}`, changes: [...needed.changes, insertion(module, lines, skeleton.before)] };
}

function signature(module: ModuleModel, hook: InsertableHook): string {
  const isTyped = module.file.language.startsWith('ts');
  // Where one hook says `override`, the project most likely demands it.
  const override = isTyped && module.members.some(({ isOverride }) => isOverride) ? 'override ' : '';
  const { params } = HOOKS[hook];
  return `${override}${hook}(${isTyped ? params : withoutTypes(params)})`;
}

/** `batch: unknown, batchIdx: number` → `batch, batchIdx`. The table's parameters have no commas inside their types. */
function withoutTypes(params: string): string {
  return params
    .split(', ')
    .map((param) => param.split(/[?:]/)[0])
    .join(', ');
}

/** Puts a member in its place. A tab in a line stands for one step of indentation. */
function insertion(module: ModuleModel, lines: readonly string[], before: readonly string[]): TextChange {
  const { text } = module.file;
  const { eol, unit } = layoutOf(text);
  const outer = indentAt(text, module.range.start);
  const members = module.members.filter(({ kind }) => kind !== 'assigned');
  const first = members[0];
  const inner = first && isFirstOnLine(text, first.range.start) ? indentAt(text, first.range.start) : outer + unit;
  const step = inner.startsWith(outer) && inner.length > outer.length ? inner.slice(outer.length) : unit;
  const member = lines.map((line) => inner + line.replaceAll('\t', step)).join(eol);

  const successor = members.findIndex(({ name, isStatic }) => !isStatic && before.includes(name));
  const previous = successor === -1 ? members.at(-1) : members[successor - 1];
  if (!previous || (successor !== -1 && !isFirstOnLine(text, members[successor]!.range.start))) {
    return atEnd(module, member, eol, outer);
  }
  const end = endOfLineComment(text, previous.range.end);
  const isLast = successor === -1;
  // In a class on one line, the closing brace moves to its own.
  const closing = isLast && !text.slice(end, module.bodyRange.end).includes('\n') ? eol + outer : '';
  const rest = closing === '' ? end : module.bodyRange.end;
  return { range: { start: end, end: rest }, newText: eol + eol + member + closing };
}

/** Before the closing brace, behind whatever the body holds: comments, or nothing. */
function atEnd(module: ModuleModel, member: string, eol: string, outer: string): TextChange {
  const { text } = module.file;
  const { start, end } = module.bodyRange;
  const body = text.slice(start, end).trimEnd();
  const gap = body === '' ? eol : eol + eol;
  return { range: { start: start + body.length, end }, newText: gap + member + eol + outer };
}

/** Past a comment that stands on the same line and belongs to what is before it. */
function endOfLineComment(text: string, offset: number): number {
  const comment = /^[\t ]*(\/\/[^\r\n]*|\/\*[^\r\n]*?\*\/(?=[\t ]*[\r\n]))/.exec(text.slice(offset));
  return offset + (comment?.[0].length ?? 0);
}
