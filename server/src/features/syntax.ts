import * as ts from 'typescript';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { PACKAGE, type TextRange } from '../analysis/index.js';

const SCRIPT_KINDS: Readonly<Record<string, ts.ScriptKind>> = {
  typescript: ts.ScriptKind.TS,
  typescriptreact: ts.ScriptKind.TSX,
  javascript: ts.ScriptKind.JS,
  javascriptreact: ts.ScriptKind.JSX,
};

let latest:
  | { readonly uri: string; readonly version: number; readonly text: string; readonly tree: ts.SourceFile }
  | undefined;

/**
 * The syntax tree of an open document as it is now, parents included: what a request about one place needs. The facts of the
 * analysis may be older where the text is broken. The latest tree is kept, since an editor asks several things about one text.
 */
export function treeOf(document: TextDocument): ts.SourceFile {
  const { uri, version } = document;
  const text = document.getText();
  if (latest?.uri === uri && latest.version === version && latest.text === text) return latest.tree;
  const kind = SCRIPT_KINDS[document.languageId] ?? ts.ScriptKind.TS;
  const tree = ts.createSourceFile('file.ts', text, ts.ScriptTarget.Latest, true, kind);
  latest = { uri, version, text, tree };
  return tree;
}

/** The innermost node whose text, without the comments before it, holds the offset or ends there. */
export function nodeAt(tree: ts.SourceFile, offset: number): ts.Node {
  let found: ts.Node = tree;
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.EndOfFileToken || node.getStart(tree) > offset || node.end < offset) return;
    found = node;
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(tree, visit);
  return found;
}

/** The node, or the nearest of those around it, that passes. */
export function enclosing<T extends ts.Node>(node: ts.Node, is: (each: ts.Node) => each is T): T | undefined {
  for (let each: ts.Node | undefined = node; each; each = each.parent) if (is(each)) return each;
  return undefined;
}

/** What an expression names of our package, such as `Trainer` or `optim.Adam`; null for anything else. */
export function packageName(expression: ts.Expression, tree: ts.SourceFile): string | null {
  const path: string[] = [];
  let node = expression;
  while (ts.isPropertyAccessExpression(node)) {
    path.unshift(node.name.text);
    node = node.expression;
  }
  if (!ts.isIdentifier(node)) return null;
  const first = node.text;
  for (const statement of tree.statements) {
    if (!ts.isImportDeclaration(statement) || !isPackage(statement.moduleSpecifier)) continue;
    const bindings = statement.importClause?.namedBindings;
    if (bindings && ts.isNamespaceImport(bindings) && bindings.name.text === first) return path.join('.');
    const named = bindings && ts.isNamedImports(bindings) ? bindings.elements : [];
    const element = named.find(({ name }) => name.text === first);
    if (element) return [(element.propertyName ?? element.name).text, ...path].join('.');
  }
  return requiredName(first, path, tree);
}

/** The same for `const { Trainer } = require(…)`, and for `const L = require(…)`. */
function requiredName(first: string, path: readonly string[], tree: ts.SourceFile): string | null {
  for (const statement of tree.statements) {
    if (!ts.isVariableStatement(statement)) continue;
    for (const { name, initializer } of statement.declarationList.declarations) {
      const isRequire =
        initializer &&
        ts.isCallExpression(initializer) &&
        ts.isIdentifier(initializer.expression) &&
        initializer.expression.text === 'require' &&
        isPackage(initializer.arguments[0]);
      if (!isRequire) continue;
      if (ts.isIdentifier(name)) {
        if (name.text === first) return path.join('.');
        continue;
      }
      for (const element of name.elements) {
        if (!ts.isBindingElement(element) || !ts.isIdentifier(element.name) || element.name.text !== first) continue;
        const key = element.propertyName ?? element.name;
        if (ts.isIdentifier(key)) return [key.text, ...path].join('.');
      }
    }
  }
  return null;
}

/** The options of `new Trainer({ … })`, where the node is in them. */
export function trainerOptionsAround(node: ts.Node, tree: ts.SourceFile): ts.ObjectLiteralExpression | undefined {
  for (let each: ts.Node | undefined = node; each; each = each.parent) {
    if (ts.isObjectLiteralExpression(each) && isTrainerOptions(each, tree)) return each;
    // An object or a function inside of an option is not the options themselves.
    if (ts.isObjectLiteralExpression(each) || ts.isFunctionLike(each)) return undefined;
  }
  return undefined;
}

/** True for the object that a Trainer is constructed with. */
export function isTrainerOptions(node: ts.ObjectLiteralExpression, tree: ts.SourceFile): boolean {
  const { parent } = node;
  return (
    ts.isNewExpression(parent) && parent.arguments?.[0] === node && packageName(parent.expression, tree) === 'Trainer'
  );
}

/** All `new Trainer({ … })` of a file. */
export function trainerOptionsIn(tree: ts.SourceFile): readonly ts.ObjectLiteralExpression[] {
  const found: ts.ObjectLiteralExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isObjectLiteralExpression(node) && isTrainerOptions(node, tree)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/** The name of a property that is written out. */
export function propertyName(node: ts.ObjectLiteralElementLike): string | null {
  const { name } = node;
  return name && (ts.isIdentifier(name) || ts.isStringLiteralLike(name)) ? name.text : null;
}

/** The plain value of a literal: number, text, true, false, null; undefined for anything else. */
export function literalValue(node: ts.Expression): number | string | boolean | null | undefined {
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (ts.isStringLiteralLike(node)) return node.text;
  if (node.kind === ts.SyntaxKind.TrueKeyword) return true;
  if (node.kind === ts.SyntaxKind.FalseKeyword) return false;
  if (node.kind === ts.SyntaxKind.NullKeyword) return null;
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken) {
    const operand = literalValue(node.operand);
    return typeof operand === 'number' ? -operand : undefined;
  }
  return undefined;
}

/** Between the quotes of a string, also of one whose end is not typed yet. */
export function insideQuotes(node: ts.StringLiteralLike, tree: ts.SourceFile): TextRange {
  const start = node.getStart(tree) + 1;
  const isClosed = node.end > start && tree.text[node.end - 1] === tree.text[start - 1];
  return { start, end: Math.max(start, isClosed ? node.end - 1 : node.end) };
}

function isPackage(node: ts.Expression | undefined): boolean {
  return node !== undefined && ts.isStringLiteralLike(node) && node.text === PACKAGE;
}
