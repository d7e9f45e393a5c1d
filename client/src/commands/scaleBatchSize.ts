import * as vscode from 'vscode';
import { search } from '../tune/search.js';
import { showFound } from '../tune/showFound.js';
import { chooseRunnable } from './chooseRunnable.js';
import { defineCommand } from './command.js';
import { saveEdits } from './runToEnd.js';

/** `Lightning: Scale Batch Size`: doubles the batch size until memory is full, and tells the largest that fits. */
export const scaleBatchSize = defineCommand({
  id: 'lightning.scaleBatchSize',
  needsTrust: true,
  /** The batch size; null when none was found. Undefined when it was cancelled, or no module was chosen. */
  async execute(services, runnable?: unknown): Promise<number | null | undefined> {
    const chosen = await chooseRunnable(services, 'lightning.fit', runnable);
    if (!chosen) return undefined;
    await saveEdits(chosen.cwd);
    const found = await search(services, chosen, 'batchSize');
    if (!found) return undefined;
    const text = vscode.l10n.t('Largest batch size that fits: {0}', found.value ?? '');
    void showFound(found, { file: chosen.file, names: ['batchSize'], text });
    return found.value;
  },
});
