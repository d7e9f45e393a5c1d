import * as vscode from 'vscode';
import type { Run, RunEnd } from '../runs/index.js';
import { requestTitle } from '../runs/runnable.js';
import type { Services } from '../services.js';
import { defineCommand } from './command.js';

/** `Lightning: Stop`: ends a run at its next batch, after a checkpoint; called again, at once. */
export const stop = defineCommand({
  id: 'lightning.stop',
  needsTrust: false,
  /** How the run ended. Undefined when there is none, or the question which was dismissed. */
  async execute({ runs }, id?: unknown): Promise<RunEnd | undefined> {
    const run = typeof id === 'string' ? runs.get(id) : await pickActive(runs);
    run?.stop();
    return run?.ended;
  },
});

async function pickActive(runs: Services['runs']): Promise<Run | undefined> {
  const [first, ...others] = runs.active;
  if (others.length === 0) return first;
  const items = runs.active.map((run) => ({
    label: requestTitle(run.request),
    description: [run.state, run.model.started?.logDir].filter(Boolean).join(' · '),
    run,
  }));
  const chosen = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Which run is to stop?') });
  return chosen?.run;
}
