/**
 * What the dashboard's host (the extension) and its page say to each other.
 *
 * The host holds the state. The page says `ready`; the host answers with a snapshot, then sends deltas while the page is
 * visible. Every message of the host is numbered: a page that sees a hole asks for a new snapshot by `resync`. A hidden page
 * is sent nothing, since an editor drops messages to it; it gets a snapshot when it is shown again.
 */

/** Where a run is in its life. `lost`: its process is gone and said no end. */
export const RUN_STATES = ['starting', 'running', 'stopping', 'finished', 'stopped', 'failed', 'lost'] as const;
export type RunState = (typeof RUN_STATES)[number];

/** How loud a notice is. */
export const NOTICE_KINDS = ['info', 'warning', 'error'] as const;

/** Something that happened in a run and is worth a line. */
export interface Notice {
  readonly kind: (typeof NOTICE_KINDS)[number];
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  readonly text: string;
}

/** How far a run is. */
export interface ProgressView {
  readonly stage: string;
  readonly epoch: number;
  /** Null when epochs are not limited. */
  readonly maxEpochs: number | null;
  readonly batch: number;
  /** Null when the number of batches is not known. */
  readonly totalBatches: number | null;
  readonly globalStep: number;
  readonly batchesPerSecond: number;
}

/** How a run ended. */
export interface RunEndView {
  /** The last epoch that was worked on; null when none was. */
  readonly epoch: number | null;
  readonly globalStep: number;
  /** Path to continue from, or null. */
  readonly checkpoint: string | null;
  /** What made it fail or be lost, or null. */
  readonly error: { readonly name: string; readonly message: string; readonly hasLocation: boolean } | null;
}

/** A run without its metrics: small, and sent whole whenever something in it changed. */
export interface RunView {
  readonly id: string;
  /** For people: `LitClassifier`. */
  readonly title: string;
  /** For people: what is done and where it is kept, such as `fit · version_3`. */
  readonly subtitle: string;
  readonly state: RunState;
  readonly progress: ProgressView | null;
  /** Null while it runs. */
  readonly end: RunEndView | null;
}

/** A change of one metric's drawn points: keep the first `keep`, then append these. At most about 1,000 are held in all. */
export interface SeriesView {
  readonly name: string;
  readonly keep: number;
  readonly x: Float64Array;
  /** NaN is a gap. */
  readonly y: Float64Array;
  /** How many points the metric has; more than are drawn once they are many. */
  readonly total: number;
  /** How many of them are NaN or infinite. */
  readonly notFinite: number;
  /** The newest value; it may be NaN or infinite. */
  readonly last: number;
}

/** Host → page: everything. Replaces whatever the page held. */
export interface SnapshotMessage {
  readonly type: 'snapshot';
  readonly seq: number;
  /** Null before the first run. */
  readonly run: RunView | null;
  /** Every metric, `keep` 0. */
  readonly series: readonly SeriesView[];
  readonly notices: readonly Notice[];
}

/** Host → page: what changed since the message numbered `seq - 1`. At most ten a second. */
export interface DeltaMessage {
  readonly type: 'delta';
  readonly seq: number;
  readonly run: RunView;
  readonly series: readonly SeriesView[];
  /** New ones only. */
  readonly notices: readonly Notice[];
}

/** All that the host says. */
export type HostMessage = SnapshotMessage | DeltaMessage;

/**
 * All that the page says. `ready`: it listens. `resync`: it missed something. `stop`, `show-error`, `show-logs`: a button was
 * pressed; they concern the run that is shown, and carry no path or command, so that a page cannot ask for more than that.
 */
export const PAGE_MESSAGE_TYPES = ['ready', 'resync', 'stop', 'show-error', 'show-logs'] as const;
export interface PageMessage {
  readonly type: (typeof PAGE_MESSAGE_TYPES)[number];
}
