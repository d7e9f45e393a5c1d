import type { ImportedName, ImportFacts } from './facts.js';
import { rangeOf } from './members.js';
import { type Binding, requiredModule, type Scope } from './scope.js';
import * as ts from './syntax.js';

const OPAQUE: Binding = { kind: 'opaque' };

/** Declares the names of `import … from 'm'`. Returns the import's facts. */
export function declareImport(node: ts.ImportDeclaration, scope: Scope, file: ts.SourceFile): ImportFacts | null {
  if (!ts.isStringLiteralLike(node.moduleSpecifier)) return null;
  const module = node.moduleSpecifier.text;
  const clause = node.importClause;
  const names: ImportedName[] = [];
  let namespace: string | null = null;
  const declare = (name: ts.Identifier, path: readonly string[]) =>
    scope.declare(name.text, { kind: 'import', module, path });
  if (clause?.name) declare(clause.name, ['default']);
  const bindings = clause?.namedBindings;
  if (bindings && ts.isNamespaceImport(bindings)) {
    namespace = bindings.name.text;
    declare(bindings.name, []);
  } else if (bindings) {
    for (const element of bindings.elements) {
      const imported = (element.propertyName ?? element.name).text;
      declare(element.name, [imported]);
      if (!element.isTypeOnly) names.push({ imported, local: element.name.text, range: rangeOf(element, file) });
    }
  }
  const isTypeOnly = clause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
  return { module, style: 'import', isTypeOnly, range: rangeOf(node, file), namespace, names };
}

/** Declares the name of `import L = require('m')`, or of `import M = L.LightningModule`. */
export function declareImportEquals(
  node: ts.ImportEqualsDeclaration,
  scope: Scope,
  file: ts.SourceFile,
): ImportFacts | null {
  const reference = node.moduleReference;
  if (!ts.isExternalModuleReference(reference)) {
    scope.declare(node.name.text, bindingOfEntity(reference, scope));
    return null;
  }
  if (!ts.isStringLiteralLike(reference.expression)) return null;
  const module = reference.expression.text;
  scope.declare(node.name.text, { kind: 'import', module, path: [] });
  const range = rangeOf(node, file);
  return { module, style: 'require', isTypeOnly: node.isTypeOnly, range, namespace: node.name.text, names: [] };
}

function bindingOfEntity(entity: ts.EntityName, scope: Scope): Binding {
  if (ts.isIdentifier(entity)) return scope.lookup(entity.text) ?? OPAQUE;
  const left = bindingOfEntity(entity.left, scope);
  return left.kind === 'import' ? { ...left, path: [...left.path, entity.right.text] } : OPAQUE;
}

/**
 * Declares the names of one variable declaration. Only what cannot change is followed: constants and required modules.
 * Returns the facts of a `require`.
 */
export function declareVariable(
  node: ts.VariableDeclaration,
  isConstant: boolean,
  scope: Scope,
  file: ts.SourceFile,
): ImportFacts | null {
  const { initializer } = node;
  const module = initializer ? requiredModule(initializer) : null;
  if (!initializer || (module === null && !isConstant)) {
    declareOpaque(node.name, scope);
    return null;
  }
  const names: ImportedName[] = [];
  if (ts.isIdentifier(node.name)) {
    scope.declare(node.name.text, { kind: 'alias', expression: initializer, scope, member: null });
  } else {
    for (const element of node.name.elements) {
      if (ts.isOmittedExpression(element)) continue;
      const key = element.propertyName ?? element.name;
      const isPlain =
        ts.isIdentifier(key) && ts.isIdentifier(element.name) && !element.dotDotDotToken && !element.initializer;
      if (!isPlain || ts.isArrayBindingPattern(node.name)) {
        declareOpaque(element.name, scope);
        continue;
      }
      const local = (element.name as ts.Identifier).text; // isPlain says so
      scope.declare(local, { kind: 'alias', expression: initializer, scope, member: key.text });
      names.push({ imported: key.text, local, range: rangeOf(element, file) });
    }
  }
  if (module === null) return null;
  const namespace = ts.isIdentifier(node.name) ? node.name.text : null;
  return { module, style: 'require', isTypeOnly: false, range: rangeOf(node, file), namespace, names };
}

/** Declares names that may hold anything: parameters, variables that change. */
export function declareOpaque(name: ts.BindingName, scope: Scope): void {
  if (ts.isIdentifier(name)) {
    scope.declare(name.text, OPAQUE);
    return;
  }
  for (const element of name.elements) if (!ts.isOmittedExpression(element)) declareOpaque(element.name, scope);
}
