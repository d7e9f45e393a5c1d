import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { LOG_FILE, RUN_FILE } from '../runs/index.js';
import { UserError } from '../userError.js';
import { defineCommand } from './command.js';
import { isOnDisk, pickRuns } from './pickRun.js';

/** `Lightning: Open Run Log`: what a run printed; of a run that was started elsewhere, its events. */
export const openRunLog = defineCommand({
  id: 'lightning.openRunLog',
  needsTrust: false,
  /** The file that is open now; undefined when no run was chosen. */
  async execute(services, given?: unknown): Promise<string | undefined> {
    const [run] = await pickRuns(services, vscode.l10n.t('Which run is meant?'), given, undefined, isOnDisk);
    if (!run || !isOnDisk(run)) return undefined;
    const { directory } = run;
    const file = [LOG_FILE, RUN_FILE].map((name) => join(directory, name)).find((path) => existsSync(path));
    if (file === undefined) throw new UserError(vscode.l10n.t('{0} holds no log.', directory));
    await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: true });
    return file;
  },
});
