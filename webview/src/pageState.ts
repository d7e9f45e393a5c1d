import type { HostMessage, Notice, RunView, SeriesView } from './messages/index.js';

/** Notices beyond this many are dropped, oldest first. */
const MAX_NOTICES = 200;

/** A point to draw; y is NaN at a gap. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What the page holds of one metric. */
export interface DrawnSeries {
  readonly name: string;
  readonly points: Point[];
  total: number;
  notFinite: number;
  last: number;
}

/** What one message changed. */
export interface Change {
  /** Metrics to draw anew. */
  readonly series: readonly DrawnSeries[];
  /** True after a snapshot: metrics may be gone, too. */
  readonly everything: boolean;
}

/** The page's copy of what the host told it. Knows nothing of the document. */
export class PageState {
  run: RunView | null = null;
  notices: readonly Notice[] = [];
  #series = new Map<string, DrawnSeries>();
  #seq: number | undefined;

  /** All metrics, in the order in which they came. */
  get series(): readonly DrawnSeries[] {
    return [...this.#series.values()];
  }

  /** Takes in a message. Undefined: one before it is missing, and a new snapshot is needed. */
  apply(message: HostMessage): Change | undefined {
    const everything = message.type === 'snapshot';
    if (everything) {
      this.#series = new Map();
      this.notices = [];
    } else if (this.#seq === undefined || message.seq !== this.#seq + 1) {
      this.#seq = undefined; // until the snapshot comes, no delta fits
      return undefined;
    }
    this.#seq = message.seq;
    this.run = message.run;
    this.notices = [...this.notices, ...message.notices].slice(-MAX_NOTICES);
    return { everything, series: message.series.map((view) => this.#patch(view)) };
  }

  #patch({ name, keep, x, y, total, notFinite, last }: SeriesView): DrawnSeries {
    let series = this.#series.get(name);
    if (!series) {
      series = { name, points: [], total: 0, notFinite: 0, last: Number.NaN };
      this.#series.set(name, series);
    }
    series.points.length = Math.min(keep, series.points.length);
    for (const [i, at] of x.entries()) series.points.push({ x: at, y: y[i] ?? Number.NaN });
    return Object.assign(series, { total, notFinite, last });
  }
}
