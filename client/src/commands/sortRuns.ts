import * as vscode from 'vscode';
import { RUN_ORDERS, type RunOrder } from '../views/runs/index.js';
import { defineCommand } from './command.js';

/** `Lightning: Sort Runs`: those that go on stay first. */
export const sortRuns = defineCommand({
  id: 'lightning.sortRuns',
  needsTrust: false,
  /** The order now; undefined when the question was dismissed. */
  async execute({ runTree }, order?: unknown): Promise<RunOrder | undefined> {
    const labels: Readonly<Record<RunOrder, string>> = {
      newest: vscode.l10n.t('Newest first'),
      name: vscode.l10n.t('Name'),
      metric: vscode.l10n.t('Best metric, lowest first'),
      duration: vscode.l10n.t('Duration, shortest first'),
    };
    const items = RUN_ORDERS.map((one) => ({ label: labels[one], picked: one === runTree.order, order: one }));
    const chosen =
      RUN_ORDERS.find((one) => one === order) ??
      (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Sort Runs') }))?.order;
    if (chosen !== undefined) runTree.order = chosen;
    return chosen;
  },
});
