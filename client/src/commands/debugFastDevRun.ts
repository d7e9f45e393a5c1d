import * as vscode from 'vscode';
import { debugConfiguration } from '../debug/debugConfiguration.js';
import { requestTitle } from '../runs/runnable.js';
import { UserError } from '../userError.js';
import { chooseRunnable } from './chooseRunnable.js';
import { defineCommand } from './command.js';
import { saveEdits } from './runToEnd.js';

/** `Lightning: Debug fast_dev_run`: one batch through every hook under the debugger; breakpoints in the module stop. */
export const debugFastDevRun = defineCommand({
  id: 'lightning.debugFastDevRun',
  needsTrust: true,
  /** True once the session has ended. Undefined when no module was chosen. */
  async execute(services, runnable?: unknown): Promise<true | undefined> {
    const chosen = await chooseRunnable(services, 'lightning.debugFastDevRun', runnable);
    if (!chosen) return undefined;
    await saveEdits(chosen.cwd);
    const request = { ...chosen, options: { ...chosen.options, fastDevRun: true } };
    const name = vscode.l10n.t('fast_dev_run of {0}', requestTitle(request));
    const configuration = debugConfiguration(name, await services.prepare(request));
    const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(request.file));
    let session: vscode.DebugSession | undefined;
    const life: vscode.Disposable[] = [];
    const ended = new Promise<void>((resolve) => {
      life.push(
        vscode.debug.onDidStartDebugSession((started) => {
          if (started.name.startsWith(name) && !started.parentSession) session ??= started;
        }),
        vscode.debug.onDidTerminateDebugSession((gone) => {
          if (gone.id === session?.id) resolve();
        }),
      );
    });
    try {
      if (!(await vscode.debug.startDebugging(folder, configuration))) {
        throw new UserError(vscode.l10n.t('The debugger did not start. It needs the built-in JavaScript Debugger.'));
      }
      await ended;
      return true;
    } finally {
      for (const listener of life) listener.dispose();
    }
  },
});
