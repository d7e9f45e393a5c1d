import * as vscode from 'vscode';
import { UserError } from '../userError.js';
import { defineCommand } from './command.js';
import { isOnDisk, pickRuns } from './pickRun.js';

/** `Lightning: Rename Run`: gives a run a name, which is kept in its directory. */
export const renameRun = defineCommand({
  id: 'lightning.renameRun',
  needsTrust: false,
  /** The run's name now; undefined when no run was chosen. */
  async execute(services, given?: unknown, name?: unknown): Promise<string | undefined> {
    const [run] = await pickRuns(services, vscode.l10n.t('Which run is to be renamed?'), given, undefined, isOnDisk);
    if (!run || !isOnDisk(run)) return undefined;
    const wanted =
      typeof name === 'string'
        ? name
        : await vscode.window.showInputBox({
            title: vscode.l10n.t('Rename Run'),
            prompt: vscode.l10n.t('Leave it empty to take the name away.'),
            value: services.runNames.get(run.directory) ?? '',
          });
    if (wanted === undefined) return undefined;
    try {
      await services.runNames.set(run.directory, wanted);
    } catch (error) {
      throw new UserError(vscode.l10n.t('The name could not be kept in {0}: {1}', run.directory, String(error)));
    }
    services.runTree.refresh();
    return run.title;
  },
});
