import type { SourceLocation, SpanCategory } from '../protocol/index.js';

/** What spans of one name have in common, and how long they took. Times are in milliseconds. */
export interface Frame {
  readonly name: string;
  readonly category: SpanCategory;
  /** False for parts of the run that reports do not tell of. */
  readonly isAction: boolean;
  /** True for what holds more parts than a file could: its parts are chosen one by one. */
  readonly isContainer: boolean;
  source: SourceLocation | undefined;
  count: number;
  totalMs: number;
  /** Without what was measured inside. */
  selfMs: number;
  /** How many of them run at this moment. */
  running: number;
  /** The sums when the current run began. */
  before: { readonly count: number; readonly totalMs: number; readonly selfMs: number };
  /** How many were candidates for the current run's files. */
  candidates: number;
  /** Its number in the current run's span file; undefined as long as it is not in there. */
  fileId: number | undefined;
}

/** What a kernel was given and made; one object for all runs that had the same. */
export interface KernelCase {
  readonly inputs: readonly (readonly number[])[];
  readonly outputs: readonly (readonly number[])[];
  readonly dtype: string;
  /** `64×10 10×5 → 64×5 float32` */
  readonly text: string;
  /** Its number in the current run's span file; undefined as long as it is not in there. */
  fileId: number | undefined;
}

/** One span while it runs. Times are in milliseconds of `performance.now()`. The object is used anew for a later span. */
export interface RunningSpan {
  frame: Frame;
  id: number;
  parent: RunningSpan | undefined;
  /** -1 for none. */
  parentId: number;
  start: number;
  /** Of what was measured inside. */
  innerMs: number;
  /** True when it goes to the files. */
  isKept: boolean;
  /** True when the span file tells of it, though it has not ended. */
  isAnnounced: boolean;
}

/** One span that has ended. */
export interface EndedSpan {
  readonly frame: Frame;
  readonly id: number;
  /** -1 for none. */
  readonly parentId: number;
  readonly start: number;
  readonly durationMs: number;
  /** Without what was measured inside. */
  readonly selfMs: number;
  readonly kernel?: KernelCase;
  readonly bytes?: number;
}

/** A frame without any span. */
export function makeFrame(name: string, category: SpanCategory, isAction: boolean): Frame {
  return {
    name,
    category,
    isAction,
    isContainer: category === 'run' || category === 'epoch',
    source: undefined,
    count: 0,
    totalMs: 0,
    selfMs: 0,
    running: 0,
    before: { count: 0, totalMs: 0, selfMs: 0 },
    candidates: 0,
    fileId: undefined,
  };
}

/** What an action's name says of it. */
export function categoryOf(action: string): SpanCategory {
  if (action === 'run_training_epoch') return 'epoch';
  if (action === 'run_training_batch') return 'batch';
  if (action === 'save_checkpoint') return 'checkpoint';
  if (action.startsWith('[Callback]')) return 'callback';
  if (/^\[_\w+Loop\]|\.batchToDevice$/.test(action)) return 'data';
  return /^\[(LightningModule|LightningDataModule|Strategy)\]/.test(action) ? 'hook' : 'user';
}
