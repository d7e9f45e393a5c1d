import type {
  CheckpointView,
  HostMessage,
  NoticeView,
  RunView,
  SeriesView,
  WindowMessage,
  XAxis,
} from './messages/index.js';

/** Notices beyond this many are dropped, oldest first. */
const MAX_NOTICES = 200;
/** A run with more checkpoints shows the newest. */
const MAX_CHECKPOINTS = 1_000;

/** A point as it was logged; y is NaN at a gap. */
export interface DataPoint {
  readonly step: number;
  readonly y: number;
  readonly epoch: number;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
}

/** What the page holds of one metric of one run. */
export interface DrawnSeries {
  readonly run: string;
  readonly name: string;
  readonly points: DataPoint[];
  total: number;
  notFinite: number;
  last: number;
}

/** The points of a part of an axis. */
export interface SharpWindow {
  readonly axis: XAxis;
  readonly from: number;
  readonly to: number;
  /** By run. */
  readonly series: ReadonlyMap<string, DrawnSeries>;
}

/** What one message changed. */
export interface Change {
  /** Names of the metrics to draw anew. */
  readonly metrics: readonly string[];
  /** True after a snapshot: metrics and runs may be gone, too. */
  readonly everything: boolean;
}

/** The page's copy of what the host told it. Knows nothing of the document. */
export class PageState {
  runs: readonly RunView[] = [];
  selected: readonly string[] = [];
  notices: readonly NoticeView[] = [];
  checkpoints: readonly CheckpointView[] = [];
  /** By metric, then by run. Maps: a metric may be called `__proto__`. */
  #series = new Map<string, Map<string, DrawnSeries>>();
  readonly #windows = new Map<string, SharpWindow>();
  #seq: number | undefined;

  /** The names of all metrics, in the order in which they came. */
  get metrics(): readonly string[] {
    return [...this.#series.keys()];
  }

  /** The runs that are shown, the one to look at first first. */
  get shown(): readonly RunView[] {
    return this.selected.flatMap((id) => this.runs.find((run) => run.id === id) ?? []);
  }

  /** A metric of all shown runs that have it, in the order of the selection. */
  seriesOf(metric: string): readonly DrawnSeries[] {
    const byRun = this.#series.get(metric);
    return this.selected.flatMap((id) => byRun?.get(id) ?? []);
  }

  /** The newest sharp part of a metric. */
  windowOf(metric: string): SharpWindow | undefined {
    return this.#windows.get(metric);
  }

  /** Takes in a message. Undefined: one before it is missing, and a new snapshot is needed. */
  apply(message: HostMessage): Change | undefined {
    if (message.type === 'window') return this.#keep(message);
    const everything = message.type === 'snapshot';
    if (everything) {
      this.#series = new Map();
      this.#windows.clear();
      this.notices = this.checkpoints = [];
      this.runs = message.runs;
      this.selected = message.selected;
    } else if (this.#seq === undefined || message.seq !== this.#seq + 1) {
      this.#seq = undefined; // until the snapshot comes, no delta fits
      return undefined;
    } else {
      const changed = new Map(message.runs.map((run) => [run.id, run]));
      if (changed.size > 0) this.runs = this.runs.map((run) => changed.get(run.id) ?? run);
    }
    this.#seq = message.seq;
    if (message.notices.length > 0) this.notices = [...this.notices, ...message.notices].slice(-MAX_NOTICES);
    if (message.checkpoints.length > 0) {
      this.checkpoints = [...this.checkpoints, ...message.checkpoints].slice(-MAX_CHECKPOINTS);
    }
    for (const view of message.series) this.#patch(view);
    return { everything, metrics: [...new Set(message.series.map(({ name }) => name))] };
  }

  #keep({ metric, axis, from, to, series }: WindowMessage): Change {
    const drawn = series.map((view) => patched(emptySeries(view), view));
    this.#windows.set(metric, { axis, from, to, series: new Map(drawn.map((one) => [one.run, one])) });
    return { everything: false, metrics: [metric] };
  }

  #patch(view: SeriesView): void {
    let byRun = this.#series.get(view.name);
    if (!byRun) {
      byRun = new Map();
      this.#series.set(view.name, byRun);
    }
    const series = byRun.get(view.run) ?? emptySeries(view);
    byRun.set(view.run, patched(series, view));
  }
}

function emptySeries({ run, name }: SeriesView): DrawnSeries {
  return { run, name, points: [], total: 0, notFinite: 0, last: Number.NaN };
}

function patched(series: DrawnSeries, { keep, x, y, epoch, time, total, notFinite, last }: SeriesView): DrawnSeries {
  series.points.length = Math.min(keep, series.points.length);
  for (const [i, step] of x.entries()) {
    series.points.push({ step, y: y[i] ?? Number.NaN, epoch: epoch[i] ?? 0, time: time[i] ?? 0 });
  }
  return Object.assign(series, { total, notFinite, last });
}
