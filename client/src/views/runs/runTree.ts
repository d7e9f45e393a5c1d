import * as vscode from 'vscode';
import { isActive, type RunRecord, type Runs } from '../../runs/index.js';
import { realSchedule, type Schedule } from '../../schedule.js';
import { bestMetric, durationOf, runItem } from './runItem.js';

/** Runs change many times a second; the view is drawn anew at this pace. */
const REFRESH_MS = 500;

/** In which order runs stand. Those that go on come first in any of them. */
export const RUN_ORDERS = ['newest', 'name', 'metric', 'duration'] as const;
export type RunOrder = (typeof RUN_ORDERS)[number];

/** Which runs are shown; all when nothing is set. */
export interface RunFilter {
  /** Part of the name, the directory or a hyperparameter, in any case. */
  readonly text?: string;
  readonly states?: readonly RunRecord['state'][];
}

/** The Runs view: every run that is known, of this window and on disk. */
export class RunTree implements vscode.TreeDataProvider<RunRecord>, vscode.Disposable {
  readonly #runs: Pick<Runs, 'records' | 'onRecords'>;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #listener: { dispose(): void };
  readonly #schedule: Schedule;
  #cancel: (() => void) | undefined;
  #filter: RunFilter = {};
  #order: RunOrder = 'newest';

  constructor(runs: Pick<Runs, 'records' | 'onRecords'>, schedule: Schedule = realSchedule) {
    this.#runs = runs;
    this.#schedule = schedule;
    this.#listener = runs.onRecords(() => this.#refreshSoon());
  }

  get filter(): RunFilter {
    return this.#filter;
  }

  set filter(filter: RunFilter) {
    this.#filter = filter;
    void vscode.commands.executeCommand('setContext', 'lightning.runsFiltered', Boolean(filter.text || filter.states));
    this.refresh();
  }

  get order(): RunOrder {
    return this.#order;
  }

  set order(order: RunOrder) {
    this.#order = order;
    this.refresh();
  }

  /** Draws everything anew. */
  refresh(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#changed.fire(undefined);
  }

  getChildren(run?: RunRecord): RunRecord[] {
    if (run) return [];
    return sorted(
      this.#runs.records.filter((record) => passes(record, this.#filter)),
      this.#order,
    );
  }

  getParent(): undefined {
    return undefined; // a flat list; the editor asks before it reveals one
  }

  getTreeItem(run: RunRecord): vscode.TreeItem {
    return runItem(run, Date.now());
  }

  dispose(): void {
    this.#cancel?.();
    this.#listener.dispose();
    this.#changed.dispose();
  }

  #refreshSoon(): void {
    this.#cancel ??= this.#schedule(REFRESH_MS, () => this.refresh());
  }
}

function passes({ title, directory, state, model }: RunRecord, { text, states }: RunFilter): boolean {
  if (states && !states.includes(state)) return false;
  if (!text) return true;
  const hparams = Object.entries(model.started?.hparams ?? {}).map(([name, value]) => `${name}=${String(value)}`);
  const wanted = text.toLowerCase();
  return [title, directory ?? '', ...hparams].some((known) => known.toLowerCase().includes(wanted));
}

function sorted(records: readonly RunRecord[], order: RunOrder): RunRecord[] {
  const now = Date.now();
  const lowest = (value: number | undefined) =>
    value === undefined || Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
  const compare: Readonly<Record<RunOrder, (a: RunRecord, b: RunRecord) => number>> = {
    newest: () => 0, // as they come
    name: (a, b) => a.title.localeCompare(b.title, undefined, { numeric: true }),
    metric: (a, b) => less(lowest(bestMetric(a)?.value), lowest(bestMetric(b)?.value)),
    duration: (a, b) => less(lowest(durationOf(a, now)), lowest(durationOf(b, now))),
  };
  return [...records].sort((a, b) => Number(isActive(b)) - Number(isActive(a)) || compare[order](a, b));
}

function less(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1; // a difference of infinities is no number
}
