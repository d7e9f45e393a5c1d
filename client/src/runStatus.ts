import * as vscode from 'vscode';
import { progressLine } from './progressLine.js';
import type { Run, Runs } from './runs/index.js';
import { requestTitle } from './runs/runnable.js';

/** Shows the newest run in the status bar while it goes on, and keeps the context key `lightning.isRunning`. */
export function showRunStatus(runs: Runs): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('lightning.run', vscode.StatusBarAlignment.Left, 10);
  item.name = vscode.l10n.t('Lightning Run');
  item.command = 'lightning.openDashboard';
  let wasRunning = false;
  const update = () => {
    const active = runs.active;
    const isRunning = active.length > 0;
    if (isRunning !== wasRunning) {
      wasRunning = isRunning;
      void vscode.commands.executeCommand('setContext', 'lightning.isRunning', isRunning);
    }
    const run = active.at(-1);
    if (!run) return item.hide();
    const others = active.length > 1 ? ` (+${active.length - 1})` : '';
    item.text = `$(loading~spin) ${progressLine(run.state, run.model.progress)}${others}`;
    item.tooltip = vscode.l10n.t('{0}: {1}. Click for the dashboard.', requestTitle(run.request), stateText(run));
    item.show();
  };
  const listeners = [
    runs.onStart(update),
    runs.onChange(({ change }) => {
      // Metrics come as often as progress and change nothing here.
      if (change.event === undefined || change.event.type === 'progress' || change.event.type === 'run-started')
        update();
    }),
    runs.onEnd(update),
  ];
  return vscode.Disposable.from(item, ...listeners);
}

function stateText({ state }: Run): string {
  switch (state) {
    case 'starting':
      return vscode.l10n.t('starting');
    case 'stopping':
      return vscode.l10n.t('stopping');
    default:
      return vscode.l10n.t('running');
  }
}
