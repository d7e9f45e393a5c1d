import * as vscode from 'vscode';
import { isCheckpointItem } from '../checkpoints/index.js';
import { defineCommand } from './command.js';
import { pickCheckpoint } from './pickCheckpoint.js';

/** `Lightning: Copy Checkpoint Path`. */
export const copyCheckpointPath = defineCommand({
  id: 'lightning.copyCheckpointPath',
  needsTrust: false,
  /** The path that is on the clipboard now; undefined when no checkpoint was chosen. */
  async execute(services, item?: unknown): Promise<string | undefined> {
    const node = isCheckpointItem(item) ? item : await pickCheckpoint(services);
    if (!node) return undefined;
    await vscode.env.clipboard.writeText(node.checkpoint.path);
    return node.checkpoint.path;
  },
});
