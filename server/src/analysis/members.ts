import type { Member, Parameter, TextRange } from './facts.js';
import * as ts from './syntax.js';

/** The members that a class writes down, its parameter properties included, and whether it may have more than these. */
export function membersOf(
  node: ts.ClassLikeDeclaration,
  file: ts.SourceFile,
): { readonly members: readonly Member[]; readonly isOpenEnded: boolean } {
  const members: Member[] = [];
  let isOpenEnded = hasModifier(node, ts.SyntaxKind.Decorator);
  for (const element of node.members) {
    if (ts.isConstructorDeclaration(element)) {
      for (const parameter of element.parameters) {
        if (ts.isParameterPropertyDeclaration(parameter, element) && ts.isIdentifier(parameter.name)) {
          members.push(memberOf(parameter, parameter.name, parameter.name.text, 'property', file));
        }
      }
      continue;
    }
    if (!element.name) continue;
    const name = nameOf(element.name);
    if (name !== null) members.push(memberOf(element, element.name, name, kindOf(element), file));
    else if (!isSymbolName(element.name)) isOpenEnded = true;
  }
  return { members, isOpenEnded };
}

/** Range of a node without the comments before it. */
export function rangeOf(node: ts.Node, file: ts.SourceFile): TextRange {
  return { start: node.getStart(file), end: node.end };
}

/** True when the node carries the modifier or a decorator. */
export function hasModifier(node: ts.Node, kind: ts.ModifierSyntaxKind | typeof ts.SyntaxKind.Decorator): boolean {
  const modifiers = (node as { readonly modifiers?: readonly ts.ModifierLike[] }).modifiers; // not every node has the field
  return modifiers?.some((modifier) => modifier.kind === kind) ?? false;
}

function memberOf(
  node: ts.ClassElement | ts.ParameterDeclaration,
  nameNode: ts.PropertyName | ts.Identifier,
  name: string,
  kind: Member['kind'],
  file: ts.SourceFile,
): Member {
  return {
    name,
    nameRange: rangeOf(nameNode, file),
    range: rangeOf(node, file),
    kind,
    isStatic: hasModifier(node, ts.SyntaxKind.StaticKeyword),
    isPrivate:
      ts.isPrivateIdentifier(nameNode) ||
      hasModifier(node, ts.SyntaxKind.PrivateKeyword) ||
      hasModifier(node, ts.SyntaxKind.ProtectedKeyword),
    isOverride: hasModifier(node, ts.SyntaxKind.OverrideKeyword),
    isIdentifier: ts.isIdentifier(nameNode),
    parameters: parametersOf(node),
  };
}

function kindOf(element: ts.ClassElement): Member['kind'] {
  if (ts.isMethodDeclaration(element)) return 'method';
  if (ts.isAccessor(element) || ts.isAutoAccessorPropertyDeclaration(element as ts.PropertyDeclaration))
    return 'accessor';
  return functionIn(element) ? 'arrow' : 'property';
}

function functionIn(element: ts.Node): ts.SignatureDeclaration | null {
  if (!ts.isPropertyDeclaration(element) || !element.initializer) return null;
  const { initializer } = element;
  return ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer) ? initializer : null;
}

function parametersOf(element: ts.Node): readonly Parameter[] {
  const signature = ts.isMethodDeclaration(element) ? element : functionIn(element);
  return (signature?.parameters ?? []).map((parameter) => ({
    name: ts.isIdentifier(parameter.name) ? parameter.name.text : null,
    isOptional: parameter.questionToken !== undefined || parameter.initializer !== undefined,
    isRest: parameter.dotDotDotToken !== undefined,
  }));
}

function nameOf(name: ts.PropertyName): string | null {
  if (!ts.isComputedPropertyName(name)) return name.text;
  return ts.isStringLiteralLike(name.expression) ? name.expression.text : null;
}

/** `[Symbol.dispose]` and the like are no names that a hook could have. */
function isSymbolName(name: ts.PropertyName): boolean {
  if (!ts.isComputedPropertyName(name) || !ts.isPropertyAccessExpression(name.expression)) return false;
  const { expression } = name.expression;
  return ts.isIdentifier(expression) && expression.text === 'Symbol';
}
