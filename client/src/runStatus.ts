import * as vscode from 'vscode';
import { progressLine, secondsLeft } from './progressLine.js';
import type { Runs } from './runs/index.js';
import { requestTitle } from './runs/runnable.js';
import { formatDuration, stateText } from './views/runs/index.js';

/** Shows the newest run in the status bar while it goes on, and keeps the context key `lightning.isRunning`. */
export function showRunStatus(runs: Runs): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('lightning.run', vscode.StatusBarAlignment.Left, 10);
  item.name = vscode.l10n.t('Lightning Run');
  item.command = 'lightning.openDashboard';
  let wasRunning = false;
  const update = () => {
    const { active, isRunning } = runs;
    if (isRunning !== wasRunning) {
      wasRunning = isRunning;
      void vscode.commands.executeCommand('setContext', 'lightning.isRunning', isRunning);
    }
    const run = active.at(-1);
    if (!run) return item.hide();
    const others = active.length > 1 ? ` (+${active.length - 1})` : '';
    const icon = run.model.isPaused ? '$(debug-pause)' : '$(loading~spin)';
    const seconds = run.state === 'running' && !run.model.isPaused ? secondsLeft(run.model.progress) : undefined;
    const left = seconds === undefined ? '' : ` · ${vscode.l10n.t('{0} left', formatDuration(seconds * 1000))}`;
    item.text = `${icon} ${progressLine(run.state, run.model.progress)}${left}${others}`;
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
    // One that goes on elsewhere is not shown here, but can be stopped.
    runs.onRecords(() => {
      if (runs.isRunning !== wasRunning) update();
    }),
  ];
  return vscode.Disposable.from(item, ...listeners);
}
