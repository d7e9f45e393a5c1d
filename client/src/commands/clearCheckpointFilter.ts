import * as vscode from 'vscode';
import { defineCommand } from './command.js';

/** `Lightning: Clear Checkpoint Filter`: shows all checkpoints again. */
export const clearCheckpointFilter = defineCommand({
  id: 'lightning.clearCheckpointFilter',
  needsTrust: false,
  async execute({ checkpoints }): Promise<void> {
    checkpoints.setFilter('');
    await vscode.commands.executeCommand('setContext', 'lightning.checkpointsFiltered', false);
  },
});
