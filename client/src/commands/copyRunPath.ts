import * as vscode from 'vscode';
import { defineCommand } from './command.js';
import { isOnDisk, pickRuns } from './pickRun.js';

/** `Lightning: Copy Run Path`: one directory a line. */
export const copyRunPath = defineCommand({
  id: 'lightning.copyRunPath',
  needsTrust: false,
  /** What is on the clipboard now; undefined when no run was chosen. */
  async execute(services, given?: unknown, selected?: unknown): Promise<string | undefined> {
    const title = vscode.l10n.t('Which run is meant?');
    const chosen = (await pickRuns(services, title, given, selected, isOnDisk)).filter(isOnDisk);
    if (chosen.length === 0) return undefined;
    const text = chosen.map(({ directory }) => directory).join('\n');
    await vscode.env.clipboard.writeText(text);
    return text;
  },
});
