import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type Diagnostic,
  type Range,
  TextDocumentEdit,
  TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Fix } from '../fixes/index.js';
import type { Finding } from '../rules/index.js';
import type { ClientSupport } from './clientSupport.js';
import { diagnosticOf, rangeIn } from './linter.js';

/** Kinds of actions that the server offers. */
export const CODE_ACTION_KINDS: CodeActionKind[] = [CodeActionKind.QuickFix];

/** The fixes of the findings that touch the range that was asked for. */
export function codeActions(
  findings: readonly Finding[],
  document: TextDocument,
  { range, context }: CodeActionParams,
  client: ClientSupport,
): CodeAction[] {
  const isWanted = context.only?.some((kind) => isWithin(CodeActionKind.QuickFix, kind)) ?? true;
  if (!isWanted) return [];
  return findings.flatMap((finding) => {
    const diagnostic = diagnosticOf(finding, document);
    if (!finding.fix || !touches(diagnostic.range, range)) return [];
    return {
      title: finding.fix.title,
      kind: CodeActionKind.QuickFix,
      diagnostics: [context.diagnostics.find((each) => isSame(each, diagnostic)) ?? diagnostic],
      // Each rule has at most one fix, and it is the one to take.
      isPreferred: true,
      edit: editOf(finding.fix, document, client),
    };
  });
}

function editOf(fix: Fix, document: TextDocument, client: ClientSupport): WorkspaceEdit {
  const edits = fix.changes.map(({ range, newText }) => TextEdit.replace(rangeIn(document, range), newText));
  if (!client.versionedEdits) return { changes: { [document.uri]: edits } };
  return { documentChanges: [TextDocumentEdit.create({ uri: document.uri, version: document.version }, edits)] };
}

/** `quickfix` is within `quickfix` and within the empty kind. */
function isWithin(kind: CodeActionKind, wanted: CodeActionKind): boolean {
  return wanted === '' || kind === wanted || kind.startsWith(`${wanted}.`);
}

function isSame(a: Diagnostic, b: Diagnostic): boolean {
  return a.code === b.code && a.source === b.source && compare(a.range.start, b.range.start) === 0;
}

function touches(a: Range, b: Range): boolean {
  return compare(a.start, b.end) <= 0 && compare(b.start, a.end) <= 0;
}

function compare(a: Range['start'], b: Range['start']): number {
  return a.line - b.line || a.character - b.character;
}
