/**
 * The run protocol: what a Trainer's process tells the world, one JSON object a line. `run.ndjson` in the run directory
 * and the channel to an editor carry the same lines. Numbers that JSON cannot hold travel as text, see {@link WireNumber}.
 */

import type { CountColumn, ValueColumn } from './packedColumns.js';
import type { SpanCategory } from './spans.js';

/**
 * Raised when a reader of an older version could misread a line, or miss what it holds. New event types and new optional fields do not
 * raise it. Version 2 packs the columns of `metrics`; lines of version 1 are read as well.
 */
export const PROTOCOL_VERSION = 2;

/** What the Trainer was asked to do. */
export const RUN_KINDS = ['fit', 'validate', 'test', 'predict'] as const;
export type RunKind = (typeof RUN_KINDS)[number];

/** What the Trainer is doing. */
export const STAGES = ['sanity-check', 'train', 'validate', 'test', 'predict'] as const;
export type Stage = (typeof STAGES)[number];

/** How a run ended. `lost` is never written: a reader concludes it when the process is gone and no end was written. */
export const RUN_END_REASONS = ['finished', 'stopped', 'failed', 'lost'] as const;
export type RunEndReason = (typeof RUN_END_REASONS)[number];

/** A number, or the text of one that JSON cannot hold. */
export type WireNumber = number | 'nan' | 'inf' | '-inf';

/** A place in the user's own source; line and column count from 1. */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One row of the module summary. */
export interface ModuleSummaryRow {
  readonly name: string;
  readonly type: string;
  readonly params: number;
}

interface EventBase {
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
}

/** The first line of every run. */
export interface RunStartedEvent extends EventBase {
  readonly type: 'run-started';
  readonly protocol: number;
  readonly runId: string;
  readonly pid: number;
  /** Name of the machine that `pid` counts on. */
  readonly host?: string;
  readonly kind: RunKind;
  /** Class name of the module. */
  readonly moduleName: string;
  /** File of the module, when the run was started from the command line or the editor. */
  readonly file?: string;
  /** The run directory, absolute; null when the run writes none. */
  readonly logDir: string | null;
  readonly engine: { readonly accelerator: string; readonly backend: string; readonly why: string };
  /** Trainer options as resolved. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly hparams: Readonly<Record<string, unknown>>;
  readonly summary: { readonly rows: readonly ModuleSummaryRow[]; readonly trainable: number; readonly total: number };
}

/** A stage began or ended. */
export interface StageEvent extends EventBase {
  readonly type: 'stage';
  readonly stage: Stage;
  readonly state: 'start' | 'end';
  readonly epoch: number;
}

/** Where the run is; at most ten a second. */
export interface ProgressEvent extends EventBase {
  readonly type: 'progress';
  readonly stage: Stage;
  readonly epoch: number;
  /** Null when epochs are not limited. */
  readonly maxEpochs: number | null;
  /** Batches done in this stage and epoch. */
  readonly batch: number;
  /** Null when the loader has no length. */
  readonly totalBatches: number | null;
  readonly globalStep: number;
  readonly batchesPerSecond: number;
  /** The progress bar's metrics, latest values. */
  readonly metrics: Readonly<Record<string, WireNumber>>;
}

/** Rows that went to the loggers since the last such event, by column, plain or packed: `unpackMetrics` gives them as numbers. */
export interface MetricsEvent extends EventBase {
  readonly type: 'metrics';
  readonly step: CountColumn;
  readonly epoch: CountColumn;
  /** Milliseconds since the Unix epoch, one a row. */
  readonly times: CountColumn;
  /** By metric; a row without that metric has no value in its column. */
  readonly series: Readonly<Record<string, ValueColumn>>;
}

/** A checkpoint file was written. */
export interface CheckpointEvent extends EventBase {
  readonly type: 'checkpoint';
  /** Absolute. */
  readonly path: string;
  readonly epoch: number;
  readonly globalStep: number;
  readonly sizeBytes: number;
  readonly monitor: string | null;
  readonly score: WireNumber | null;
  /** Absolute path of the best checkpoint so far. */
  readonly best: string | null;
  /** Absolute path of the newest `last` checkpoint. */
  readonly last: string | null;
  /** Files that were deleted since they are no longer among the best. */
  readonly removed: readonly string[];
}

/** The run holds before its next batch, or goes on. */
export interface PauseEvent extends EventBase {
  readonly type: 'pause';
  readonly isPaused: boolean;
}

/** How long a hook, or another part of the run, has taken so far. Times are in milliseconds. */
export interface ProfiledAction {
  /** As in reports: `[LightningModule]LitDigits.onTrainEpochEnd`. */
  readonly name: string;
  readonly category: SpanCategory;
  readonly count: number;
  readonly totalMs: number;
  /** Without what was measured inside of it. */
  readonly selfMs: number;
  readonly meanMs: number;
  /** Where the hook is defined in the user's source; null for what is not the user's. */
  readonly source: SourceLocation | null;
}

/** What the profiler knows so far: after the start, then at most once a second, and at the end. Each one replaces the one before. */
export interface ProfileEvent extends EventBase {
  readonly type: 'profile';
  /** Class name of the profiler. */
  readonly profiler: string;
  /** Absolute paths, null for a file that the profiler does not write. They grow while the run goes on, the last one comes at its end. */
  readonly files: {
    readonly spans: string | null;
    readonly trace: string | null;
    readonly cpuProfile: string | null;
  };
  /** Since the run began, in milliseconds. */
  readonly elapsedMs: number;
  /** Those that took the longest first; at most 30. */
  readonly actions: readonly ProfiledAction[];
}

/** A line the user's code or the Trainer printed for the log. */
export interface LogEvent extends EventBase {
  readonly type: 'log';
  readonly message: string;
}

/** Something the person should know; the run goes on. */
export interface WarningEvent extends EventBase {
  readonly type: 'warning';
  readonly message: string;
}

/** What made the run fail. */
export interface ErrorEvent extends EventBase {
  readonly type: 'error';
  /** Class of the error: `MisconfigurationError`, `TypeError` … */
  readonly name: string;
  readonly code: string | null;
  readonly message: string;
  readonly stack: string | null;
  /** The place in the user's source to look at; null when none is known. */
  readonly location: SourceLocation | null;
}

/** The last line of every run that could end itself. */
export interface RunEndedEvent extends EventBase {
  readonly type: 'run-ended';
  readonly reason: RunEndReason;
  readonly epoch: number;
  readonly globalStep: number;
  /** Final metrics. */
  readonly metrics: Readonly<Record<string, WireNumber>>;
  /** Path to continue from, when one was written. */
  readonly checkpoint: string | null;
}

/** All that a Trainer's process may say. */
export type RunEvent =
  | RunStartedEvent
  | StageEvent
  | ProgressEvent
  | MetricsEvent
  | CheckpointEvent
  | PauseEvent
  | ProfileEvent
  | LogEvent
  | WarningEvent
  | ErrorEvent
  | RunEndedEvent;

/** All that may be said to it. `stop` ends at the next batch and saves first; a second `stop` ends at once. */
export const RUN_COMMANDS = ['stop', 'pause', 'resume', 'save-checkpoint'] as const;
export interface RunCommand {
  readonly command: (typeof RUN_COMMANDS)[number];
}
