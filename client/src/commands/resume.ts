import * as vscode from 'vscode';
import { defineCommand } from './command.js';
import { pickActiveRun } from './pickActiveRun.js';

/** `Lightning: Resume`: lets a paused run go on. */
export const resume = defineCommand({
  id: 'lightning.resume',
  needsTrust: false,
  /** The id of the run that was asked. Undefined when there is none, it no longer listens, or the question was dismissed. */
  async execute({ runs }, id?: unknown): Promise<string | undefined> {
    const run = await pickActiveRun(runs, id, vscode.l10n.t('Which run is to go on?'));
    return run?.resumeTraining() ? run.id : undefined;
  },
});
