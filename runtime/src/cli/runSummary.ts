import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RunEvent, RunKind, WireNumber } from '../protocol/index.js';
import { shortPath } from './report.js';

/** What a run left behind, gathered from its events. */
export interface RunSummary {
  take(event: RunEvent): void;
  /** Says how the run ended and where its files lie. */
  text(): string;
}

/** @param from paths are shown from here; default: the working directory */
export function runSummary(kind: RunKind, from?: string): RunSummary {
  let logDir: string | null = null;
  let best: string | null = null;
  let last: string | null = null;
  let score = '';
  let end = '';
  return {
    take(event) {
      if (event.type === 'run-started') logDir = event.logDir;
      if (event.type === 'checkpoint') {
        ({ best, last } = event);
        if (event.monitor !== null && event.score !== null && event.path === event.best)
          score = `${event.monitor} ${shown(event.score)}`;
      }
      if (event.type === 'run-ended') {
        last = event.checkpoint ?? last;
        end = `${event.reason === 'stopped' ? 'Stopped' : 'Finished'} after ${count(event.epoch, 'epoch')} and ${count(event.globalStep, 'step')}.`;
      }
    },
    text() {
      const file = (name: string) => (logDir !== null && existsSync(join(logDir, name)) ? join(logDir, name) : null);
      const rows: [name: string, path: string | null, note: string][] = [
        ['best checkpoint', best, score],
        ['last checkpoint', last === best ? null : last, ''],
        ['metrics', file('metrics.csv'), ''],
        ['logs', logDir, ''],
      ];
      const lines = rows.flatMap(([name, path, note]) =>
        path === null ? [] : [`  ${name.padEnd(17)}${shortPath(path, from)}${note === '' ? '' : `  (${note})`}`],
      );
      return [...(kind === 'fit' ? [end] : []), ...lines].filter((line) => line !== '').join('\n');
    },
  };
}

/** The metrics of a validation or test run, a column for each loader. */
export function metricsTable(title: string, results: readonly Readonly<Record<string, number>>[]): string {
  const names = [...new Set(results.flatMap((metrics) => Object.keys(metrics)))];
  if (names.length === 0) return '';
  const head = [title, ...results.map((_, index) => (results.length === 1 ? 'value' : `loader ${index}`))];
  const rows = names.map((name) => [
    name,
    ...results.map((metrics) => (name in metrics ? shown(metrics[name] ?? 0) : '')),
  ]);
  const widths = head.map((cell, column) => Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `  ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd();
  return [line(head), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)].join('\n');
}

function shown(value: WireNumber): string {
  return typeof value === 'number' && !Number.isInteger(value) ? String(Number(value.toPrecision(6))) : String(value);
}

function count(value: number, noun: string): string {
  return `${value} ${noun}${value === 1 ? '' : 's'}`;
}
