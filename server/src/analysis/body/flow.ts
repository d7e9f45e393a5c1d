import * as ts from '../syntax.js';

/** True when the end of a list of statements may be reached. Conditions are not judged, `true` excepted. */
export function endsOpen(statements: readonly ts.Statement[]): boolean {
  return statements.every(completes);
}

function completes(node: ts.Statement): boolean {
  if (ts.isReturnStatement(node) || ts.isThrowStatement(node)) return false;
  if (ts.isBreakOrContinueStatement(node)) return false;
  if (ts.isBlock(node)) return endsOpen(node.statements);
  if (ts.isIfStatement(node)) {
    return !node.elseStatement || completes(node.thenStatement) || completes(node.elseStatement);
  }
  if (ts.isTryStatement(node)) {
    if (node.finallyBlock && !completes(node.finallyBlock)) return false;
    return completes(node.tryBlock) || (node.catchClause !== undefined && completes(node.catchClause.block));
  }
  if (ts.isSwitchStatement(node)) return switchCompletes(node);
  if (ts.isLabeledStatement(node)) return completes(node.statement) || hasBreak(node.statement);
  if (ts.isWhileStatement(node) || ts.isDoStatement(node)) {
    return node.expression.kind !== ts.SyntaxKind.TrueKeyword || hasBreak(node.statement);
  }
  if (ts.isForStatement(node)) return node.condition !== undefined || hasBreak(node.statement);
  return !isNeverCall(node);
}

function switchCompletes({ caseBlock: { clauses } }: ts.SwitchStatement): boolean {
  const last = clauses.at(-1);
  // Without a default, TypeScript may know that all cases are there; we do not, and call it closed when each of them is.
  if (!last || clauses.some((clause) => clause.statements.some(hasBreak))) return true;
  return endsOpen(last.statements);
}

/** A break that ends this statement, or a loop further out: either way what follows may be reached. */
function hasBreak(node: ts.Node): boolean {
  if (ts.isBreakStatement(node)) return true;
  if (ts.isFunctionLike(node) || ts.isClassLike(node)) return false;
  return ts.forEachChild(node, (child) => hasBreak(child) || undefined) ?? false;
}

/** `process.exit()`, and calls of functions whose names say that they throw. */
function isNeverCall(node: ts.Statement): boolean {
  if (!ts.isExpressionStatement(node) || !ts.isCallExpression(node.expression)) return false;
  const { expression: callee } = node.expression;
  const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : ts.isIdentifier(callee) ? callee.text : '';
  return /^(exit|fail|abort|unreachable|never|assertNever|throw\w*)$/.test(name);
}
