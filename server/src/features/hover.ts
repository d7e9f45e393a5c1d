import * as ts from 'typescript';
import { type Hover, MarkupKind } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Analyzer } from '../analysis/index.js';
import type { Feature } from '../lsp/context.js';
import { rangeIn } from '../lsp/ranges.js';
import { canonicalUri } from '../lsp/uris.js';
import { hookDocs, isHookName, mayDefine } from './hookDocs.js';
import { isOptionName, optionDocs } from './optionDocs.js';
import { isTrainerOptions, nodeAt, propertyName, treeOf } from './syntax.js';

/** What a hook is for and when it is called; what an option of the Trainer does. */
export const hoverFeature: Feature = {
  capabilities: () => ({ hoverProvider: true }),
  register(connection, context) {
    connection.onHover(({ textDocument, position }, token) =>
      context.answer('hover', token, null, () => {
        const document = context.documents.get(textDocument.uri);
        return document ? hoverAt(document, document.offsetAt(position), context.analyzer) : null;
      }),
    );
  },
};

/** What is to be said about a place; null for nothing. */
export function hoverAt(document: TextDocument, offset: number, analyzer: Analyzer): Hover | null {
  return hookHover(document, offset, analyzer) ?? optionHover(document, offset);
}

function hookHover(document: TextDocument, offset: number, analyzer: Analyzer): Hover | null {
  for (const model of analyzer.classes(canonicalUri(document.uri))) {
    if (model.isStale || offset < model.range.start || offset > model.range.end) continue;
    const member = model.members.find(
      ({ nameRange, isStatic }) => !isStatic && nameRange.start <= offset && offset <= nameRange.end,
    );
    if (!member || !isHookName(member.name) || !mayDefine(model.kind, member.name)) continue;
    return hoverOf(hookDocs(member.name, model.kind), rangeIn(document, member.nameRange));
  }
  return null;
}

function optionHover(document: TextDocument, offset: number): Hover | null {
  const tree = treeOf(document);
  const node = nodeAt(tree, offset);
  const property = node.parent;
  if (!property || !(ts.isPropertyAssignment(property) || ts.isShorthandPropertyAssignment(property))) return null;
  if (property.name !== node || !isTrainerOptions(property.parent, tree)) return null;
  const name = propertyName(property);
  if (name === null || !isOptionName(name)) return null;
  return hoverOf(optionDocs(name), rangeIn(document, { start: node.getStart(tree), end: node.end }));
}

function hoverOf(value: string, range: Hover['range']): Hover {
  return { contents: { kind: MarkupKind.Markdown, value }, ...(range && { range }) };
}
