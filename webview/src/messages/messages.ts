/**
 * What the dashboard's host (the extension) and its page say to each other.
 *
 * The host holds the state. The page says `ready`; the host answers with a snapshot, then sends deltas while the page is
 * visible. Every snapshot and delta is numbered: a page that sees a hole asks for a new snapshot by `resync`. A hidden page
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

/** A notice and the run it came from. */
export interface NoticeView extends Notice {
  readonly run: string;
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

/** A hyperparameter. A list, not an object: one may be called `__proto__`. */
export interface Hyperparameter {
  readonly name: string;
  readonly value: string | number | boolean | null;
}

/** A metric's newest value; it may be NaN or infinite. */
export interface MetricValue {
  readonly name: string;
  readonly value: number;
}

/** A run without its points: small, and sent whole whenever something in it changed. */
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
  /** Which of the page's colours is its own, from 0; it keeps it. */
  readonly color: number;
  /** Milliseconds since the Unix epoch; null until it has said so. */
  readonly startedAt: number | null;
  /** Nested ones by path: `optimizer/lr`. */
  readonly hparams: readonly Hyperparameter[];
  readonly metrics: readonly MetricValue[];
}

/** A change of one metric's drawn points: keep the first `keep`, then append these. At most about 1,000 are held in all. */
export interface SeriesView {
  /** Id of the run. */
  readonly run: string;
  readonly name: string;
  readonly keep: number;
  /** Steps. */
  readonly x: Float64Array;
  /** NaN is a gap. */
  readonly y: Float64Array;
  readonly epoch: Float64Array;
  /** Milliseconds since the Unix epoch. */
  readonly time: Float64Array;
  /** How many points the metric has; more than are drawn once they are many. */
  readonly total: number;
  /** How many of them are NaN or infinite. */
  readonly notFinite: number;
  /** The newest value; it may be NaN or infinite. */
  readonly last: number;
}

/** A checkpoint that a run wrote. */
export interface CheckpointView {
  readonly run: string;
  /** Name of the file, for people. */
  readonly file: string;
  readonly step: number;
  readonly epoch: number;
  readonly time: number;
  /** What is monitored, and its value; null when nothing is. */
  readonly monitor: string | null;
  readonly score: number | null;
}

/** What an x-axis may show: steps, epochs (with fractions), seconds since the run began, or milliseconds since the Unix epoch. */
export const X_AXES = ['step', 'epoch', 'relative', 'wall'] as const;
export type XAxis = (typeof X_AXES)[number];

/** Host → page: everything. Replaces whatever the page held. */
export interface SnapshotMessage {
  readonly type: 'snapshot';
  readonly seq: number;
  /** Every run that is known, oldest first. */
  readonly runs: readonly RunView[];
  /** Ids of those whose points are sent, the one to look at first first. */
  readonly selected: readonly string[];
  /** Every metric of the selected runs, `keep` 0. */
  readonly series: readonly SeriesView[];
  readonly notices: readonly NoticeView[];
  readonly checkpoints: readonly CheckpointView[];
}

/** Host → page: what changed since the message numbered `seq - 1`. At most ten a second. */
export interface DeltaMessage {
  readonly type: 'delta';
  readonly seq: number;
  /** Those that changed. */
  readonly runs: readonly RunView[];
  readonly series: readonly SeriesView[];
  /** New ones only. */
  readonly notices: readonly NoticeView[];
  readonly checkpoints: readonly CheckpointView[];
}

/** Host → page: the answer to {@link WindowRequest}: the points of that part alone, as sharp as a chart can show. Not numbered. */
export interface WindowMessage {
  readonly type: 'window';
  readonly metric: string;
  readonly axis: XAxis;
  readonly from: number;
  readonly to: number;
  readonly series: readonly SeriesView[];
}

/** All that the host says. */
export type HostMessage = SnapshotMessage | DeltaMessage | WindowMessage;

/** Page → host: these runs shall be shown. */
export interface SelectRequest {
  readonly type: 'select';
  readonly runs: readonly string[];
}

/** Page → host: a chart was zoomed; which points lie in that part of its axis? */
export interface WindowRequest {
  readonly type: 'window';
  readonly metric: string;
  readonly axis: XAxis;
  readonly from: number;
  readonly to: number;
}

/** Page → host: keep this picture. The person says where; the name only proposes. */
export interface ImageExport {
  readonly type: 'export-image';
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Page → host: keep every point of a metric, of the selected runs, as a table. The person says where. */
export interface TableExport {
  readonly type: 'export-csv';
  readonly metric: string;
}

/**
 * All that the page says. `ready`: it listens. `resync`: it missed something. The others are what was clicked; none carries a
 * path or a command, so that a page cannot ask for more than that.
 */
export type PageMessage =
  | { readonly type: 'ready' | 'resync' | 'show-logs' }
  | { readonly type: 'stop' | 'show-error'; readonly run: string }
  | SelectRequest
  | WindowRequest
  | ImageExport
  | TableExport;
