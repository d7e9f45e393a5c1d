import type { HostMessage, SeriesView } from '@lightning-typescript/webview/messages';
import { DEFAULT_MAX_POINTS, type SeriesCursor } from '@lightning-typescript/webview/series';
import type { Disposable } from '../emitter.js';
import type { Run } from '../runs/run.js';
import { realSchedule, type Schedule } from '../schedule.js';
import { runView } from './runView.js';

/** At most ten deltas a second, however fast the run's events come. */
const DELTA_MS = 100;

/**
 * Tells one page about one run: a snapshot when the page asks, then deltas. Sends nothing before the page is ready and while
 * it is hidden. Remembers of each metric what the page holds, so that only new points are sent.
 */
export class DashboardFeed implements Disposable {
  readonly #post: (message: HostMessage) => void;
  readonly #schedule: Schedule;
  #run: Run | undefined;
  #listener: Disposable | undefined;
  #isReady = false;
  #isVisible = true;
  #seq = 0;
  #noticeCount = 0;
  readonly #cursors = new Map<string, SeriesCursor>();
  readonly #changed = new Set<string>();
  #cancelDelta: (() => void) | undefined;

  constructor(post: (message: HostMessage) => void, schedule: Schedule = realSchedule) {
    this.#post = post;
    this.#schedule = schedule;
  }

  /** The run that is shown. */
  get run(): Run | undefined {
    return this.#run;
  }

  /** Shows a run instead of the one before; undefined shows that there is none. */
  show(run: Run | undefined): void {
    if (run === this.#run) return;
    this.#listener?.dispose();
    this.#run = run;
    this.#listener = run?.onChange(({ series }) => {
      for (const name of series) this.#changed.add(name);
      this.#cancelDelta ??= this.#schedule(DELTA_MS, () => this.#sendDelta());
    });
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

  dispose(): void {
    this.#listener?.dispose();
    this.#forgetDelta();
    this.#isReady = false;
  }

  #sendSnapshot(): void {
    this.#forgetDelta();
    if (!this.#isReady || !this.#isVisible) return;
    this.#cursors.clear();
    const run = this.#run;
    this.#post({
      type: 'snapshot',
      seq: ++this.#seq,
      run: run ? runView(run) : null,
      series: run ? this.#views(run, run.model.series.names()) : [],
      notices: run?.model.noticesSince(0) ?? [],
    });
    this.#noticeCount = run?.model.noticeCount ?? 0;
  }

  #sendDelta(): void {
    this.#cancelDelta = undefined;
    const run = this.#run;
    if (!run || !this.#isReady || !this.#isVisible) return;
    const series = this.#views(run, [...this.#changed]);
    this.#changed.clear();
    const notices = run.model.noticesSince(this.#noticeCount);
    this.#noticeCount = run.model.noticeCount;
    this.#post({ type: 'delta', seq: ++this.#seq, run: runView(run), series, notices });
  }

  #forgetDelta(): void {
    this.#cancelDelta?.();
    this.#cancelDelta = undefined;
    this.#changed.clear();
  }

  #views(run: Run, names: readonly string[]): SeriesView[] {
    return names.flatMap((name) => {
      const series = run.model.series.get(name);
      if (!series) return [];
      const { patch, cursor } = series.patch(DEFAULT_MAX_POINTS, this.#cursors.get(name));
      this.#cursors.set(name, cursor);
      return { name, ...patch, total: series.length, notFinite: series.notFinite, last: series.last };
    });
  }
}
