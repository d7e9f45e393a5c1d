import type { TextRange } from '../facts.js';
import { rangeOf } from '../members.js';
import { referenceOf, type Scope, unwrap } from '../scope.js';
import * as ts from '../syntax.js';
import { apiName } from './apiName.js';
import type { CallValue, Entry, NewValue, Value } from './facts.js';

/** What reading needs to know of a file. */
export interface ValueContext {
  readonly file: ts.SourceFile;
  readonly indexOf: ReadonlyMap<ts.Node, number>;
  /** What constants hold, once it was read: many places name the same one. */
  readonly constants: Map<ts.Expression, Value>;
}

/** Values inside of values, and constants behind constants. */
const MAX_DEPTH = 6;
const MAX_ENTRIES = 100;

/** Calls that read a tensor's values. */
const READERS: ReadonlySet<string> = new Set(['dataSync', 'arraySync', 'data', 'array']);

/** Reads an expression, from the place where it is written. */
export function readValue(expression: ts.Expression, scope: Scope, context: ValueContext, depth = 0): Value {
  const node = unwrap(expression);
  const range = rangeOf(node, context.file);
  if (depth > MAX_DEPTH) return { kind: 'other', range };
  const read = (each: ts.Expression) => readValue(each, scope, context, depth + 1);
  if (ts.isNumericLiteral(node)) return { kind: 'number', value: Number(node.text), range };
  if (ts.isStringLiteralLike(node)) return { kind: 'string', value: node.text, range };
  if (ts.isTemplateExpression(node)) {
    const parts = [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)];
    return { kind: 'template', parts, range };
  }
  if (ts.isIdentifier(node)) return nameValue(node, range, scope, context, depth);
  if (ts.isPrefixUnaryExpression(node)) {
    const operand = read(node.operand);
    const isMinus = node.operator === ts.SyntaxKind.MinusToken;
    return isMinus && operand.kind === 'number'
      ? { ...operand, value: -operand.value, range }
      : { kind: 'other', range };
  }
  if (ts.isObjectLiteralExpression(node)) return objectValue(node, range, read, context);
  if (ts.isArrayLiteralExpression(node)) {
    const items = node.elements.filter((each) => !ts.isSpreadElement(each)).slice(0, MAX_ENTRIES);
    return { kind: 'array', items: items.map(read), isClosed: items.length === node.elements.length, range };
  }
  if (ts.isNewExpression(node)) return newValue(node, scope, context, depth);
  if (ts.isCallExpression(node)) return callValue(node, scope, context, depth);
  if (ts.isPropertyAccessExpression(node)) return { kind: 'property', path: pathOf(node), range };
  if (ts.isElementAccessExpression(node)) {
    // `loss.dataSync()[0]` is as much of a reading as the whole.
    const whole = read(node.expression);
    return whole.kind === 'call' && READERS.has(whole.name) ? { ...whole, range } : { kind: 'other', range };
  }
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) {
    return { kind: 'function', isAsync: isAsync(node), range };
  }
  if (ts.isConditionalExpression(node)) {
    return { kind: 'either', values: [read(node.whenTrue), read(node.whenFalse)], range };
  }
  if (ts.isBinaryExpression(node)) return binaryValue(node, range, read);
  return { kind: KEYWORDS.get(node.kind) ?? 'other', ...booleanOf(node), range } as Value; // as the table below says
}

const KEYWORDS: ReadonlyMap<ts.Node['kind'], Value['kind']> = new Map([
  [ts.SyntaxKind.TrueKeyword, 'boolean'],
  [ts.SyntaxKind.FalseKeyword, 'boolean'],
  [ts.SyntaxKind.NullKeyword, 'null'],
  [ts.SyntaxKind.ThisKeyword, 'this'],
]);

function booleanOf(node: ts.Node): { readonly value?: boolean } {
  return KEYWORDS.get(node.kind) === 'boolean' ? { value: node.kind === ts.SyntaxKind.TrueKeyword } : {};
}

/** `new X(…)`. */
export function newValue(node: ts.NewExpression, scope: Scope, context: ValueContext, depth = 0): NewValue {
  const reference = referenceOf(node.expression, scope, context.indexOf);
  return {
    kind: 'new',
    class: reference,
    api: apiName(reference),
    nameRange: rangeOf(node.expression, context.file),
    arguments: (node.arguments ?? []).map((each) => readValue(each, scope, context, depth + 1)),
    range: rangeOf(node, context.file),
  };
}

/** `f(…)`. */
export function callValue(node: ts.CallExpression, scope: Scope, context: ValueContext, depth = 0): CallValue {
  const { file, indexOf } = context;
  const { expression: callee } = node;
  const isMember = ts.isPropertyAccessExpression(callee);
  const nameNode = isMember ? callee.name : callee;
  const path = pathOf(callee);
  const isImported = path !== null && !path.startsWith('this.') && !path.startsWith('super');
  return {
    kind: 'call',
    path,
    api: isImported ? apiName(referenceOf(callee, scope, indexOf)) : null,
    name: isMember ? callee.name.text : (path ?? ''),
    nameRange: rangeOf(nameNode, file),
    receiver: isMember ? rangeOf(callee.expression, file) : null,
    arguments: node.arguments.map((each) => readValue(each, scope, context, depth + 1)),
    hasSpread: node.arguments.some(ts.isSpreadElement),
    range: rangeOf(node, file),
  };
}

/** `a.b.c` as text; null where it begins with something else than a name, `this` or `super`. */
export function pathOf(node: ts.Expression): string | null {
  if (ts.isIdentifier(node)) return node.text;
  if (node.kind === ts.SyntaxKind.ThisKeyword) return 'this';
  if (node.kind === ts.SyntaxKind.SuperKeyword) return 'super';
  if (ts.isNonNullExpression(node)) return pathOf(node.expression);
  if (!ts.isPropertyAccessExpression(node)) return null;
  const before = pathOf(node.expression);
  return before === null ? null : `${before}.${node.name.text}`;
}

/** True for `async` functions. */
export function isAsync(node: ts.Node): boolean {
  const { modifiers } = node as { readonly modifiers?: readonly ts.ModifierLike[] }; // not every node has the field
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) ?? false;
}

function nameValue(node: ts.Identifier, range: TextRange, scope: Scope, context: ValueContext, depth: number): Value {
  const { text: name } = node;
  const binding = scope.lookup(name);
  if (binding === undefined) {
    if (name === 'undefined') return { kind: 'undefined', range };
    if (name === 'NaN' || name === 'Infinity') return { kind: 'number', value: Number(name), range };
  }
  const isConstant = binding?.kind === 'alias' && binding.member === null;
  const value = isConstant ? constantValue(binding.expression, binding.scope, context, depth) : null;
  return { kind: 'name', name, value, range };
}

function constantValue(expression: ts.Expression, scope: Scope, context: ValueContext, depth: number): Value {
  const known = context.constants.get(expression);
  if (known) return known;
  const value = readValue(expression, scope, context, depth + 1);
  context.constants.set(expression, value);
  return value;
}

function objectValue(
  node: ts.ObjectLiteralExpression,
  range: TextRange,
  read: (each: ts.Expression) => Value,
  { file }: ValueContext,
): Value {
  const entries: Entry[] = [];
  let isClosed = true;
  for (const property of node.properties.slice(0, MAX_ENTRIES)) {
    const name = property.name && nameOfProperty(property.name);
    if (name === undefined || ts.isSpreadAssignment(property)) {
      isClosed = false;
      continue;
    }
    const whole = rangeOf(property, file);
    const isShorthand = ts.isShorthandPropertyAssignment(property);
    const value: Value = ts.isPropertyAssignment(property)
      ? read(property.initializer)
      : isShorthand
        ? read(property.name)
        : { kind: ts.isMethodDeclaration(property) ? 'function' : 'other', isAsync: isAsync(property), range: whole };
    // A missing name is what half-typed text has.
    entries.push({ name, nameRange: rangeOf(property.name as ts.Node, file), range: whole, isShorthand, value });
  }
  return { kind: 'object', entries, isClosed: isClosed && node.properties.length <= MAX_ENTRIES, range };
}

function nameOfProperty(name: ts.PropertyName): string | undefined {
  if (ts.isComputedPropertyName(name)) {
    return ts.isStringLiteralLike(name.expression) ? name.expression.text : undefined;
  }
  return name.text;
}

function binaryValue(node: ts.BinaryExpression, range: TextRange, read: (each: ts.Expression) => Value): Value {
  const { kind } = node.operatorToken;
  if (kind === ts.SyntaxKind.QuestionQuestionToken || kind === ts.SyntaxKind.BarBarToken) {
    return { kind: 'either', values: [read(node.left), read(node.right)], range };
  }
  if (kind !== ts.SyntaxKind.PlusToken) return { kind: 'other', range };
  const parts = [partsOf(read(node.left)), partsOf(read(node.right))];
  const [left, right] = parts;
  // A text plus anything is a text; where neither side is one, nobody knows.
  if (!left && !right) return { kind: 'other', range };
  const [before, after] = [left ?? ['', ''], right ?? ['', '']];
  return { kind: 'template', parts: [...before.slice(0, -1), `${before.at(-1)}${after[0]}`, ...after.slice(1)], range };
}

function partsOf(value: Value): readonly string[] | null {
  if (value.kind === 'string') return [value.value];
  if (value.kind === 'name') return value.value && partsOf(value.value);
  return value.kind === 'template' ? value.parts : null;
}
