import * as vscode from 'vscode';
import type { RunRecord } from '../runs/index.js';
import type { Services } from '../services.js';
import { stateText } from '../views/runs/index.js';

/**
 * The runs that are meant: those of a view's selection, or of an id; asks when nothing is given and several fit.
 * @param given what a command got: a run of the view, or an id
 * @param selected what the view had selected besides
 * @returns none when the question was dismissed, or nothing fits
 */
export async function pickRuns(
  { runs }: Pick<Services, 'runs'>,
  title: string,
  given: unknown,
  selected?: unknown,
  fits: (run: RunRecord) => boolean = () => true,
): Promise<readonly RunRecord[]> {
  const meant = (Array.isArray(selected) && selected.length > 0 ? selected : [given]).flatMap((one) => {
    const id = typeof one === 'object' && one !== null && 'id' in one ? one.id : one;
    return typeof id === 'string' ? (runs.record(id) ?? []) : [];
  });
  if (meant.length > 0 || given !== undefined) return meant.filter(fits);
  const fitting = runs.records.filter(fits);
  if (fitting.length < 2) return fitting;
  const items = fitting.map((run) => ({
    label: run.title,
    description: [stateText(run), run.directory].filter(Boolean).join(' · '),
    run,
  }));
  const chosen = await vscode.window.showQuickPick(items, { title, matchOnDescription: true });
  return chosen ? [chosen.run] : [];
}

/** True for a run that has a directory. */
export function isOnDisk(run: RunRecord): run is RunRecord & { readonly directory: string } {
  return run.directory !== null;
}
