import * as vscode from 'vscode';
import { defineCommand } from './command.js';

/** `Lightning: Filter Checkpoints`: shows only those with all of the given words in their name, run, module or metric. */
export const filterCheckpoints = defineCommand({
  id: 'lightning.filterCheckpoints',
  needsTrust: false,
  /** The filter that is on now; undefined when the question was dismissed. */
  async execute({ checkpoints }, filter?: unknown): Promise<string | undefined> {
    const wanted =
      typeof filter === 'string'
        ? filter
        : await vscode.window.showInputBox({
            title: vscode.l10n.t('Filter checkpoints'),
            prompt: vscode.l10n.t('Words of the name, run, module or metric; also “best” and “last”'),
            value: checkpoints.filter,
          });
    if (wanted === undefined) return undefined;
    checkpoints.setFilter(wanted);
    await vscode.commands.executeCommand('setContext', 'lightning.checkpointsFiltered', checkpoints.filter !== '');
    return checkpoints.filter;
  },
});
