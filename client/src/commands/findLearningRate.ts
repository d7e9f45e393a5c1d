import * as vscode from 'vscode';
import { search } from '../tune/search.js';
import { showFound } from '../tune/showFound.js';
import { chooseRunnable } from './chooseRunnable.js';
import { defineCommand } from './command.js';
import { saveEdits } from './runToEnd.js';

/** `Lightning: Find Learning Rate`: tries growing rates for a few steps, and suggests where the loss fell most steeply. */
export const findLearningRate = defineCommand({
  id: 'lightning.findLearningRate',
  needsTrust: true,
  /** The suggestion; null when there is none. Undefined when it was cancelled, or no module was chosen. */
  async execute(services, runnable?: unknown): Promise<number | null | undefined> {
    const chosen = await chooseRunnable(services, 'lightning.fit', runnable);
    if (!chosen) return undefined;
    await saveEdits(chosen.cwd);
    const found = await search(services, chosen, 'learningRate');
    if (!found) return undefined;
    const text = vscode.l10n.t('Suggested learning rate: {0}', found.value ?? '');
    void showFound(found, { file: chosen.file, names: ['lr', 'learningRate'], text });
    return found.value;
  },
});
