import * as vscode from 'vscode';
import { isActive } from '../runs/index.js';
import { UserError } from '../userError.js';
import { defineCommand } from './command.js';
import { isOnDisk, pickRuns } from './pickRun.js';

/** `Lightning: Delete Run`: moves run directories to the trash, after a question. Refuses one that goes on. */
export const deleteRun = defineCommand({
  id: 'lightning.deleteRun',
  needsTrust: false,
  /** The directories that are in the trash now. */
  async execute(services, given?: unknown, selected?: unknown): Promise<readonly string[]> {
    const title = vscode.l10n.t('Which run is to be deleted?');
    const chosen = (await pickRuns(services, title, given, selected, isOnDisk)).filter(isOnDisk);
    const running = chosen.find(isActive);
    if (running) throw new UserError(vscode.l10n.t('{0} goes on. Stop it before it is deleted.', running.title));
    const [first, ...others] = chosen;
    if (!first) return [];
    const question =
      others.length === 0
        ? vscode.l10n.t('Move {0} with its metrics and checkpoints to the trash?', first.title)
        : vscode.l10n.t('Move {0} runs with their metrics and checkpoints to the trash?', chosen.length);
    const yes = vscode.l10n.t('Move to Trash');
    const detail = chosen.map(({ directory }) => directory).join('\n');
    if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) !== yes) return [];
    const deleted: string[] = [];
    for (const { directory } of chosen) {
      await vscode.workspace.fs.delete(vscode.Uri.file(directory), { recursive: true, useTrash: true });
      services.runs.forget(directory);
      deleted.push(directory);
    }
    services.runTree.refresh();
    services.checkpoints.refresh();
    return deleted;
  },
});
