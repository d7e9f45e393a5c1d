import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as ts from 'typescript';
import type { DocumentLink } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Feature } from '../lsp/context.js';
import { rangeIn } from '../lsp/ranges.js';
import { isFile, runFolders } from './runFiles.js';
import { insideQuotes, treeOf } from './syntax.js';

/** Checkpoints and configurations that a text names, as links to the files. */
export const documentLinkFeature: Feature = {
  capabilities: () => ({ documentLinkProvider: {} }),
  register(connection, context) {
    connection.onDocumentLinks(({ textDocument }, token) =>
      context.answer('document links', token, [], () => {
        const document = context.documents.get(textDocument.uri);
        return document ? documentLinks(document, context.folders) : [];
      }),
    );
  },
};

const LINKED = /\.(?:ckpt|safetensors|pt|pth|ya?ml|csv)$/i;
/** Looks at the disk are not free; a text with more such strings is no program. */
const MAX_LINKS = 100;
const MAX_PATH = 1000;

/** The links of a document: only those whose files are there. */
export function documentLinks(document: TextDocument, folders: readonly string[]): DocumentLink[] {
  const tree = treeOf(document);
  const roots = runFolders(document.uri, folders);
  const strings: ts.StringLiteralLike[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) && LINKED.test(node.text) && node.text.length < MAX_PATH) strings.push(node);
    else ts.forEachChild(node, visit);
  };
  visit(tree);
  return strings.slice(0, MAX_LINKS).flatMap((node) => {
    if (/^[a-z][a-z\d+.-]+:/i.test(node.text) && !isAbsolute(node.text)) return []; // an address
    // A run's paths count from the folder it is started in; an import's, from the file.
    const target = roots.map((root) => resolve(root, node.text)).find(isFile);
    return target ? { range: rangeIn(document, insideQuotes(node, tree)), target: pathToFileURL(target).href } : [];
  });
}
