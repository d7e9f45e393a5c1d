import { HOOK_NAMES, type HookName, type HookOwner } from 'lightning-tfjs/hooks';
import * as ts from 'typescript';
import { type CompletionItem, CompletionItemKind, InsertTextFormat, TextEdit } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Analyzer, ModuleModel, TextRange } from '../../analysis/index.js';
import type { ClientSupport } from '../../lsp/clientSupport.js';
import { rangeIn } from '../../lsp/ranges.js';
import { canonicalUri } from '../../lsp/uris.js';
import { hookDocs, isLegacy, mayDefine, paramsOf } from '../hookDocs.js';
import { loggedNames } from '../loggedNames.js';
import { isOptionName, OPTION_NAMES, optionDocs, optionType, optionValues } from '../optionDocs.js';
import { checkpointPaths, runFolders } from '../runFiles.js';
import {
  enclosing,
  insideQuotes,
  literalValue,
  nodeAt,
  packageName,
  propertyName,
  trainerOptionsAround,
  treeOf,
} from '../syntax.js';
import { hookText } from './hookText.js';

/** What an item is resolved from later: documentation is made only when it is shown. */
export type CompletionData =
  | { readonly kind: 'hook'; readonly hook: HookName; readonly owner: HookOwner }
  | { readonly kind: 'option'; readonly option: string };

/** What completions depend on besides the document. */
export interface CompletionContext {
  readonly analyzer: Analyzer;
  readonly client: Pick<ClientSupport, 'snippets'>;
  /** URIs of the workspace's folders. */
  readonly folders: readonly string[];
}

/** What may be written at a place: hooks, options of the Trainer and their values, logged names, checkpoints. */
export function completions(document: TextDocument, offset: number, context: CompletionContext): CompletionItem[] {
  const tree = treeOf(document);
  const node = nodeAt(tree, offset);
  if (isInComment(tree, offset)) return [];
  if (ts.isStringLiteralLike(node) && offset > node.getStart(tree)) return inString(node, document, context);
  return optionItems(node, document, offset) ?? hookItems(node, document, offset, context) ?? [];
}

/** Fills in what an editor asks for when it shows an item. */
export function resolveCompletion(item: CompletionItem): CompletionItem {
  const data = item.data as CompletionData | undefined; // as the items above were made; anything else is left alone
  if (data?.kind === 'hook' && HOOK_NAMES.includes(data.hook)) {
    return { ...item, documentation: { kind: 'markdown', value: hookDocs(data.hook, data.owner) } };
  }
  if (data?.kind === 'option' && isOptionName(data.option)) {
    return { ...item, documentation: { kind: 'markdown', value: optionDocs(data.option) } };
  }
  return item;
}

function inString(node: ts.StringLiteralLike, document: TextDocument, context: CompletionContext): CompletionItem[] {
  const tree = treeOf(document);
  const range = insideQuotes(node, tree);
  const property = node.parent;
  const uri = canonicalUri(document.uri);
  const name = ts.isPropertyAssignment(property) && property.initializer === node ? propertyName(property) : null;
  if (name === 'monitor') {
    return loggedNames(context.analyzer, uri).map(({ name: each, by }) =>
      textItem(each, `logged by ${by}`, CompletionItemKind.Constant, range, document),
    );
  }
  if (name === 'ckptPath' || isCheckpointArgument(node)) {
    const special = name === 'ckptPath' ? ['best', 'last'] : [];
    const paths = checkpointPaths(runFolders(uri, context.folders)).map(({ path }) => path);
    return [
      ...special.map((each) =>
        textItem(each, 'a checkpoint of the Trainer', CompletionItemKind.Constant, range, document),
      ),
      ...[...new Set(paths)].map((each) => textItem(each, 'checkpoint', CompletionItemKind.File, range, document)),
    ];
  }
  const options = name !== null && isOptionName(name) ? trainerOptionsAround(property, tree) : undefined;
  if (!options || name === null || !isOptionName(name)) return [];
  return optionValues(name)
    .filter((value) => value.startsWith("'"))
    .map((value) => textItem(value.slice(1, -1), '', CompletionItemKind.EnumMember, range, document));
}

/** `Lit.loadFromCheckpoint('…')`. */
function isCheckpointArgument({ parent }: ts.StringLiteralLike): boolean {
  return (
    ts.isCallExpression(parent) &&
    ts.isPropertyAccessExpression(parent.expression) &&
    parent.expression.name.text === 'loadFromCheckpoint'
  );
}

/** Names and values of the Trainer's options; undefined when the place is not among them. */
function optionItems(node: ts.Node, document: TextDocument, offset: number): CompletionItem[] | undefined {
  const tree = treeOf(document);
  const options = trainerOptionsAround(node, tree);
  if (!options || offset <= options.getStart(tree)) return undefined;
  const assignment = options.properties.find(
    (each): each is ts.PropertyAssignment =>
      ts.isPropertyAssignment(each) && each.name.end < offset && offset <= each.initializer.end,
  );
  // Between the colon and the value that is being typed.
  const open = assignment ?? openAssignment(options, offset, tree);
  if (open) {
    const name = propertyName(open);
    if (name === null || !isOptionName(name)) return [];
    const isTyped = ts.isIdentifier(open.initializer) || literalValue(open.initializer) !== undefined;
    const range =
      isTyped && open.initializer.getWidth(tree) > 0
        ? rangeOfNode(open.initializer, tree)
        : { start: offset, end: offset };
    return optionValues(name).map((value) => textItem(value, '', CompletionItemKind.Value, range, document));
  }
  const typed = options.properties.find(
    (each) => each.name && each.name.getStart(tree) <= offset && offset <= each.name.end,
  );
  const given = new Set(options.properties.filter((each) => each !== typed).map(propertyName));
  const range = typed?.name ? rangeOfNode(typed.name, tree) : { start: offset, end: offset };
  const hasValue = typed !== undefined && ts.isPropertyAssignment(typed);
  return OPTION_NAMES.filter((name) => !given.has(name)).map((name) => ({
    ...textItem(name, optionType(name), CompletionItemKind.Property, range, document, hasValue ? name : `${name}: `),
    data: { kind: 'option', option: name } satisfies CompletionData,
  }));
}

function openAssignment(
  options: ts.ObjectLiteralExpression,
  offset: number,
  tree: ts.SourceFile,
): ts.PropertyAssignment | undefined {
  return options.properties.find(
    (each): each is ts.PropertyAssignment =>
      ts.isPropertyAssignment(each) &&
      each.name.end < offset &&
      // Only white space, and a colon, between the name and the place.
      /^\s*:\s*$/.test(tree.text.slice(each.name.end, offset)),
  );
}

/** Hooks that a class has not yet; undefined when the place is not in a class's body. */
function hookItems(
  node: ts.Node,
  document: TextDocument,
  offset: number,
  { analyzer, client }: CompletionContext,
): CompletionItem[] | undefined {
  const tree = treeOf(document);
  const holder = enclosing(node, ts.isClassLike);
  if (!holder) return undefined;
  const member = holder.members.find((each) => each.getStart(tree) <= offset && offset <= each.end);
  const typed = member && typedName(member, offset, tree);
  const isInBody = offset > holder.members.pos - 1 && offset >= (holder.members.pos ?? 0) && offset <= holder.end;
  if (!isInBody || (member && !typed) || offset < holder.members.pos) return undefined;
  const model = modelOf(holder, document, tree, analyzer);
  const kind = model?.kind ?? kindOfBase(holder, tree);
  const file = analyzer.facts(canonicalUri(document.uri));
  if (!kind || !file) return undefined;
  const own = new Set(
    holder.members.flatMap((each) =>
      each !== member && each.name && ts.isIdentifier(each.name) ? [each.name.text] : [],
    ),
  );
  const isOverriding = holder.members.some(
    (each) => each !== member && ts.canHaveModifiers(each) && each.modifiers?.some(isOverrideKeyword),
  );
  const hasKeyword = /\boverride\s+[\w$]*$/.test(tree.text.slice(0, offset));
  const range = typed ?? { start: offset, end: offset };
  return HOOK_NAMES.filter((hook) => mayDefine(kind, hook) && !own.has(hook)).map((hook) => {
    const { snippet, plain, changes } = hookText(file, kind, hook, isOverriding && !hasKeyword);
    return {
      label: hook,
      labelDetails: { detail: `(${paramsOf(hook, kind)})`, description: kind },
      kind: CompletionItemKind.Method,
      // What is asked for most comes first, and what is no longer in use last.
      sortText: `${isLegacy(hook) ? 2 : FIRST.has(hook) ? 0 : 1}${hook}`,
      filterText: hook,
      insertTextFormat: client.snippets ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
      textEdit: TextEdit.replace(rangeIn(document, range), client.snippets ? snippet : indented(plain, range, tree)),
      ...(changes.length > 0 && {
        additionalTextEdits: changes.map((each) => TextEdit.replace(rangeIn(document, each.range), each.newText)),
      }),
      data: { kind: 'hook', hook, owner: kind } satisfies CompletionData,
    };
  });
}

const FIRST: ReadonlySet<HookName> = new Set([
  'trainingStep',
  'validationStep',
  'testStep',
  'predictStep',
  'configureOptimizers',
  'trainDataloader',
  'valDataloader',
]);

function modelOf(
  holder: ts.ClassLikeDeclaration,
  document: TextDocument,
  tree: ts.SourceFile,
  analyzer: Analyzer,
): ModuleModel | undefined {
  const models = analyzer.classes(canonicalUri(document.uri));
  const start = holder.getStart(tree);
  return (
    models.find(({ range, isStale }) => !isStale && range.start === start) ??
    models.find(({ facts }) => facts.name !== null && facts.name === holder.name?.text)
  );
}

/** What a class extends right away, where the analysis has lost it. */
function kindOfBase(holder: ts.ClassLikeDeclaration, tree: ts.SourceFile): HookOwner | undefined {
  const extended = holder.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
  const name = extended && packageName(extended.expression, tree);
  const kinds = { LightningModule: 'module', LightningDataModule: 'datamodule', Callback: 'callback' } as const;
  return name === 'LightningModule' || name === 'LightningDataModule' || name === 'Callback' ? kinds[name] : undefined;
}

/** The name that is being typed, where a member is no more than that. */
function typedName(member: ts.ClassElement, offset: number, tree: ts.SourceFile): TextRange | undefined {
  if (!ts.isPropertyDeclaration(member) || member.type || member.initializer) return undefined;
  if (!ts.isIdentifier(member.name) || offset > member.name.end || offset < member.name.getStart(tree))
    return undefined;
  return rangeOfNode(member.name, tree);
}

function isOverrideKeyword({ kind }: ts.ModifierLike): boolean {
  return kind === ts.SyntaxKind.OverrideKeyword;
}

/** Plain text as it stands in the file: an editor without snippets does not indent it. */
function indented(text: string, { start }: TextRange, tree: ts.SourceFile): string {
  const line = tree.text.slice(tree.text.lastIndexOf('\n', start - 1) + 1, start);
  const indent = /^[\t ]*/.exec(line)?.[0] ?? '';
  const unit = indent.startsWith('\t') ? '\t' : '  ';
  return text.replaceAll('\t', unit).replaceAll('\n', `\n${indent}`);
}

function textItem(
  label: string,
  detail: string,
  kind: CompletionItemKind,
  range: TextRange,
  document: TextDocument,
  newText = label,
): CompletionItem {
  return {
    label,
    ...(detail !== '' && { detail }),
    kind,
    filterText: label,
    textEdit: TextEdit.replace(rangeIn(document, range), newText),
  };
}

function rangeOfNode(node: ts.Node, tree: ts.SourceFile): TextRange {
  return { start: node.getStart(tree), end: node.end };
}

function isInComment(tree: ts.SourceFile, offset: number): boolean {
  const line = tree.text.slice(tree.text.lastIndexOf('\n', offset - 1) + 1, offset);
  return /^\s*(?:\/\/|\*|\/\*)/.test(line);
}
