import * as vscode from 'vscode';
import type { Services } from '../services.js';
import { UserError } from '../userError.js';
import type { Command } from './command.js';

/**
 * Does a command: refuses it without trust, and turns a fault that the person can mend into one notification. Undefined then.
 * Any other error is logged and thrown on.
 */
export async function executeCommand(services: Services, command: Command, args: readonly unknown[]): Promise<unknown> {
  try {
    if (command.needsTrust && !vscode.workspace.isTrusted) {
      void refuse(); // a caller does not wait for the answer
      return undefined;
    }
    return await command.execute(services, ...args);
  } catch (error) {
    if (!(error instanceof UserError)) {
      services.log.error(error instanceof Error ? error : String(error));
      throw error;
    }
    services.log.warn(error.message);
    void vscode.window.showErrorMessage(error.message);
    return undefined;
  }
}

async function refuse(): Promise<void> {
  const manage = vscode.l10n.t('Manage Workspace Trust');
  const text = vscode.l10n.t(
    'A run executes code of this folder, which is in Restricted Mode. Trust the folder to run it.',
  );
  if ((await vscode.window.showWarningMessage(text, manage)) === manage) {
    await vscode.commands.executeCommand('workbench.trust.manage');
  }
}
