import * as vscode from 'vscode';
import { type CheckpointItem, isCheckpointItem } from '../checkpoints/index.js';
import { UserError } from '../userError.js';
import { defineCommand } from './command.js';
import { pickCheckpoint } from './pickCheckpoint.js';

/** `Lightning: Delete Checkpoint`: moves checkpoints to the trash, after a question. */
export const deleteCheckpoint = defineCommand({
  id: 'lightning.deleteCheckpoint',
  needsTrust: false,
  /** The paths that were moved to the trash; empty when the question was dismissed. */
  async execute(services, item?: unknown, selected?: unknown): Promise<readonly string[]> {
    const nodes = (Array.isArray(selected) ? selected : [item]).filter(isCheckpointItem);
    if (nodes.length === 0) {
      const picked = await pickCheckpoint(services);
      if (picked) nodes.push(picked);
    }
    if (nodes.length === 0 || !(await isWanted(nodes))) return [];
    const deleted: string[] = [];
    try {
      for (const { checkpoint } of nodes) {
        await vscode.workspace.fs.delete(vscode.Uri.file(checkpoint.path), { useTrash: true });
        deleted.push(checkpoint.path);
      }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new UserError(vscode.l10n.t('The checkpoint could not be moved to the trash: {0}', why));
    } finally {
      services.checkpoints.refresh();
    }
    return deleted;
  },
});

async function isWanted(nodes: readonly CheckpointItem[]): Promise<boolean> {
  const [first] = nodes;
  const question =
    nodes.length === 1
      ? vscode.l10n.t('Move {0} to the trash?', first?.checkpoint.name ?? '')
      : vscode.l10n.t('Move {0} checkpoints to the trash?', nodes.length);
  const warnings = [
    nodes.some(({ checkpoint }) => checkpoint.isBest) && vscode.l10n.t('This is the best checkpoint of its run.'),
    nodes.some(({ checkpoint }) => checkpoint.isLast) &&
      vscode.l10n.t('This is the last checkpoint of its run, from which it is resumed.'),
  ];
  const detail = warnings.filter(Boolean).join('\n');
  const move = vscode.l10n.t('Move to Trash');
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, move)) === move;
}
