import * as vscode from 'vscode';
import { isActive, type RunEnd, whenEnded } from '../runs/index.js';
import { defineCommand } from './command.js';
import { pickRuns } from './pickRun.js';

/** `Lightning: Stop`: ends a run at its next batch, after a checkpoint; called again, at once. Also one that goes on in a terminal. */
export const stop = defineCommand({
  id: 'lightning.stop',
  needsTrust: false,
  /** How the run ended. Undefined when there is none, or the question which was dismissed. */
  async execute(services, given?: unknown, selected?: unknown): Promise<RunEnd | undefined> {
    // Without a word those of this window are meant, as long as there are some.
    const own = services.runs.active;
    const title = vscode.l10n.t('Which run is to stop?');
    const chosen =
      given === undefined && own.length === 1 ? own : await pickRuns(services, title, given, selected, isActive);
    for (const run of chosen) run.stop();
    return chosen[0] && whenEnded(chosen[0]);
  },
});
