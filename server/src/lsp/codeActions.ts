import {
  type CancellationToken,
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type Diagnostic,
  type Range,
  TextDocumentEdit,
  TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import type { Fix, TextChange } from '../fixes/index.js';
import type { Finding } from '../rules/index.js';
import type { ClientSupport } from './clientSupport.js';
import { disableForFile, disableForLine } from './disableRule.js';
import { difference, fixedText } from './fixAll.js';
import { diagnosticOf, type Lint, type Linter } from './linter.js';
import { rangeIn } from './ranges.js';
import type { Texts } from './texts.js';

/** Fixes of all problems of a file, as editors ask for them on saving. */
const FIX_ALL = `${CodeActionKind.SourceFixAll}.lightning`;
/** Kinds of actions that the server offers. */
export const CODE_ACTION_KINDS: CodeActionKind[] = [CodeActionKind.QuickFix, FIX_ALL];

/** Rules whose fixes add what the Trainer calls; wanted all at once when a module is begun. */
const MISSING_HOOK = /^missing-(?:(?:training|validation|test|predict)-(?:step|loader)|configure-optimizers)$/;

/** What actions are made from. */
export interface ActionSource {
  readonly linter: Linter;
  readonly lint: Lint;
  readonly client: ClientSupport;
  readonly texts: Texts;
  readonly token: CancellationToken;
}

/** The actions for the range and the kinds that were asked for. */
export async function codeActions(source: ActionSource, params: CodeActionParams): Promise<CodeAction[]> {
  const { only } = params.context;
  const isWanted = (kind: CodeActionKind) => only?.some((wanted) => isWithin(kind, wanted)) ?? kind !== FIX_ALL;
  return [
    ...(isWanted(CodeActionKind.QuickFix) ? await quickFixes(source, params) : []),
    ...(isWanted(FIX_ALL) ? await fixAll(source) : []),
  ];
}

async function quickFixes(source: ActionSource, { range, context }: CodeActionParams): Promise<CodeAction[]> {
  const { lint, texts } = source;
  const touched = lint.findings
    .map((finding) => ({ finding, diagnostic: diagnosticOf(finding, lint.document) }))
    .filter(({ diagnostic }) => touches(diagnostic.range, range))
    .map(({ finding, diagnostic }) => ({
      finding,
      diagnostics: [context.diagnostics.find((each) => isSame(each, diagnostic)) ?? diagnostic],
    }));
  const rules = [...new Set(touched.map(({ finding }) => finding.ruleId))];
  const actions: CodeAction[] = touched.flatMap(({ finding: { fix }, diagnostics }) =>
    // Each rule has at most one fix, and it is the one to take.
    fix ? { ...quickFix(source, fix), diagnostics, isPreferred: true } : [],
  );
  actions.push(
    ...(await missingHooks(
      source,
      touched.map(({ finding }) => finding),
    )),
  );
  for (const ruleId of rules) {
    const isOfRule = (finding: Finding) => finding.ruleId === ruleId && finding.fix !== null;
    if (lint.findings.filter(isOfRule).length < 2) continue;
    const title = texts.of('server.fixAllOfRule', { rule: ruleId });
    actions.push(...(await fixing(source, title, CodeActionKind.QuickFix, isOfRule)));
  }
  for (const ruleId of rules) {
    const lines = new Map<number, TextChange>();
    for (const { finding } of touched) {
      if (finding.ruleId !== ruleId) continue;
      const { line } = lint.document.positionAt(finding.range.start);
      lines.set(line, disableForLine(lint.document, finding.range.start, ruleId));
    }
    const data = { rule: ruleId };
    actions.push(
      quickFix(source, { title: texts.of('server.disableLine', data), changes: [...lines.values()] }),
      quickFix(source, {
        title: texts.of('server.disableFile', data),
        changes: [disableForFile(lint.document, ruleId)],
      }),
    );
  }
  return actions;
}

/** One action that adds all that a class of the range lacks. */
async function missingHooks(source: ActionSource, touched: readonly Finding[]): Promise<CodeAction[]> {
  const isMissing = ({ ruleId, fix }: Finding) => fix !== null && MISSING_HOOK.test(ruleId);
  const names = [...new Set(touched.filter(isMissing).map(({ data }) => data.name ?? ''))];
  const actions: CodeAction[] = [];
  for (const name of names) {
    const isOfClass = (finding: Finding) => isMissing(finding) && (finding.data.name ?? '') === name;
    if (source.lint.findings.filter(isOfClass).length < 2) continue;
    const title = source.texts.of('server.addMissing', { name });
    actions.push(...(await fixing(source, title, CodeActionKind.QuickFix, isOfClass)));
  }
  return actions;
}

/** Guesses are not for a command that nobody looks at: of these only what is certain is fixed. */
function fixAll(source: ActionSource): Promise<CodeAction[]> {
  const title = source.texts.of('server.fixAll');
  return fixing(source, title, FIX_ALL, ({ certainty }) => certainty === 'certain');
}

async function fixing(
  source: ActionSource,
  title: string,
  kind: CodeActionKind,
  isWanted: (finding: Finding) => boolean,
): Promise<CodeAction[]> {
  const { linter, lint, token } = source;
  const text = await fixedText(lint.document.getText(), async (now) =>
    (await linter.findingsIn(lint.document, now, token)).filter(isWanted),
  );
  const change = difference(lint.document, text);
  return change ? [{ title, kind, edit: editOf([change], source) }] : [];
}

function quickFix(source: ActionSource, { title, changes }: Fix): CodeAction {
  return { title, kind: CodeActionKind.QuickFix, edit: editOf(changes, source) };
}

function editOf(changes: readonly TextChange[], { lint: { document }, client }: ActionSource): WorkspaceEdit {
  const edits = changes.map(({ range, newText }) => TextEdit.replace(rangeIn(document, range), newText));
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
