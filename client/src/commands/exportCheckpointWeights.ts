import { basename, dirname, extname, join } from 'node:path';
import { CheckpointError, exportWeights } from 'lightning-tfjs/checkpoints';
import * as vscode from 'vscode';
import { isCheckpointItem } from '../checkpoints/index.js';
import { UserError } from '../userError.js';
import { defineCommand } from './command.js';
import { pickCheckpoint } from './pickCheckpoint.js';

/** `Lightning: Export Weights`: writes a checkpoint's weights alone as a plain safetensors file. */
export const exportCheckpointWeights = defineCommand({
  id: 'lightning.exportCheckpointWeights',
  needsTrust: false,
  /**
   * The path of the new file; undefined when a question was dismissed or it was cancelled.
   * @param target where to write it; asked for when it is not a path
   */
  async execute(services, item?: unknown, target?: unknown): Promise<string | undefined> {
    const node = isCheckpointItem(item) ? item : await pickCheckpoint(services);
    if (!node) return undefined;
    const { path } = node.checkpoint;
    // The view hands its selection over as the second argument.
    const chosen = typeof target === 'string' ? target : await askWhere(path);
    if (chosen === undefined) return undefined;
    if (chosen === path)
      throw new UserError(vscode.l10n.t('The weights cannot be written over the checkpoint itself.'));
    return (await write(path, chosen)) ? chosen : undefined;
  },
});

async function askWhere(path: string): Promise<string | undefined> {
  const name = `${basename(path, extname(path))}.safetensors`;
  const chosen = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Export weights'),
    defaultUri: vscode.Uri.file(join(dirname(path), name)),
    filters: { safetensors: ['safetensors'] },
  });
  return chosen?.fsPath;
}

async function write(path: string, target: string): Promise<boolean> {
  const cancelled = new AbortController();
  const options: vscode.ProgressOptions = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Exporting weights of {0}', basename(path)),
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (progress, token) => {
    token.onCancellationRequested(() => cancelled.abort());
    let shown = 0;
    const onProgress = (written: number, total: number) => {
      const percent = Math.floor((written / total) * 100);
      if (percent > shown) progress.report({ increment: percent - shown });
      shown = percent;
    };
    try {
      await exportWeights(path, target, { signal: cancelled.signal, onProgress });
      return true;
    } catch (error) {
      if (cancelled.signal.aborted) return false;
      throw error instanceof CheckpointError ? new UserError(error.message) : error;
    }
  });
}
