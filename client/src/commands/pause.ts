import * as vscode from 'vscode';
import { defineCommand } from './command.js';
import { pickActiveRun } from './pickActiveRun.js';

/** `Lightning: Pause`: lets a run wait after this batch, until it is resumed or stopped. */
export const pause = defineCommand({
  id: 'lightning.pause',
  needsTrust: false,
  /** The id of the run that was asked. Undefined when there is none, it no longer listens, or the question was dismissed. */
  async execute({ runs }, id?: unknown): Promise<string | undefined> {
    const run = await pickActiveRun(runs, id, vscode.l10n.t('Which run is to pause?'));
    return run?.pause() ? run.id : undefined;
  },
});
