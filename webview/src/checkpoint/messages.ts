/** A value in a checkpoint, as text for people. */
export interface ContentNode {
  readonly key: string;
  /** A value, or what kind of thing holds the children: `3 entries`. */
  readonly text: string;
  readonly children?: readonly ContentNode[];
}

/** A part of a checkpoint: its hyperparameters, its callbacks … */
export interface ContentSection {
  readonly kind: SectionKind;
  readonly nodes: readonly ContentNode[];
  /** Entries that are not among the nodes, since there are too many. */
  readonly omitted: number;
}

export const SECTION_KINDS = ['hyperparameters', 'optimizers', 'schedulers', 'callbacks', 'loops', 'other'] as const;
export type SectionKind = (typeof SECTION_KINDS)[number];

/** A tensor of the file. Pages and extension name it by its place in the list. */
export interface TensorView {
  /** With dots: `state_dict.net.0.weight`. */
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly sizeBytes: number;
}

/** What a tensor's values are like. */
export interface StatisticsView {
  readonly count: number;
  readonly nanCount: number;
  readonly infiniteCount: number;
  readonly zeroCount: number;
  readonly mean: number | null;
  readonly std: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly histogram: readonly number[];
}

/** One file, without its tensors' values. */
export interface CheckpointMessage {
  readonly type: 'checkpoint';
  readonly title: string;
  readonly format: string;
  readonly sizeBytes: number;
  readonly epoch: number | null;
  readonly globalStep: number | null;
  readonly version: string | null;
  readonly sections: readonly ContentSection[];
  readonly tensors: readonly TensorView[];
}

/** A tensor's statistics, or why there are none. */
export interface StatisticsMessage {
  readonly type: 'statistics';
  readonly tensor: number;
  readonly statistics: StatisticsView | null;
  readonly error: string | null;
}

/** How far apart one weight of two files is; null where a number has no meaning or is not finite. */
export interface DistanceView {
  readonly name: string;
  readonly shape: readonly number[];
  readonly l2: number | null;
  readonly relative: number | null;
  readonly cosine: number | null;
  readonly maxAbs: number | null;
}

/** A hyperparameter that differs; null on the side that has it not. */
export interface HyperparameterChange {
  readonly name: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** Two files compared. */
export interface ComparisonMessage {
  readonly type: 'comparison';
  readonly from: string;
  readonly to: string;
  readonly hyperparameters: readonly HyperparameterChange[];
  readonly distances: readonly DistanceView[];
  readonly removed: readonly TensorView[];
  readonly added: readonly TensorView[];
  readonly reshaped: readonly {
    readonly name: string;
    readonly from: readonly number[];
    readonly to: readonly number[];
  }[];
  readonly skipped: readonly string[];
}

/** How far a comparison is. */
export interface ProgressMessage {
  readonly type: 'progress';
  readonly done: number;
  readonly total: number;
}

/** The file cannot be shown. */
export interface FailureMessage {
  readonly type: 'failure';
  readonly message: string;
}

/** All that the extension says to the page. */
export type CheckpointHostMessage =
  | CheckpointMessage
  | StatisticsMessage
  | ComparisonMessage
  | ProgressMessage
  | FailureMessage;

/** All that the page says to the extension. */
export type CheckpointPageMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'statistics'; readonly tensor: number }
  /** Nobody waits any more for the statistics that were asked for last. */
  | { readonly type: 'cancel' }
  | { readonly type: 'reload' };

const HOST_TYPES: readonly string[] = ['checkpoint', 'statistics', 'comparison', 'progress', 'failure'];

/** True for a message of the extension; what else reaches a page is ignored. Its content is made by our own code. */
export function isCheckpointHostMessage(value: unknown): value is CheckpointHostMessage {
  return typeof value === 'object' && value !== null && HOST_TYPES.includes(String((value as { type?: unknown }).type));
}

/** True for a well-formed message of the page. */
export function isCheckpointPageMessage(value: unknown): value is CheckpointPageMessage {
  if (typeof value !== 'object' || value === null) return false;
  const { type, tensor } = value as { type?: unknown; tensor?: unknown };
  if (type === 'statistics') return Number.isSafeInteger(tensor) && Number(tensor) >= 0;
  return type === 'ready' || type === 'cancel' || type === 'reload';
}
