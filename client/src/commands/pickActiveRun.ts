import * as vscode from 'vscode';
import type { Run } from '../runs/index.js';
import { requestTitle } from '../runs/runnable.js';
import type { Services } from '../services.js';

/**
 * The run that is going on which is meant: the one of that id, or else the only one; asks when there are several.
 * Undefined when there is none, or the question was dismissed.
 */
export async function pickActiveRun(runs: Services['runs'], id: unknown, title: string): Promise<Run | undefined> {
  const known = typeof id === 'object' && id !== null && 'id' in id ? id.id : id; // the Runs view gives the run itself
  if (typeof known === 'string') return runs.get(known);
  const [first, ...others] = runs.active;
  if (others.length === 0) return first;
  const items = runs.active.map((run) => ({
    label: requestTitle(run.request),
    description: [run.state, run.model.started?.logDir].filter(Boolean).join(' · '),
    run,
  }));
  return (await vscode.window.showQuickPick(items, { title }))?.run;
}
