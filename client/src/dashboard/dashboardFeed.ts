import {
  type HostMessage,
  MAX_SELECTED,
  type NoticeView,
  type SeriesView,
  type WindowRequest,
} from '@lightning-typescript/webview/messages';
import type { SeriesCursor, TimedPatch } from '@lightning-typescript/webview/series';
import type { Disposable } from '../emitter.js';
import type { RunModel } from '../runs/runModel.js';
import type { RunRecord } from '../runs/runRecord.js';
import { realSchedule, type Schedule } from '../schedule.js';
import { checkpointViews, runView } from './runView.js';

/** At most ten deltas a second, however fast the runs' events come. */
const DELTA_MS = 100;

/** A run that the page may show, and what the page holds of it. */
interface Entry {
  readonly run: RunRecord;
  readonly color: number;
  readonly listener: Disposable;
  readonly cursors: Map<string, SeriesCursor>;
  readonly changed: Set<string>;
  /** What the page was told of; the run has another one when its file was replaced. */
  model: RunModel;
  isChanged: boolean;
  noticeCount: number;
  checkpointCount: number;
}

/**
 * Tells one page about runs: a snapshot when the page asks, then deltas. Sends nothing before the page is ready and while
 * it is hidden. All runs are named; of those that are selected the points are sent, and of each metric it is remembered what the
 * page holds, so that only new points are.
 */
export class DashboardFeed implements Disposable {
  readonly #post: (message: HostMessage) => void;
  readonly #schedule: Schedule;
  readonly #entries = new Map<string, Entry>();
  readonly #colors = new Map<string, number>();
  #selected: readonly string[] = [];
  #isReady = false;
  #isVisible = true;
  #seq = 0;
  #cancelDelta: (() => void) | undefined;

  constructor(post: (message: HostMessage) => void, schedule: Schedule = realSchedule) {
    this.#post = post;
    this.#schedule = schedule;
  }

  /** The runs whose points are shown; the one to look at first is the first. */
  get selected(): readonly RunRecord[] {
    return this.#shown().map(({ run }) => run);
  }

  /** The run of that id, when the page may know it. */
  run(id: string): RunRecord | undefined {
    return this.#entries.get(id)?.run;
  }

  /** Names the runs that there are, oldest first. A run that was shown and is no longer there is shown no more. */
  setRuns(runs: readonly RunRecord[]): void {
    if (this.#isSame(runs)) return;
    const before = new Map(this.#entries);
    this.#entries.clear();
    for (const run of runs) {
      const known = before.get(run.id);
      if (known?.run === run) before.delete(run.id);
      this.#entries.set(run.id, known?.run === run ? known : this.#enter(run));
    }
    for (const { listener } of before.values()) listener.dispose();
    this.#sendSnapshot();
  }

  /** Shows these runs, by id, and reads those that were not read yet. Ids of runs that come later are kept. */
  select(ids: readonly string[]): void {
    const wanted = [...new Set(ids)].slice(0, MAX_SELECTED);
    if (wanted.length === this.#selected.length && wanted.every((id, i) => id === this.#selected[i])) return;
    this.#selected = wanted;
    for (const entry of this.#shown()) this.#load(entry);
    this.#sendSnapshot();
  }

  /** The page listens now, or has lost count: it gets everything. */
  pageIsReady(): void {
    this.#isReady = true;
    this.#sendSnapshot();
  }

  /** The page was hidden or shown. Shown again, it gets everything: it may have been made anew. */
  setVisible(isVisible: boolean): void {
    if (isVisible === this.#isVisible) return;
    this.#isVisible = isVisible;
    if (isVisible) this.#sendSnapshot();
    else this.#forgetDelta();
  }

  /** Answers a chart that was zoomed. */
  sendWindow({ metric, axis, from, to }: WindowRequest): void {
    if (!this.#isReady || !this.#isVisible) return;
    const series = this.#shown().flatMap((entry) => {
      const { series, started } = entry.run.model;
      const timeOf = (value: number) => (axis === 'relative' ? (started?.time ?? 0) + value * 1000 : value);
      const part =
        axis === 'step' || axis === 'epoch'
          ? { axis, from: axis === 'epoch' ? Math.floor(from) : from, to }
          : { axis: 'time' as const, from: timeOf(from), to: timeOf(to) };
      const patch = series.window(metric, part);
      return patch ? [seriesView(entry, metric, patch)] : [];
    });
    this.#post({ type: 'window', metric, axis, from, to, series });
  }

  dispose(): void {
    for (const { listener } of this.#entries.values()) listener.dispose();
    this.#entries.clear();
    this.#forgetDelta();
    this.#isReady = false;
  }

  #enter(run: RunRecord): Entry {
    const entry: Entry = {
      run,
      color: this.#colorOf(run.id),
      cursors: new Map(),
      changed: new Set(),
      model: run.model,
      isChanged: false,
      noticeCount: 0,
      checkpointCount: 0,
      listener: run.onChange(({ series }) => {
        for (const name of series) entry.changed.add(name);
        this.#sendSoon(entry);
      }),
    };
    if (this.#selected.includes(run.id)) this.#load(entry);
    return entry;
  }

  #load(entry: Entry): void {
    const { run, cursors, changed } = entry;
    void run.load().then(() => {
      for (const name of run.model.series.names()) if (!cursors.has(name)) changed.add(name);
      if (changed.size > 0) this.#sendSoon(entry);
    });
  }

  #sendSoon(entry: Entry): void {
    entry.isChanged = true;
    this.#cancelDelta ??= this.#schedule(DELTA_MS, () => this.#sendDelta());
  }

  /** The first colours go to the first runs, and stay with them. */
  #colorOf(id: string): number {
    const color = this.#colors.get(id) ?? this.#colors.size;
    this.#colors.set(id, color);
    return color;
  }

  #isSame(runs: readonly RunRecord[]): boolean {
    return runs.length === this.#entries.size && runs.every((run) => this.#entries.get(run.id)?.run === run);
  }

  #shown(): Entry[] {
    return this.#selected.flatMap((id) => this.#entries.get(id) ?? []);
  }

  #sendSnapshot(): void {
    this.#forgetDelta();
    if (!this.#isReady || !this.#isVisible) return;
    for (const entry of this.#entries.values()) {
      entry.cursors.clear();
      entry.model = entry.run.model;
      entry.noticeCount = 0;
      entry.checkpointCount = 0;
    }
    const shown = this.#shown();
    this.#post({
      type: 'snapshot',
      seq: ++this.#seq,
      runs: [...this.#entries.values()].map(({ run, color }) => runView(run, color)),
      selected: shown.map(({ run }) => run.id),
      series: shown.flatMap((entry) => patches(entry, entry.run.model.series.names())),
      notices: shown.flatMap(newNotices),
      checkpoints: shown.flatMap(newCheckpoints),
    });
  }

  #sendDelta(): void {
    this.#cancelDelta = undefined;
    if (!this.#isReady || !this.#isVisible) return;
    const changed = [...this.#entries.values()].filter(({ isChanged }) => isChanged);
    if (changed.some(({ run, model }) => run.model !== model)) {
      this.#sendSnapshot();
      return;
    }
    const shown = this.#shown().filter(({ isChanged }) => isChanged);
    this.#post({
      type: 'delta',
      seq: ++this.#seq,
      runs: changed.map(({ run, color }) => runView(run, color)),
      series: shown.flatMap((entry) => patches(entry, [...entry.changed])),
      notices: shown.flatMap(newNotices),
      checkpoints: shown.flatMap(newCheckpoints),
    });
    this.#forgetDelta();
  }

  #forgetDelta(): void {
    this.#cancelDelta?.();
    this.#cancelDelta = undefined;
    for (const entry of this.#entries.values()) {
      entry.changed.clear();
      entry.isChanged = false;
    }
  }
}

function patches(entry: Entry, names: readonly string[]): SeriesView[] {
  return names.flatMap((name) => {
    const found = entry.run.model.series.patch(name, entry.cursors.get(name));
    if (!found) return [];
    entry.cursors.set(name, found.cursor);
    return seriesView(entry, name, found.patch);
  });
}

function seriesView({ run }: Entry, name: string, patch: TimedPatch): SeriesView {
  const series = run.model.series.get(name);
  const { length = 0, notFinite = 0, last = Number.NaN } = series ?? {};
  return { run: run.id, name, ...patch, total: length, notFinite, last };
}

function newNotices(entry: Entry): NoticeView[] {
  const { id, model } = entry.run;
  const notices = model.noticesSince(entry.noticeCount).map((notice) => ({ ...notice, run: id }));
  entry.noticeCount = model.noticeCount;
  return notices;
}

function newCheckpoints(entry: Entry): ReturnType<typeof checkpointViews> {
  const views = checkpointViews(entry.run, entry.checkpointCount);
  entry.checkpointCount = entry.run.model.checkpoints.length;
  return views;
}
