import type { Reference } from './facts.js';
import * as ts from './syntax.js';

/** What a declared name stands for. */
export type Binding =
  | { readonly kind: 'import'; readonly module: string; readonly path: readonly string[] }
  | { readonly kind: 'class'; readonly index: number }
  /** The value of an expression, or one member of it (`const { LightningModule } = L`). */
  | {
      readonly kind: 'alias';
      readonly expression: ts.Expression;
      readonly scope: Scope;
      readonly member: string | null;
    }
  | { readonly kind: 'opaque' };

/** Names declared in one block, function or file. The first declaration of a name counts. */
export class Scope {
  // Made when first needed: most blocks declare nothing, and there are as many as lines.
  #bindings: Map<string, Binding> | null = null;
  #interfaces: Set<string> | null = null;

  /** @param parent null for the file's own scope */
  constructor(readonly parent: Scope | null) {}

  /** Adds a name, unless it is there. */
  declare(name: string, binding: Binding): void {
    this.#bindings ??= new Map();
    if (!this.#bindings.has(name)) this.#bindings.set(name, binding);
  }

  /** Adds an interface, which may add members to a class of the same name. */
  declareInterface(name: string): void {
    this.#interfaces ??= new Set();
    this.#interfaces.add(name);
  }

  /** True when an interface of the name is declared in this very scope. */
  hasInterface(name: string): boolean {
    return this.#interfaces?.has(name) ?? false;
  }

  /** The nearest declaration of a name, from here outwards. */
  lookup(name: string): Binding | undefined {
    return this.#bindings?.get(name) ?? this.parent?.lookup(name);
  }

  /** The names declared in this very scope. */
  names(): Iterable<string> {
    return this.#bindings?.keys() ?? [];
  }
}

const SCOPE_KINDS: readonly ts.Node['kind'][] = [
  ts.SyntaxKind.ArrowFunction,
  ts.SyntaxKind.Block,
  ts.SyntaxKind.CallSignature,
  ts.SyntaxKind.CaseBlock,
  ts.SyntaxKind.CatchClause,
  ts.SyntaxKind.ClassStaticBlockDeclaration,
  ts.SyntaxKind.ConstructSignature,
  ts.SyntaxKind.Constructor,
  ts.SyntaxKind.ConstructorType,
  ts.SyntaxKind.ForInStatement,
  ts.SyntaxKind.ForOfStatement,
  ts.SyntaxKind.ForStatement,
  ts.SyntaxKind.FunctionDeclaration,
  ts.SyntaxKind.FunctionExpression,
  ts.SyntaxKind.FunctionType,
  ts.SyntaxKind.GetAccessor,
  ts.SyntaxKind.IndexSignature,
  ts.SyntaxKind.MethodDeclaration,
  ts.SyntaxKind.MethodSignature,
  ts.SyntaxKind.ModuleBlock,
  ts.SyntaxKind.SetAccessor,
];
/** By kind: asked of each node of a text, and a set would take as long as all else. */
const OPENS_SCOPE = new Uint8Array(512);
for (const kind of SCOPE_KINDS) OPENS_SCOPE[kind] = 1;

/** True for a node that may declare names of its own; classes are told apart besides. */
export function opensScope({ kind }: ts.Node): boolean {
  return OPENS_SCOPE[kind] === 1;
}

// `const a = b, b = a` is possible in text.
const MAX_ALIASES = 16;
const OPAQUE: Reference = { kind: 'opaque' };

/**
 * What an expression stands for, from the place where it is written.
 * @param indexOf the classes of this file that were found
 */
export function referenceOf(
  expression: ts.Expression,
  scope: Scope,
  indexOf: ReadonlyMap<ts.Node, number>,
  aliases = 0,
): Reference {
  const node = unwrap(expression);
  const own = indexOf.get(node);
  if (own !== undefined) return { kind: 'class', index: own };
  if (ts.isIdentifier(node)) return referenceOfName(node.text, scope, indexOf, aliases);
  if (ts.isPropertyAccessExpression(node)) {
    return memberOf(referenceOf(node.expression, scope, indexOf, aliases), node.name.text);
  }
  const required = requiredModule(node);
  if (required !== null) return { kind: 'import', module: required, path: [], localName: '' };
  if (ts.isCallExpression(node)) {
    return { kind: 'mixin', arguments: node.arguments.map((each) => referenceOf(each, scope, indexOf, aliases)) };
  }
  return OPAQUE;
}

/** What a name stands for. */
export function referenceOfName(
  name: string,
  scope: Scope,
  indexOf: ReadonlyMap<ts.Node, number>,
  aliases = 0,
): Reference {
  const binding = scope.lookup(name);
  if (binding === undefined) return { kind: 'unknown', name };
  if (binding.kind === 'import') return { kind: 'import', module: binding.module, path: binding.path, localName: name };
  if (binding.kind !== 'alias') return binding;
  if (aliases >= MAX_ALIASES) return OPAQUE;
  const whole = referenceOf(binding.expression, binding.scope, indexOf, aliases + 1);
  return binding.member === null ? whole : memberOf(whole, binding.member);
}

function memberOf(whole: Reference, member: string): Reference {
  // Written out: a spread takes several times as long, and this is called for each name with a dot.
  if (whole.kind === 'import') {
    return { kind: 'import', module: whole.module, path: [...whole.path, member], localName: member };
  }
  return whole.kind === 'unknown' ? { kind: 'unknown', name: member } : OPAQUE;
}

/** The module of `require('m')`, `import('m')` or `await import('m')`; null for any other expression. */
export function requiredModule(expression: ts.Expression): string | null {
  const node = unwrap(expression);
  if (!ts.isCallExpression(node)) return null;
  const isRequire = ts.isIdentifier(node.expression) && node.expression.text === 'require';
  if (!isRequire && node.expression.kind !== ts.SyntaxKind.ImportKeyword) return null;
  const [argument] = node.arguments;
  return argument && ts.isStringLiteralLike(argument) ? argument.text : null;
}

/** The expression without what changes no value: parentheses, `as`, `satisfies`, `!`, `await`. */
export function unwrap(expression: ts.Expression): ts.Expression {
  let node = expression;
  while (
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isAwaitExpression(node)
  ) {
    node = node.expression;
  }
  return node;
}
