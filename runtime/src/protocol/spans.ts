import type { SourceLocation } from './events.js';

/**
 * The span file: which part of a run took how long, and inside of which other part. One JSON value a line, so that a file whose
 * end is missing is read up to there. docs/profiling.md has the format.
 */

/** First words of a span file. */
export const SPAN_FORMAT = 'lightning-spans';

/** Raised when a reader of an older version could misread a line. New kinds of lines do not raise it. */
export const SPAN_FORMAT_VERSION = 1;

/** What a span is, from the outside in. */
export const SPAN_CATEGORIES = [
  'run',
  'epoch',
  'batch',
  'hook',
  'callback',
  'data',
  'checkpoint',
  'user',
  'kernel',
] as const;
export type SpanCategory = (typeof SPAN_CATEGORIES)[number];

/** What a kernel was given and what it made. */
export interface KernelShapes {
  readonly inputs: readonly (readonly number[])[];
  readonly outputs: readonly (readonly number[])[];
  /** Of the first output. */
  readonly dtype: string;
}

/** A part of a run. Times are in microseconds from the beginning of the file. */
export interface ProfileSpan {
  readonly name: string;
  readonly category: SpanCategory;
  readonly startUs: number;
  readonly durationUs: number;
  /** 0 for the outermost. */
  readonly depth: number;
  /** Place of the span around it in the list of spans; -1 for the outermost. */
  readonly parent: number;
  /** Where the hook is defined in the user's source. */
  readonly source?: SourceLocation;
  readonly kernel?: KernelShapes;
  /** Memory that a kernel's outputs took, in bytes. */
  readonly bytes?: number;
  /** It had not ended when the file was written; its duration is up to the last line. */
  readonly isOpen?: true;
}

/** From a time on only each n-th batch is in the file; 0: none any more. */
export interface SpanSampling {
  readonly stride: number;
  readonly fromUs: number;
}

/** What a span file holds. */
export interface SpanProfile {
  /** `fit`, `validate` … */
  readonly stage: string;
  readonly pid: number;
  /** When the file was begun, in milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** In the order of their beginning; a span stands behind the one around it. */
  readonly spans: readonly ProfileSpan[];
  /** Empty where every span is in the file. */
  readonly sampling: readonly SpanSampling[];
  /** The last time that the file knows of. */
  readonly endUs: number;
  /** False while the run goes on, and when it was killed. */
  readonly isComplete: boolean;
  /** Broken lines, and lines beyond the reader's limits. */
  readonly skippedLines: number;
}

/** How much a reader takes: a file from elsewhere may be anything. */
export interface SpanLimits {
  /** Default: 1,000,000. */
  readonly spans: number;
  /** Names, and sets of shapes. Default: 50,000 each. */
  readonly entries: number;
  /** Characters; longer lines are skipped. Default: 65,536. */
  readonly lineLength: number;
}
