import { RUN_STATES } from '@lightning-typescript/webview/messages';
import * as vscode from 'vscode';
import type { RunFilter } from '../views/runs/index.js';
import { defineCommand } from './command.js';

/** `Lightning: Filter Runs`: by a text, or by state; an empty text shows all again. */
export const filterRuns = defineCommand({
  id: 'lightning.filterRuns',
  needsTrust: false,
  /** The filter now; undefined when the question was dismissed. */
  async execute({ runTree }, text?: unknown): Promise<RunFilter | undefined> {
    const given =
      typeof text === 'string'
        ? text
        : await vscode.window.showInputBox({
            title: vscode.l10n.t('Filter Runs'),
            prompt: vscode.l10n.t(
              'Part of a name, a directory or a hyperparameter such as lr=0.1, or a state such as failed. Empty: all.',
            ),
            value: runTree.filter.text ?? runTree.filter.states?.join(' ') ?? '',
          });
    if (given === undefined) return undefined;
    const words = given.trim().split(/[\s,]+/);
    const states = RUN_STATES.filter((state) => words.includes(state));
    if (given.trim() === '') runTree.filter = {};
    else if (states.length === words.length) runTree.filter = { states };
    else runTree.filter = { text: given.trim() };
    return runTree.filter;
  },
});
