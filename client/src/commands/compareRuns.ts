import * as vscode from 'vscode';
import type { RunRecord } from '../runs/index.js';
import type { Services } from '../services.js';
import { UserError } from '../userError.js';
import { defineCommand } from './command.js';

/** `Lightning: Compare Runs`: shows the charts of several runs over each other. */
export const compareRuns = defineCommand({
  id: 'lightning.compareRuns',
  needsTrust: false,
  /**
   * @param item a run, as the view gives it, or the ids of runs
   * @param selection all runs that are selected in the view
   * @returns the ids of the runs that are shown. Undefined when the question was dismissed
   */
  async execute(services, item?: unknown, selection?: unknown): Promise<readonly string[] | undefined> {
    const given = [...idsOf(item), ...idsOf(selection)];
    const named = services.runs.records.filter(({ id }) => given.includes(id));
    const chosen = named.length > 1 ? named : await pickRuns(services, named);
    if (!chosen) return undefined;
    services.dashboard.compare(chosen, { preserveFocus: false });
    return chosen.map(({ id }) => id);
  },
});

async function pickRuns({ runs }: Services, picked: readonly RunRecord[]): Promise<readonly RunRecord[] | undefined> {
  const { records } = runs;
  if (records.length < 2) throw new UserError(vscode.l10n.t('There are no two runs yet that could be compared.'));
  const items = [...records].reverse().map((run) => ({
    label: run.title,
    ...(run.directory !== null && { description: vscode.workspace.asRelativePath(run.directory) }),
    picked: picked.includes(run),
    run,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Which runs are to be compared?'),
    canPickMany: true,
    matchOnDescription: true,
  });
  return chosen && chosen.length > 0 ? chosen.map(({ run }) => run) : undefined;
}

/** Ids of runs in what a caller gives: an id, a line of the view, or several of them. */
function idsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(idsOf);
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  const { id, run, record } = value as { readonly id?: unknown; readonly run?: unknown; readonly record?: unknown };
  return typeof id === 'string' ? [id] : [...idsOf(run), ...idsOf(record)];
}
