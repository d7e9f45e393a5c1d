import { isAbsolute, relative } from 'node:path';
import * as vscode from 'vscode';
import type { RunEnd, RunRequest } from '../runs/index.js';
import type { Services } from '../services.js';
import { readTrainerOptions } from '../settings.js';
import { UserError } from '../userError.js';

/** Starts a run on what is saved now, and waits for its end. Throws `UserError` when it cannot be started. */
export async function runToEnd(
  { runs, dashboard }: Services,
  request: RunRequest,
  { showDashboard }: { showDashboard: boolean },
): Promise<RunEnd> {
  await saveEdits(request.cwd);
  // What a lens or a command asks for comes before the setting.
  const options = { ...readTrainerOptions(request.cwd), ...request.options };
  const run = await runs.start({ ...request, options });
  if (showDashboard) dashboard.open(run, { preserveFocus: true });
  else dashboard.follow(run);
  return run.ended;
}

/** The run reads files, so what is in the editors of its folder must be in them. Other files are none of its business. */
export async function saveEdits(folder: string): Promise<void> {
  for (const document of vscode.workspace.textDocuments) {
    const isInside = document.uri.scheme === 'file' && isWithin(document.uri.fsPath, folder);
    if (!document.isDirty || !isInside || (await document.save())) continue;
    throw new UserError(
      vscode.l10n.t('{0} could not be saved, so the run would not see your edits.', document.fileName),
    );
  }
}

function isWithin(path: string, folder: string): boolean {
  const inside = relative(folder, path);
  return inside !== '' && !inside.startsWith('..') && !isAbsolute(inside);
}
