import * as vscode from 'vscode';
import { defineCommand } from './command.js';
import { isOnDisk, pickRuns } from './pickRun.js';

/** `Lightning: Reveal Run Directory`: in the operating system's file explorer, or in the editor's where that is out of reach. */
export const revealRun = defineCommand({
  id: 'lightning.revealRun',
  needsTrust: false,
  /** The run directory; undefined when no run was chosen. */
  async execute(services, given?: unknown): Promise<string | undefined> {
    const [run] = await pickRuns(services, vscode.l10n.t('Which run is to be shown?'), given, undefined, isOnDisk);
    if (!run || !isOnDisk(run)) return undefined;
    const isHere = vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined;
    const uri = vscode.Uri.file(run.directory);
    await vscode.commands.executeCommand(isHere ? 'revealFileInOS' : 'revealInExplorer', uri);
    return run.directory;
  },
});
