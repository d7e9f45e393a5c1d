import { extname } from 'node:path';
import * as vscode from 'vscode';
import { isCheckpointItem } from '../checkpoints/index.js';
import { UserError } from '../userError.js';
import { defineCommand } from './command.js';
import { pickCheckpoint } from './pickCheckpoint.js';

const FORMATS = ['.ckpt', '.safetensors', '.pt', '.pth'];

/**
 * `Lightning: Compare Checkpoints`: which hyperparameters differ, and how far each layer's weights are apart. Takes the nodes that
 * are selected in the view, or files selected in the explorer; asks for what is missing.
 */
export const compareCheckpoints = defineCommand({
  id: 'lightning.compareCheckpoints',
  needsTrust: false,
  /** The paths that are compared; undefined when a question was dismissed. */
  async execute(services, item?: unknown, selected?: unknown): Promise<readonly [string, string] | undefined> {
    const nodes: readonly unknown[] = Array.isArray(selected) ? selected : [item];
    const paths = nodes.flatMap(pathOf);
    if (paths.length > 2) {
      throw new UserError(vscode.l10n.t('{0} files are selected; two can be compared. Select two.', paths.length));
    }
    const from = paths[0] ?? (await pickCheckpoint(services))?.checkpoint.path;
    if (from === undefined) return undefined;
    const to = paths[1] ?? (await pickCheckpoint(services, { except: from }))?.checkpoint.path;
    if (to === undefined) return undefined;
    services.checkpointViewer.compare(from, to);
    return [from, to];
  },
});

function pathOf(value: unknown): string[] {
  if (isCheckpointItem(value)) return [value.checkpoint.path];
  const isFile = value instanceof vscode.Uri && value.scheme === 'file';
  return isFile && FORMATS.includes(extname(value.fsPath)) ? [value.fsPath] : [];
}
