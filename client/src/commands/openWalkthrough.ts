import * as vscode from 'vscode';
import { defineCommand } from './command.js';

/** The walkthrough's id, as the editor knows it: publisher, name and the id in `package.json`. */
const WALKTHROUGH = 'lightning-typescript.lightning-typescript#lightning.firstSteps';

/** `Lightning: First Steps`: opens the walkthrough. */
export const openWalkthrough = defineCommand({
  id: 'lightning.openWalkthrough',
  needsTrust: false,
  async execute(): Promise<void> {
    await vscode.commands.executeCommand('workbench.action.openWalkthrough', WALKTHROUGH, false);
  },
});
