import { declareImport, declareImportEquals, declareOpaque, declareVariable } from './bindings.js';
import { type Bodies, EMPTY_BODY, readBodies } from './body/readBodies.js';
import { directivesOf } from './directives.js';
import { exportsOf } from './exports.js';
import type { ClassFacts, FileFacts, ImportFacts, Language, Member, Reference, TextRange } from './facts.js';
import { hasModifier, membersOf, rangeOf } from './members.js';
import { type EditedTree, parse, type SourceText } from './parse.js';
import { parseErrors } from './parseErrors.js';
import { opensScope, referenceOf, referenceOfName, Scope, unwrap } from './scope.js';
import * as ts from './syntax.js';

/** A class while its file is being read. */
interface FoundClass {
  readonly node: ts.ClassLikeDeclaration;
  readonly scope: Scope;
  readonly nameNode: ts.Node | null;
  readonly name: string | null;
  readonly assigned: Member[];
  readonly constructs: { readonly expression: ts.Expression; readonly scope: Scope }[];
  isOpenEnded: boolean;
}

/**
 * Parses a file and keeps what the rules need. Broken text is normal: what parses is found.
 * @param tree of the same file, when it is being edited
 */
export function extractFacts(source: SourceText, tree?: EditedTree): FileFacts {
  const file = tree?.parse(source) ?? parse(source);
  return new Reader(file).facts(source.uri, source.language);
}

class Reader {
  readonly #fileScope = new Scope(null);
  readonly #classes: FoundClass[] = [];
  readonly #indexOf = new Map<ts.Node, number>();
  readonly #scopes = new Map<ts.Node, Scope>();
  readonly #imports: ImportFacts[] = [];
  readonly #usedProperties = new Set<string>();
  /** Classes handed to a function, and prototypes written to: looked up once all names are known. */
  readonly #handedOver: { readonly name: string; readonly scope: Scope }[] = [];
  readonly #onPrototypes: { readonly name: string; readonly scope: Scope; readonly member: Member }[] = [];

  constructor(readonly file: ts.SourceFile) {
    for (const statement of file.statements) this.#visit(statement, this.#fileScope, null);
  }

  facts(uri: string, language: Language): FileFacts {
    for (const { name, scope } of this.#handedOver) {
      const found = this.#classNamed(name, scope);
      if (found) found.isOpenEnded = true;
    }
    for (const { name, scope, member } of this.#onPrototypes) this.#classNamed(name, scope)?.assigned.push(member);
    const { exports, exportStars } = exportsOf(this.file, this.#fileScope, this.#indexOf);
    const errors = parseErrors(this.file);
    const bodies = readBodies(
      { file: this.file, indexOf: this.#indexOf, constants: new Map() },
      this.#fileScope,
      this.#scopes,
    );
    return {
      uri,
      text: this.file.text,
      language,
      isDeclarationFile: this.file.isDeclarationFile,
      hasSyntaxErrors: errors.any,
      directives: directivesOf(this.file),
      classes: this.#classes.map((found, index) => this.#classFacts(found, index, exports, errors, bodies)),
      body: bodies.file,
      imports: this.#imports,
      exports,
      exportStars,
      topLevelNames: new Set(this.#fileScope.names()),
      usedProperties: this.#usedProperties,
    };
  }

  #classFacts(
    found: FoundClass,
    index: number,
    exports: ReadonlyMap<string, Reference>,
    errors: ReturnType<typeof parseErrors>,
    bodies: Bodies,
  ): ClassFacts {
    const { node, scope, nameNode } = found;
    const { file } = this;
    const range = rangeOf(node, file);
    const heritage = node.heritageClauses ?? [];
    const extended = heritage.find((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
    const { members, isOpenEnded } = membersOf(node, file);
    // After the last member comes the brace; where it is missing, the node ends with that member.
    const isClosed = node.end > node.members.end && file.text[node.end - 1] === '}';
    return {
      index,
      name: found.name,
      nameRange: nameNode ? rangeOf(nameNode, file) : this.#keywordRange(node),
      range,
      bodyRange: { start: node.members.pos, end: isClosed ? node.end - 1 : node.end },
      base: extended ? referenceOf(extended.expression, scope, this.#indexOf) : null,
      isAbstract: hasModifier(node, ts.SyntaxKind.AbstractKeyword) || hasModifier(node, ts.SyntaxKind.DeclareKeyword),
      exportedAs: exportedName(exports, index),
      members: [...members, ...found.assigned],
      isOpenEnded: isOpenEnded || found.isOpenEnded || (found.name !== null && scope.hasInterface(found.name)),
      implementsInterfaces: heritage.some((clause) => clause.token === ts.SyntaxKind.ImplementsKeyword),
      constructs: found.constructs.map((each) => referenceOf(each.expression, each.scope, this.#indexOf)),
      body: bodies.classes.get(node) ?? EMPTY_BODY,
      isClosed,
      lostWords: errors.lostWords(range),
      lostMembers: [],
      isStale: false,
    };
  }

  #visit(node: ts.Node, scope: Scope, inside: FoundClass | null): void {
    if (node.kind <= ts.SyntaxKind.LastToken) {
      // A name in quotes may be how somebody calls it.
      if (node.kind === ts.SyntaxKind.StringLiteral) this.#usedProperties.add((node as ts.StringLiteral).text);
      return;
    }
    const { file } = this;
    switch (node.kind) {
      case ts.SyntaxKind.ImportDeclaration:
        this.#addImport(declareImport(node as ts.ImportDeclaration, scope, file));
        return;
      case ts.SyntaxKind.ImportEqualsDeclaration:
        this.#addImport(declareImportEquals(node as ts.ImportEqualsDeclaration, scope, file));
        return;
      case ts.SyntaxKind.ClassDeclaration:
      case ts.SyntaxKind.ClassExpression:
        this.#visitClass(node as ts.ClassLikeDeclaration, scope, null);
        return;
      case ts.SyntaxKind.VariableDeclarationList:
        this.#visitVariables(node as ts.VariableDeclarationList, scope, inside);
        return;
      case ts.SyntaxKind.InterfaceDeclaration:
        scope.declareInterface((node as ts.InterfaceDeclaration).name.text);
        return;
      case ts.SyntaxKind.TypeAliasDeclaration:
        return;
      case ts.SyntaxKind.FunctionDeclaration:
      case ts.SyntaxKind.EnumDeclaration:
      case ts.SyntaxKind.ModuleDeclaration: {
        const { name } = node as ts.FunctionDeclaration | ts.EnumDeclaration | ts.ModuleDeclaration;
        if (name && ts.isIdentifier(name)) declareOpaque(name, scope);
        break;
      }
      case ts.SyntaxKind.Parameter:
      case ts.SyntaxKind.VariableDeclaration: // outside of a list: what a catch clause catches
        declareOpaque((node as ts.ParameterDeclaration | ts.VariableDeclaration).name, scope);
        break;
      case ts.SyntaxKind.PropertyAccessExpression: {
        const { expression, name } = node as ts.PropertyAccessExpression;
        if (expression.kind !== ts.SyntaxKind.SuperKeyword) this.#usedProperties.add(name.text);
        // The commonest nodes are gone into directly: a function for their children would cost more than they do.
        this.#visit(expression, scope, inside);
        return;
      }
      case ts.SyntaxKind.ElementAccessExpression: {
        const { argumentExpression } = node as ts.ElementAccessExpression;
        if (ts.isStringLiteralLike(argumentExpression)) this.#usedProperties.add(argumentExpression.text);
        break;
      }
      case ts.SyntaxKind.NewExpression:
        inside?.constructs.push({ expression: (node as ts.NewExpression).expression, scope });
        break;
      case ts.SyntaxKind.ExpressionStatement:
        this.#visit((node as ts.ExpressionStatement).expression, scope, inside);
        return;
      case ts.SyntaxKind.CallExpression: {
        const { expression, typeArguments, arguments: given } = node as ts.CallExpression;
        this.#noteCall(node as ts.CallExpression, scope, inside);
        this.#visit(expression, scope, inside);
        if (typeArguments) for (const each of typeArguments) this.#visit(each, scope, inside);
        for (const each of given) this.#visit(each, scope, inside);
        return;
      }
      case ts.SyntaxKind.BinaryExpression:
        if (this.#visitAssignment(node as ts.BinaryExpression, scope, inside)) return;
        break;
    }
    const inner = opensScope(node) ? new Scope(scope) : scope;
    if (inner !== scope) this.#scopes.set(node, inner);
    ts.forEachChild(node, (child) => this.#visit(child, inner, inside));
  }

  #visitClass(node: ts.ClassLikeDeclaration, scope: Scope, givenName: ts.Node | null): number {
    const index = this.#classes.length;
    const nameNode = givenName ?? node.name ?? null;
    const name = nameNode && (ts.isIdentifier(nameNode) || ts.isPrivateIdentifier(nameNode)) ? nameNode.text : null;
    const found: FoundClass = { node, scope, nameNode, name, assigned: [], constructs: [], isOpenEnded: false };
    this.#classes.push(found);
    this.#indexOf.set(node, index);
    if (node.name && ts.isClassDeclaration(node)) scope.declare(node.name.text, { kind: 'class', index });
    const inner = new Scope(scope);
    this.#scopes.set(node, inner);
    if (node.name && ts.isClassExpression(node)) inner.declare(node.name.text, { kind: 'class', index });
    ts.forEachChild(node, (child) => this.#visit(child, inner, found));
    return index;
  }

  #visitVariables(list: ts.VariableDeclarationList, scope: Scope, inside: FoundClass | null): void {
    const isConstant = (list.flags & ts.NodeFlags.Const) !== 0;
    for (const declaration of list.declarations) {
      const held = declaration.initializer && unwrap(declaration.initializer);
      if (held && ts.isClassExpression(held) && ts.isIdentifier(declaration.name)) {
        scope.declare(declaration.name.text, { kind: 'class', index: this.#visitClass(held, scope, declaration.name) });
        continue;
      }
      this.#addImport(declareVariable(declaration, isConstant, scope, this.file));
      if (ts.isObjectBindingPattern(declaration.name)) {
        for (const { propertyName, name } of declaration.name.elements) {
          const key = propertyName ?? name;
          if (ts.isIdentifier(key)) this.#usedProperties.add(key.text);
        }
      }
      if (declaration.initializer) this.#visit(declaration.initializer, scope, inside);
    }
  }

  /** Handles the assignments that tell about classes. Returns true when there is nothing left to visit. */
  #visitAssignment(node: ts.BinaryExpression, scope: Scope, inside: FoundClass | null): boolean {
    if (node.operatorToken.kind !== ts.SyntaxKind.EqualsToken || !ts.isPropertyAccessExpression(node.left))
      return false;
    const { expression: target, name } = node.left;
    const right = unwrap(node.right);
    if (ts.isClassExpression(right)) {
      const isWholeModule = ts.isIdentifier(target) && target.text === 'module';
      this.#visitClass(right, scope, isWholeModule || right.name ? null : name);
      return true;
    }
    const owner = prototypeOwner(target);
    const member = assignedMember(name, rangeOf(node, this.file), this.file);
    if (target.kind === ts.SyntaxKind.ThisKeyword) inside?.assigned.push(member);
    else if (owner !== null) this.#onPrototypes.push({ name: owner, scope, member });
    else return false;
    // The assigned name is no use of it.
    this.#visit(node.right, scope, inside);
    return true;
  }

  #noteCall(node: ts.CallExpression, scope: Scope, inside: FoundClass | null): void {
    for (const argument of node.arguments) {
      if (ts.isIdentifier(argument)) this.#handedOver.push({ name: argument.text, scope });
    }
    const [first] = node.arguments;
    const callee = node.expression;
    // Object.assign(this, …), Object.defineProperty(Lit.prototype, …): members that nobody can list.
    if (!first || !ts.isPropertyAccessExpression(callee) || !ts.isIdentifier(callee.expression)) return;
    if (callee.expression.text !== 'Object' && callee.expression.text !== 'Reflect') return;
    const owner = prototypeOwner(first);
    if (owner !== null) this.#handedOver.push({ name: owner, scope });
    else if (first.kind === ts.SyntaxKind.ThisKeyword && inside) inside.isOpenEnded = true;
  }

  #addImport(facts: ImportFacts | null): void {
    if (facts) this.#imports.push(facts);
  }

  #classNamed(name: string, scope: Scope): FoundClass | undefined {
    const reference = referenceOfName(name, scope, this.#indexOf);
    return reference.kind === 'class' ? this.#classes[reference.index] : undefined;
  }

  #keywordRange(node: ts.ClassLikeDeclaration): TextRange {
    const { start } = rangeOf(node, this.file);
    const keyword = this.file.text.indexOf('class', Math.max(start, node.modifiers?.end ?? start));
    return { start: keyword, end: keyword + 'class'.length };
  }
}

/** `Lit` of `Lit.prototype`. */
function prototypeOwner(node: ts.Expression): string | null {
  if (!ts.isPropertyAccessExpression(node) || node.name.text !== 'prototype') return null;
  return ts.isIdentifier(node.expression) ? node.expression.text : null;
}

function assignedMember(name: ts.MemberName, range: TextRange, file: ts.SourceFile): Member {
  return {
    name: name.text,
    nameRange: rangeOf(name, file),
    range,
    kind: 'assigned',
    isStatic: false,
    isPrivate: ts.isPrivateIdentifier(name),
    isOverride: false,
    isIdentifier: true,
    parameters: [],
  };
}

/** A named export goes before `default`: it is what a person calls the class. */
function exportedName(exports: ReadonlyMap<string, Reference>, index: number): string | null {
  let found: string | null = null;
  for (const [name, reference] of exports) {
    if (reference.kind !== 'class' || reference.index !== index) continue;
    if (name !== 'default' && name !== 'export=') return name;
    found = 'default';
  }
  return found;
}
