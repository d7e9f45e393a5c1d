import * as vscode from 'vscode';
import type { CheckpointItem } from '../checkpoints/index.js';
import type { Services } from '../services.js';
import { UserError } from '../userError.js';

/** Asks which checkpoint is meant. Undefined when dismissed. Throws `UserError` when there is none. */
export async function pickCheckpoint(
  { checkpoints }: Services,
  { except }: { except?: string } = {},
): Promise<CheckpointItem | undefined> {
  const nodes = (await checkpoints.all()).filter(({ checkpoint }) => checkpoint.path !== except);
  if (nodes.length === 0 && except !== undefined) {
    throw new UserError(vscode.l10n.t('There is only one checkpoint, so there is nothing to compare it with.'));
  }
  if (nodes.length === 0) {
    throw new UserError(
      vscode.l10n.t('There is no checkpoint yet. Lightning: Fit writes one at the end of every epoch.'),
    );
  }
  const items = nodes.map((node) => ({
    label: node.checkpoint.name,
    description: [node.run.name, node.run.moduleName].filter(Boolean).join(' · '),
    node,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Which checkpoint?'),
    matchOnDescription: true,
  });
  return chosen?.node;
}
