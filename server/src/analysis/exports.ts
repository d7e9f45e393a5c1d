import type { Reference } from './facts.js';
import { hasModifier } from './members.js';
import { referenceOf, referenceOfName, type Scope, unwrap } from './scope.js';
import * as ts from './syntax.js';

/** What a file exports, the CommonJS way included. */
export interface Exports {
  readonly exports: ReadonlyMap<string, Reference>;
  readonly exportStars: readonly string[];
}

/** Reads the exports of a file whose names are all declared. */
export function exportsOf(file: ts.SourceFile, scope: Scope, indexOf: ReadonlyMap<ts.Node, number>): Exports {
  const exports = new Map<string, Reference>();
  const exportStars: string[] = [];
  const byName = (local: string) => referenceOfName(local, scope, indexOf);
  const byExpression = (expression: ts.Expression) => referenceOf(expression, scope, indexOf);

  for (const statement of file.statements) {
    if (ts.isExportDeclaration(statement)) readExportDeclaration(statement);
    else if (ts.isExportAssignment(statement)) {
      exports.set(statement.isExportEquals ? 'export=' : 'default', byExpression(statement.expression));
    } else if (ts.isExpressionStatement(statement)) readCommonJs(statement.expression);
    else if (hasModifier(statement, ts.SyntaxKind.ExportKeyword)) readExported(statement);
  }
  return { exports, exportStars };

  function readExportDeclaration(node: ts.ExportDeclaration): void {
    if (node.isTypeOnly) return;
    const module =
      node.moduleSpecifier && ts.isStringLiteralLike(node.moduleSpecifier) ? node.moduleSpecifier.text : null;
    if (!node.exportClause) {
      if (module !== null) exportStars.push(module);
      return;
    }
    if (ts.isNamespaceExport(node.exportClause)) {
      const name = node.exportClause.name.text;
      if (module !== null) exports.set(name, { kind: 'import', module, path: [], localName: name });
      return;
    }
    for (const element of node.exportClause.elements) {
      if (element.isTypeOnly) continue;
      const name = element.name.text;
      const source = (element.propertyName ?? element.name).text;
      exports.set(
        name,
        module === null ? byName(source) : { kind: 'import', module, path: [source], localName: source },
      );
    }
  }

  function readExported(statement: ts.Statement): void {
    if (ts.isClassDeclaration(statement)) {
      const name = hasModifier(statement, ts.SyntaxKind.DefaultKeyword) ? 'default' : statement.name?.text;
      if (name !== undefined) exports.set(name, byExpressionNode(statement));
    } else if (ts.isVariableStatement(statement)) {
      for (const { name } of statement.declarationList.declarations) {
        if (ts.isIdentifier(name)) exports.set(name.text, byName(name.text));
      }
    }
  }

  function byExpressionNode(node: ts.ClassDeclaration): Reference {
    const index = indexOf.get(node);
    return index === undefined ? { kind: 'opaque' } : { kind: 'class', index };
  }

  /** `module.exports = …`, `exports.Lit = …`, `module.exports.Lit = …`. */
  function readCommonJs(expression: ts.Expression): void {
    if (!ts.isBinaryExpression(expression) || expression.operatorToken.kind !== ts.SyntaxKind.EqualsToken) return;
    readCommonJs(expression.right);
    const { left, right } = expression;
    if (!ts.isPropertyAccessExpression(left)) return;
    if (isModuleExports(left)) readWholeModule(right);
    else if (isIdentifier(left.expression, 'exports') || isModuleExports(left.expression)) {
      exports.set(left.name.text, byExpression(right));
    }
  }

  function readWholeModule(value: ts.Expression): void {
    const whole = unwrap(value);
    if (!ts.isObjectLiteralExpression(whole)) {
      exports.set('export=', byExpression(whole));
      return;
    }
    for (const property of whole.properties) {
      if (ts.isShorthandPropertyAssignment(property)) exports.set(property.name.text, byName(property.name.text));
      else if (
        ts.isPropertyAssignment(property) &&
        (ts.isIdentifier(property.name) || ts.isStringLiteral(property.name))
      ) {
        exports.set(property.name.text, byExpression(property.initializer));
      }
    }
  }
}

function isModuleExports(node: ts.Expression): boolean {
  return ts.isPropertyAccessExpression(node) && node.name.text === 'exports' && isIdentifier(node.expression, 'module');
}

function isIdentifier(node: ts.Expression, text: string): boolean {
  return ts.isIdentifier(node) && node.text === text;
}
