import * as vscode from 'vscode';
import type { Services } from '../services.js';
import { UserError } from '../userError.js';
import { chooseRunnable } from './chooseRunnable.js';
import { defineCommand } from './command.js';

interface SequenceNode {
  readonly type: 'call' | 'loop' | 'when';
  readonly hook?: string;
  readonly by?: string;
  readonly isOverridden?: boolean;
  readonly doc?: string;
  readonly location?: {
    readonly uri: string;
    readonly range: { readonly start: { line: number; character: number } };
  } | null;
  readonly children: readonly SequenceNode[];
  /** Of a loop or a condition: what is repeated, or when. */
  readonly label?: string;
}

interface Sequence {
  readonly className: string;
  readonly nodes: readonly SequenceNode[];
}

interface Line extends vscode.QuickPickItem {
  readonly node: SequenceNode;
}

/** `Lightning: Show Hook Sequence`: all hooks that a fit of the module calls, in order; choosing one goes to its text. */
export const showHookSequence = defineCommand({
  id: 'lightning.showHookSequence',
  needsTrust: false,
  /** The hooks in the order of the list, whether one was chosen or not. Undefined when no module was chosen. */
  async execute(services, runnable?: unknown): Promise<readonly string[] | undefined> {
    const chosen = await chooseRunnable(services, 'lightning.fit', runnable);
    if (!chosen) return undefined;
    const sequence = await sequenceOf(services, chosen.file, chosen.className);
    const lines = sequence.nodes.flatMap((node) => linesOf(node, 0));
    void show(sequence.className, lines);
    return lines.flatMap(({ node }) => node.hook ?? []);
  },
});

async function sequenceOf(services: Services, file: string, className: string | undefined): Promise<Sequence> {
  const textDocument = { uri: vscode.Uri.file(file).toString() };
  const answer = await services.language.request('lightning/hookSequence', { textDocument, className });
  if (answer !== null) return answer as Sequence; // our own server's
  throw new UserError(vscode.l10n.t('The file has no LightningModule whose hooks could be listed.'));
}

async function show(className: string, lines: readonly Line[]): Promise<void> {
  const chosen = await vscode.window.showQuickPick(lines, {
    title: vscode.l10n.t('What a fit of {0} calls, in order', className),
    placeHolder: vscode.l10n.t('Choose a hook to go to its text'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  const location = chosen?.node.location;
  if (!location) return;
  const { line, character } = location.range.start;
  const selection = new vscode.Range(line, character, line, character);
  await vscode.window.showTextDocument(vscode.Uri.parse(location.uri), { selection });
}

function linesOf(node: SequenceNode, depth: number): Line[] {
  // A quick pick trims blanks at the start; these keep the tree's shape.
  const indent = '\u2003'.repeat(depth);
  const below = node.children.flatMap((child) => linesOf(child, depth + 1));
  if (node.type !== 'call') {
    const icon = node.type === 'loop' ? '$(sync)' : '$(question)';
    return [{ label: `${indent}${icon} ${node.label ?? ''}`, node }, ...below];
  }
  const icon = node.isOverridden ? '$(symbol-method)' : '$(circle-small)';
  return [
    {
      label: `${indent}${icon} ${node.hook}`,
      description: node.by ?? '',
      detail: `${indent}\u2003${node.doc ?? ''}`,
      node,
    },
    ...below,
  ];
}
