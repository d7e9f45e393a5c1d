import type { TextRange } from '../facts.js';
import { hasModifier, rangeOf } from '../members.js';
import { referenceOf, type Scope, unwrap } from '../scope.js';
import * as ts from '../syntax.js';
import { apiName } from './apiName.js';
import type {
  Assignment,
  BodyParameter,
  CallFact,
  CallValue,
  ClassBody,
  FieldFact,
  FileBody,
  LoadFact,
  MethodBody,
  NewValue,
  Place,
  Return,
  RunFact,
} from './facts.js';
import { endsOpen } from './flow.js';
import { callValue, isAsync, newValue, pathOf, readValue, type ValueContext } from './readValue.js';

/** What the bodies of a file do. */
export interface Bodies {
  readonly file: FileBody;
  /** By the class's node. */
  readonly classes: ReadonlyMap<ts.Node, ClassBody>;
}

/** A class that nobody looked into. */
export const EMPTY_BODY: ClassBody = { methods: [], fields: [], fieldCalls: [], leaksThis: false };

/** Names of calls that rules ask about. Those of `super` and of tensors' makers in loops are kept besides. */
const KEPT_CALLS: ReadonlySet<string> = new Set([
  'forward',
  'log',
  'logDict',
  'optimizers',
  'lrSchedulers',
  'manualBackward',
  'backward',
  'zeroGrad',
  'step',
  'dispose',
  'dataSync',
  'arraySync',
  'tidy',
  'keep',
  'saveHyperparameters',
  'clipGradients',
  'random',
  'randomInt',
  'randomBytes',
  'randomUUID',
  'getRandomValues',
]);
const RUNS: ReadonlySet<string> = new Set(['fit', 'validate', 'test', 'predict', 'tune']);

interface MethodDraft {
  readonly returns: Return[];
  readonly calls: CallFact[];
  readonly assignments: Assignment[];
  readonly rebound: Set<string>;
  /** Names that the parameters bring in. */
  readonly given: ReadonlySet<string>;
  readonly names: Set<string>;
  readonly ownCalls: Set<string>;
}

interface ClassDraft {
  readonly methods: MethodBody[];
  readonly fields: FieldFact[];
  readonly fieldCalls: CallFact[];
  leaksThis: boolean;
}

/** Where the walk is. */
interface Where {
  readonly scope: Scope;
  readonly owner: ClassDraft | null;
  readonly method: MethodDraft | null;
  /** While an object of the class is being made: in the constructor, and in fields. */
  readonly builds: boolean;
  readonly place: Place;
}

const TOP: Place = {
  block: 0,
  isConditional: false,
  inLoop: false,
  inFunction: false,
  runsLater: false,
  inTidy: false,
  inVariable: false,
};

/**
 * Reads what the bodies of a file do, in one walk.
 * @param scopeOf the scopes that nodes open, with all names declared
 */
export function readBodies(context: ValueContext, fileScope: Scope, scopeOf: ReadonlyMap<ts.Node, Scope>): Bodies {
  const where: Where = { scope: fileScope, owner: null, method: null, builds: false, place: TOP };
  const walk = new Walk(context, scopeOf, where);
  for (const statement of context.file.statements) walk.visit(statement);
  const { constructed, runs, loads, callsSeedEverything, classes } = walk;
  return { file: { constructed, runs, loads, callsSeedEverything }, classes };
}

class Walk {
  readonly classes = new Map<ts.Node, ClassBody>();
  readonly constructed: NewValue[] = [];
  readonly runs: RunFact[] = [];
  readonly loads: LoadFact[] = [];
  callsSeedEverything = false;
  #blocks = 0;
  #where: Where;
  /** One function for all nodes: most of them change nothing about where the walk is. */
  readonly #visitChild = (node: ts.Node): void => this.visit(node);
  /** A table, since a switch would compare each node with a kind after the other. */
  readonly #special = this.#visitors();

  constructor(
    readonly context: ValueContext,
    readonly scopeOf: ReadonlyMap<ts.Node, Scope>,
    where: Where,
  ) {
    this.#where = where;
  }

  visit(node: ts.Node): void {
    const { kind } = node;
    // Words and signs, of which only two kinds tell anything.
    if (kind < ts.SyntaxKind.FirstNode) {
      if (kind === ts.SyntaxKind.Identifier) this.#noteName(node as ts.Identifier);
      // Alone, and not before a dot.
      else if (kind === ts.SyntaxKind.ThisKeyword && this.#where.owner) this.#where.owner.leaksThis = true;
      return;
    }
    const special = this.#special[kind];
    if (!special?.(node)) ts.forEachChild(node, this.#visitChild);
  }

  /** What is done for nodes that say something, by their kind. Returns true when nothing is left to visit. */
  #visitors(): readonly (((node: ts.Node) => boolean) | undefined)[] {
    const visitors: ((node: ts.Node) => boolean)[] = [];
    // Each kind of node has one interface, which the compiler cannot know.
    const on = <Node extends ts.Node>(kinds: readonly number[], visit: (node: Node) => boolean) => {
      for (const kind of kinds) visitors[kind] = visit as (node: ts.Node) => boolean;
    };
    const { SyntaxKind } = ts;
    const skip = () => true;
    for (let kind: number = SyntaxKind.FirstTypeNode; kind <= SyntaxKind.LastTypeNode; kind += 1) on([kind], skip);
    on([SyntaxKind.ImportDeclaration, SyntaxKind.InterfaceDeclaration, SyntaxKind.TypeAliasDeclaration], skip);
    on([SyntaxKind.ClassDeclaration, SyntaxKind.ClassExpression], (node: ts.ClassLikeDeclaration) =>
      this.#visitClass(node),
    );
    on([SyntaxKind.PropertyAccessExpression], (node: ts.PropertyAccessExpression) => this.#visitProperty(node));
    on([SyntaxKind.CallExpression], (node: ts.CallExpression) => this.#visitCall(node, false, false));
    on([SyntaxKind.AwaitExpression], ({ expression }: ts.AwaitExpression) => {
      return ts.isCallExpression(expression) && this.#visitCall(expression, true, false);
    });
    on([SyntaxKind.ExpressionStatement], ({ expression }: ts.ExpressionStatement) => {
      const called = ts.isAwaitExpression(expression) ? expression.expression : expression;
      return ts.isCallExpression(called) && this.#visitCall(called, called !== expression, true);
    });
    on([SyntaxKind.NewExpression], (node: ts.NewExpression) => this.#noteNew(node));
    on([SyntaxKind.ReturnStatement], (node: ts.ReturnStatement) => this.#noteReturn(node));
    on([SyntaxKind.BinaryExpression], (node: ts.BinaryExpression) => this.#visitBinary(node));
    on([SyntaxKind.VariableDeclaration], (node: ts.VariableDeclaration) => this.#visitDeclaration(node));
    on(
      [SyntaxKind.PrefixUnaryExpression, SyntaxKind.PostfixUnaryExpression],
      ({ operand }: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression) => {
        if (ts.isIdentifier(operand)) this.#where.method?.rebound.add(operand.text);
        return false;
      },
    );
    on([SyntaxKind.Block, SyntaxKind.ModuleBlock, SyntaxKind.CaseBlock], (node) => this.#visitInside(node, null));
    on([SyntaxKind.IfStatement], ({ expression, thenStatement, elseStatement }: ts.IfStatement) =>
      this.#visitChoice(expression, thenStatement, elseStatement),
    );
    on([SyntaxKind.ConditionalExpression], ({ condition, whenTrue, whenFalse }: ts.ConditionalExpression) =>
      this.#visitChoice(condition, whenTrue, whenFalse),
    );
    const loops = [
      SyntaxKind.ForStatement,
      SyntaxKind.ForInStatement,
      SyntaxKind.ForOfStatement,
      SyntaxKind.WhileStatement,
      SyntaxKind.DoStatement,
    ];
    on(loops, (node) => this.#visitInside(node, { isConditional: true, inLoop: true }));
    const cases = [
      SyntaxKind.CaseClause,
      SyntaxKind.DefaultClause,
      SyntaxKind.CatchClause,
      SyntaxKind.TryStatement,
      SyntaxKind.ClassStaticBlockDeclaration,
    ];
    on(cases, (node) => this.#visitInside(node, { isConditional: true }));
    const functions = [
      SyntaxKind.ArrowFunction,
      SyntaxKind.FunctionExpression,
      SyntaxKind.FunctionDeclaration,
      SyntaxKind.MethodDeclaration,
      SyntaxKind.GetAccessor,
      SyntaxKind.SetAccessor,
    ];
    on(functions, (node) => this.#visitInside(node, { inFunction: true, runsLater: true, isConditional: true }));
    return visitors;
  }

  #noteName({ text }: ts.Identifier): void {
    const { method } = this.#where;
    if (method?.given.has(text)) method.names.add(text);
  }

  /** Visits a node's children in its own scope, and in another place. */
  #visitInside(node: ts.Node, place: Partial<Place> | null): true {
    const outer = this.#where;
    const scope = this.scopeOf.get(node) ?? outer.scope;
    this.#where = within(outer, scope, place ? this.#placed(place) : outer.place);
    ts.forEachChild(node, this.#visitChild);
    this.#where = outer;
    return true;
  }

  #visitChoice(condition: ts.Node, first: ts.Node, second: ts.Node | undefined): true {
    this.visit(condition);
    this.#visitAt(first, { isConditional: true });
    if (second) this.#visitAt(second, { isConditional: true });
    return true;
  }

  /** Visits a node in another place. */
  #visitAt(node: ts.Node, place: Partial<Place>): void {
    const outer = this.#where;
    this.#where = within(outer, outer.scope, this.#placed(place));
    this.visit(node);
    this.#where = outer;
  }

  #placed(place: Partial<Place>): Place {
    this.#blocks += 1;
    const outer = this.#where.place;
    return {
      block: this.#blocks,
      isConditional: place.isConditional ?? outer.isConditional,
      inLoop: place.inLoop ?? outer.inLoop,
      inFunction: place.inFunction ?? outer.inFunction,
      runsLater: place.runsLater ?? outer.runsLater,
      inTidy: place.inTidy ?? outer.inTidy,
      inVariable: place.inVariable ?? outer.inVariable,
    };
  }

  #visitClass(node: ts.ClassLikeDeclaration): true {
    const { file } = this.context;
    const outer = this.#where;
    const owner: ClassDraft = { methods: [], fields: [], fieldCalls: [], leaksThis: false };
    const scope = this.scopeOf.get(node) ?? outer.scope;
    for (const clause of node.heritageClauses ?? []) this.visit(clause);
    this.#where = { scope, owner, method: null, builds: true, place: TOP };
    for (const member of node.members) {
      const held = ts.isPropertyDeclaration(member) ? functionOf(member) : isMethodLike(member) ? member : null;
      if (held) this.#visitMethod(member, held, owner);
      else if (ts.isPropertyDeclaration(member)) {
        const name = member.name && nameOf(member.name);
        const { initializer } = member;
        if (name !== undefined) {
          owner.fields.push({
            name,
            nameRange: rangeOf(member.name, file),
            range: rangeOf(member, file),
            isStatic: hasModifier(member, ts.SyntaxKind.StaticKeyword),
            value: initializer ? readValue(initializer, scope, this.context) : null,
          });
        }
        if (initializer) this.visit(initializer);
      } else this.visit(member);
    }
    this.#where = outer;
    this.classes.set(node, owner);
    return true;
  }

  #visitMethod(member: ts.ClassElement, node: ts.FunctionLikeDeclaration, { methods }: ClassDraft): void {
    const { file } = this.context;
    const outer = this.#where;
    const name = ts.isConstructorDeclaration(member) ? 'constructor' : member.name && nameOf(member.name);
    const scope = this.scopeOf.get(node) ?? outer.scope;
    const parameters = node.parameters.map((parameter) => parameterOf(parameter, file));
    const method: MethodDraft = {
      given: new Set(parameters.flatMap(({ names }) => names)),
      returns: [],
      calls: [],
      assignments: [],
      rebound: new Set(),
      names: new Set(),
      ownCalls: new Set(),
    };
    const { body } = node;
    const inside: Where = { scope, owner: outer.owner, method, builds: name === 'constructor', place: outer.place };
    this.#where = inside;
    for (const { initializer } of node.parameters) if (initializer) this.visit(initializer);
    if (body && ts.isBlock(body)) {
      this.#where = within(inside, this.scopeOf.get(body) ?? scope, inside.place);
      for (const statement of body.statements) this.visit(statement);
    } else if (body) {
      this.visit(body);
      const value = readValue(body, scope, this.context);
      method.returns.push({ value, range: rangeOf(body, file), place: outer.place });
    }
    this.#where = outer;
    if (name === undefined) return;
    const { returns, calls, assignments, rebound, names, ownCalls } = method;
    methods.push({
      returns,
      calls,
      assignments,
      rebound,
      names,
      ownCalls,
      name,
      nameRange: member.name ? rangeOf(member.name, file) : keywordOf(member, file),
      range: rangeOf(member, file),
      kind: kindOf(member),
      isStatic: hasModifier(member, ts.SyntaxKind.StaticKeyword),
      isAsync: isAsync(node),
      isGenerator: (node as ts.MethodDeclaration).asteriskToken !== undefined, // not every function has the field
      parameters,
      parametersRange: parametersRange(node, file),
      bodyRange: body ? rangeOf(body, file) : null,
      endsOpen: body !== undefined && ts.isBlock(body) && endsOpen(body.statements),
    });
  }

  #visitProperty({ expression, name }: ts.PropertyAccessExpression): true {
    if (expression.kind === ts.SyntaxKind.ThisKeyword) {
      // A method that is not called here is handed on: `const log = this.log`.
      const { owner } = this.#where;
      if (owner && (name.text === 'log' || name.text === 'logDict')) owner.leaksThis = true;
    } else if (expression.kind !== ts.SyntaxKind.SuperKeyword) this.visit(expression);
    return true;
  }

  #visitCall(node: ts.CallExpression, isAwaited: boolean, isStatement: boolean): true {
    const { expression: callee } = node;
    const { owner, method, place, scope, builds } = this.#where;
    const isMember = ts.isPropertyAccessExpression(callee);
    const name = isMember ? callee.name.text : ts.isIdentifier(callee) ? callee.text : '';
    const isSuper =
      callee.kind === ts.SyntaxKind.SuperKeyword || (isMember && callee.expression.kind === ts.SyntaxKind.SuperKeyword);
    const isOwn = isMember && callee.expression.kind === ts.SyntaxKind.ThisKeyword;
    if (isOwn) method?.ownCalls.add(name);
    let isTidy = name === 'tidy';
    const isKept = isSuper || KEPT_CALLS.has(name);
    if (owner && (isKept || (builds && place.inLoop))) {
      const call = callFact(callValue(node, scope, this.context), place, isAwaited, isStatement);
      isTidy &&= call.api === 'tf.tidy';
      if (isKept || call.api?.startsWith('tf.')) (method?.calls ?? owner.fieldCalls).push(call);
    }
    if (RUNS.has(name) && isMember) this.#noteRun(node, callee);
    else if (name === 'loadFromCheckpoint' && isMember) this.#noteLoad(node, callee);
    else if (name === 'seedEverything') this.callsSeedEverything = true;

    if (!isOwn && !isSuper) this.visit(callee);
    for (const argument of node.arguments) {
      const held = unwrap(argument);
      const isFunction = ts.isArrowFunction(held) || ts.isFunctionExpression(held);
      // It is run at once: what holds for the call holds inside.
      if (isFunction && isTidy) this.#visitInside(held, { inTidy: true, inFunction: true });
      else if (isFunction && isMember && LOOPS.has(name)) {
        this.#visitInside(held, { inLoop: true, inFunction: true, isConditional: true });
      } else if (name === 'variable') this.#visitAt(argument, { inVariable: true });
      else this.visit(argument);
    }
    return true;
  }

  /** Returns true when nothing is left to visit. */
  #visitBinary({ operatorToken, left, right }: ts.BinaryExpression): boolean {
    const { kind } = operatorToken;
    if (kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment) {
      this.#noteAssignment(left, right);
      return isSelfAlias(right, left);
    }
    const isShort =
      kind === ts.SyntaxKind.AmpersandAmpersandToken ||
      kind === ts.SyntaxKind.BarBarToken ||
      kind === ts.SyntaxKind.QuestionQuestionToken;
    if (!isShort) return false;
    this.visit(left);
    this.#visitAt(right, { isConditional: true });
    return true;
  }

  #noteAssignment(left: ts.Expression, right: ts.Expression): void {
    const { method, scope, place } = this.#where;
    if (!method) return;
    const { file } = this.context;
    if (ts.isIdentifier(left)) method.rebound.add(left.text);
    else if (ts.isArrayLiteralExpression(left) || ts.isObjectLiteralExpression(left)) {
      for (const name of left.getText(file).match(/[\w$]+/g) ?? []) method.rebound.add(name);
    } else if (ts.isPropertyAccessExpression(left) && left.expression.kind === ts.SyntaxKind.ThisKeyword) {
      const value = readValue(right, scope, this.context);
      const range = { start: left.getStart(file), end: right.end };
      method.assignments.push({ name: left.name.text, value, range, place });
    }
  }

  /** Returns true when nothing is left to visit: `const { a, b } = this` hands nothing on, as long as it takes no `log`. */
  #visitDeclaration({ name, initializer }: ts.VariableDeclaration): boolean {
    const { owner, method } = this.#where;
    if (method) reboundIn(name, method.rebound);
    if (initializer?.kind !== ts.SyntaxKind.ThisKeyword || !ts.isObjectBindingPattern(name)) return false;
    const keys = name.elements.map(({ propertyName, name: local }) => (propertyName ?? local) as ts.Node);
    const isPlain = name.elements.every(({ dotDotDotToken }) => !dotDotDotToken);
    if (owner && (!isPlain || keys.some((key) => ts.isIdentifier(key) && key.text.startsWith('log')))) {
      owner.leaksThis = true;
    }
    for (const key of keys) if (ts.isIdentifier(key)) method?.ownCalls.add(key.text);
    return true;
  }

  #noteReturn(node: ts.ReturnStatement): boolean {
    const { method, scope, place } = this.#where;
    const { expression } = node;
    if (method && !place.inFunction) {
      const value = expression ? readValue(expression, scope, this.context) : null;
      method.returns.push({ value, range: rangeOf(expression ?? node, this.context.file), place });
    }
    // `return this` is for chains, and hands nothing on.
    return expression?.kind === ts.SyntaxKind.ThisKeyword;
  }

  #noteNew(node: ts.NewExpression): false {
    const { scope } = this.#where;
    const reference = referenceOf(node.expression, scope, this.context.indexOf);
    if (reference.kind !== 'import') return false;
    const api = apiName(reference);
    const isOurs = api !== null && !api.startsWith('tf.');
    if (!isOurs && !reference.path.at(-1)?.endsWith('Trainer')) return false;
    this.constructed.push(newValue(node, scope, this.context));
    return false;
  }

  #noteRun(node: ts.CallExpression, callee: ts.PropertyAccessExpression): void {
    const { scope } = this.#where;
    let trainer = readValue(callee.expression, scope, this.context);
    if (trainer.kind === 'name' && trainer.value) trainer = trainer.value;
    if (trainer.kind !== 'new') return;
    this.runs.push({
      method: callee.name.text,
      methodRange: rangeOf(callee.name, this.context.file),
      trainer,
      arguments: node.arguments.map((each) => readValue(each, scope, this.context)),
      range: rangeOf(node, this.context.file),
    });
  }

  #noteLoad(node: ts.CallExpression, callee: ts.PropertyAccessExpression): void {
    const { scope } = this.#where;
    this.loads.push({
      class: referenceOf(callee.expression, scope, this.context.indexOf),
      arguments: node.arguments.map((each) => readValue(each, scope, this.context)),
      range: rangeOf(node, this.context.file),
    });
  }
}

/** The same, but for scope and place. Written out, as what follows is. */
function within({ owner, method, builds }: Where, scope: Scope, place: Place): Where {
  return { scope, owner, method, builds, place };
}

/** Written out: a spread takes ten times as long, and there are many calls. */
function callFact(call: CallValue, place: Place, isAwaited: boolean, isStatement: boolean): CallFact {
  const { kind, path, api, name, nameRange, receiver, arguments: given, hasSpread, range } = call;
  return {
    kind,
    path,
    api,
    name,
    nameRange,
    receiver,
    arguments: given,
    hasSpread,
    range,
    place,
    isAwaited,
    isStatement,
  };
}

/** Methods that call what they are given many times. */
const LOOPS: ReadonlySet<string> = new Set(['map', 'forEach', 'flatMap', 'from']);

/** `self = this` and the like stay what they are: handed on. Everything else is visited. */
function isSelfAlias(right: ts.Expression, left: ts.Expression): boolean {
  return right.kind === ts.SyntaxKind.ThisKeyword && pathOf(left)?.startsWith('this.') === true;
}

function functionOf(member: ts.PropertyDeclaration): ts.ArrowFunction | ts.FunctionExpression | null {
  const { initializer } = member;
  return initializer && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer)) ? initializer : null;
}

function isMethodLike(
  member: ts.ClassElement,
): member is ts.MethodDeclaration | ts.ConstructorDeclaration | ts.AccessorDeclaration {
  return ts.isMethodDeclaration(member) || ts.isConstructorDeclaration(member) || ts.isAccessor(member);
}

function kindOf(member: ts.ClassElement): MethodBody['kind'] {
  if (ts.isConstructorDeclaration(member)) return 'constructor';
  if (ts.isAccessor(member)) return 'accessor';
  return ts.isPropertyDeclaration(member) ? 'arrow' : 'method';
}

function nameOf(name: ts.PropertyName): string | undefined {
  if (!ts.isComputedPropertyName(name)) return name.text;
  return ts.isStringLiteralLike(name.expression) ? name.expression.text : undefined;
}

function keywordOf(member: ts.Node, file: ts.SourceFile): TextRange {
  const { start } = rangeOf(member, file);
  const at = file.text.indexOf('constructor', start);
  return { start: at, end: at + 'constructor'.length };
}

function parameterOf(node: ts.ParameterDeclaration, file: ts.SourceFile): BodyParameter {
  const names = new Set<string>();
  reboundIn(node.name, names);
  return {
    name: ts.isIdentifier(node.name) ? node.name.text : null,
    names: [...names],
    isOptional: node.questionToken !== undefined || node.initializer !== undefined,
    hasDefault: node.initializer !== undefined,
    isRest: node.dotDotDotToken !== undefined,
    range: rangeOf(node, file),
  };
}

/** With the parentheses, where they are written. */
function parametersRange(node: ts.FunctionLikeDeclaration, { text }: ts.SourceFile): TextRange {
  const { pos, end } = node.parameters;
  const close = text.indexOf(')', end);
  return text[pos - 1] === '(' && close !== -1 ? { start: pos - 1, end: close + 1 } : { start: pos, end };
}

/** The names that a binding declares. */
function reboundIn(name: ts.BindingName, names: Set<string>): void {
  if (ts.isIdentifier(name)) names.add(name.text);
  else for (const element of name.elements) if (!ts.isOmittedExpression(element)) reboundIn(element.name, names);
}
