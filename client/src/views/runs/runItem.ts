import type { RunState } from '@lightning-typescript/webview/messages';
import * as vscode from 'vscode';
import { isActive, type RunRecord } from '../../runs/index.js';

/** More hyperparameters or metrics than these are not shown in a tooltip. */
const MAX_ROWS = 20;
/** Longer values are cut. */
const MAX_VALUE = 80;

const ICONS: Readonly<Record<RunState, readonly [icon: string, color?: string]>> = {
  starting: ['loading~spin'],
  running: ['loading~spin'],
  stopping: ['loading~spin'],
  finished: ['pass', 'testing.iconPassed'],
  stopped: ['debug-stop'],
  failed: ['error', 'testing.iconFailed'],
  lost: ['question', 'problemsWarningIcon.foreground'],
};

/** A run as the view shows it. All that a run says of itself is text only. */
export function runItem(run: RunRecord, now: number): vscode.TreeItem {
  const item = new vscode.TreeItem(run.title, vscode.TreeItemCollapsibleState.None);
  const state = stateText(run);
  const [icon, color] = run.model.isPaused ? ['debug-pause'] : ICONS[run.state];
  item.id = run.id;
  item.description = [versionOf(run), bestText(run), durationText(run, now)].filter(Boolean).join(' · ');
  item.iconPath = new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
  item.tooltip = tooltip(run, state, now);
  item.accessibilityInformation = { label: [run.title, state, item.description].filter(Boolean).join(', ') };
  item.contextValue = `run.${isActive(run) ? 'active' : 'over'}.${run.directory === null ? 'memory' : 'disk'}`;
  item.command = {
    command: 'lightning.openDashboard',
    title: vscode.l10n.t('Open Dashboard'),
    arguments: [run.id],
  };
  return item;
}

/** Where a run is in its life, in the reader's language. */
export function stateText({ state, model }: Pick<RunRecord, 'state' | 'model'>): string {
  if (model.isPaused) return vscode.l10n.t('paused');
  switch (state) {
    case 'starting':
      return vscode.l10n.t('starting');
    case 'running':
      return vscode.l10n.t('running');
    case 'stopping':
      return vscode.l10n.t('stopping');
    case 'finished':
      return vscode.l10n.t('finished');
    case 'stopped':
      return vscode.l10n.t('stopped');
    case 'failed':
      return vscode.l10n.t('failed');
    case 'lost':
      return vscode.l10n.t('lost');
  }
}

/** The metric that a run is judged by: the one that checkpoints are kept for, or else its last validation or training loss. */
export function bestMetric({ model, end }: RunRecord): { readonly name: string; readonly value: number } | undefined {
  if (model.best) return { name: model.best.monitor, value: model.best.value };
  const entries = Object.entries(end?.metrics ?? {}).filter(([name]) => name !== 'v_num');
  const found =
    entries.find(([name]) => /^val.*loss/.test(name)) ?? entries.find(([name]) => /loss/.test(name)) ?? entries[0];
  return found && { name: found[0], value: found[1] };
}

/** How long a run took, or has taken so far, in milliseconds; undefined when it never said. */
export function durationOf({ model, state }: RunRecord, now: number): number | undefined {
  const { started, ended, progress } = model;
  if (!started) return undefined;
  const last = ended?.time ?? (isActive({ state }) ? now : progress?.time);
  return last === undefined ? undefined : Math.max(0, last - started.time);
}

/** `1 h 02 min`, `3 min 20 s`, `4.2 s`: never more than two units. */
export function formatDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${two((seconds % 3600) / 60)} min`;
}

function versionOf({ directory }: RunRecord): string | undefined {
  return directory === null
    ? undefined
    : directory.slice(Math.max(directory.lastIndexOf('/'), directory.lastIndexOf('\\')) + 1);
}

function bestText(run: RunRecord): string | undefined {
  const best = bestMetric(run);
  return best && `${best.name} ${Number(best.value.toPrecision(4))}`;
}

function durationText(run: RunRecord, now: number): string | undefined {
  const duration = durationOf(run, now);
  return duration === undefined ? undefined : formatDuration(duration);
}

function tooltip(run: RunRecord, state: string, now: number): vscode.MarkdownString {
  const text = new vscode.MarkdownString('', false);
  text.isTrusted = false;
  text.supportHtml = false;
  const line = (...parts: (string | undefined)[]) => {
    text.appendText(parts.filter((part) => part !== undefined && part !== '').join(' · '));
    text.appendMarkdown('\n\n');
  };
  text.appendMarkdown('**');
  text.appendText(run.title);
  text.appendMarkdown('**\n\n');
  const { started } = run.model;
  line(state, started?.kind, started && new Date(started.time).toLocaleString(), durationText(run, now));
  if (run.end?.error) line(`${run.end.error.name}: ${run.end.error.message.slice(0, 500)}`);
  rows(text, vscode.l10n.t('Hyperparameters'), Object.entries(started?.hparams ?? {}));
  rows(text, vscode.l10n.t('Metrics'), Object.entries(run.end?.metrics ?? {}));
  if (run.directory !== null) line(run.directory);
  return text;
}

function rows(text: vscode.MarkdownString, title: string, entries: readonly (readonly [string, unknown])[]): void {
  if (entries.length === 0) return;
  text.appendText(title);
  text.appendMarkdown('\n\n');
  for (const [name, value] of entries.slice(0, MAX_ROWS)) {
    const shown =
      typeof value === 'string' ? value : typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? '');
    text.appendMarkdown('- ');
    text.appendText(`${name}: ${shown.length > MAX_VALUE ? `${shown.slice(0, MAX_VALUE)}…` : shown}`);
    text.appendMarkdown('\n');
  }
  if (entries.length > MAX_ROWS) text.appendMarkdown(`- … (${entries.length - MAX_ROWS})\n`);
  text.appendMarkdown('\n');
}
