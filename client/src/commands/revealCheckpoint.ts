import * as vscode from 'vscode';
import { isCheckpointItem } from '../checkpoints/index.js';
import { defineCommand } from './command.js';
import { pickCheckpoint } from './pickCheckpoint.js';

/** `Lightning: Reveal Checkpoint`: shows a checkpoint in the operating system's file explorer, or in the editor's where that is out of reach. */
export const revealCheckpoint = defineCommand({
  id: 'lightning.revealCheckpoint',
  needsTrust: false,
  /** The path of the checkpoint; undefined when none was chosen. */
  async execute(services, item?: unknown): Promise<string | undefined> {
    const node = isCheckpointItem(item) ? item : await pickCheckpoint(services);
    if (!node) return undefined;
    const isHere = vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined;
    await vscode.commands.executeCommand(
      isHere ? 'revealFileInOS' : 'revealInExplorer',
      vscode.Uri.file(node.checkpoint.path),
    );
    return node.checkpoint.path;
  },
});
