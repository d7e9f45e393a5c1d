import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as vscode from 'vscode';
import { metricsCsv } from '../runs/index.js';
import { UserError } from '../userError.js';
import { defineCommand } from './command.js';
import { pickRuns } from './pickRun.js';

/** `Lightning: Export Run`: all metrics of a run as CSV. Pictures of its charts come from the dashboard. */
export const exportRun = defineCommand({
  id: 'lightning.exportRun',
  needsTrust: false,
  /** The file that was written; undefined when no run or no place was chosen. */
  async execute(services, given?: unknown, target?: unknown): Promise<string | undefined> {
    const [run] = await pickRuns(services, vscode.l10n.t('Which run is to be exported?'), given);
    if (!run) return undefined;
    const folder = run.directory ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    const chosen =
      typeof target === 'string'
        ? vscode.Uri.file(target)
        : await vscode.window.showSaveDialog({
            title: vscode.l10n.t('Export Run'),
            filters: { CSV: ['csv'] },
            ...(folder !== undefined && { defaultUri: vscode.Uri.file(join(folder, 'metrics-export.csv')) }),
          });
    if (!chosen) return undefined;
    await run.load();
    try {
      await pipeline(Readable.from(metricsCsv(run.model)), createWriteStream(chosen.fsPath));
    } catch (error) {
      throw new UserError(vscode.l10n.t('{0} could not be written: {1}', chosen.fsPath, String(error)));
    }
    return chosen.fsPath;
  },
});
