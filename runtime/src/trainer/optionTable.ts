/**
 * The Trainer's options as data: the Trainer validates from this table, the command line's help and the language server's
 * completion are made from it. Source: PyTorch Lightning 2.6, `trainer/trainer.py`.
 */

/** What an option's value must be. */
export type OptionKind =
  | 'flag'
  | 'count'
  | 'count-or-unlimited'
  | 'limit'
  | 'flag-or-count'
  | 'number'
  | 'choice'
  | 'text'
  | 'object';

/** One option. */
export interface OptionRow {
  readonly kind: OptionKind;
  /** The smallest count that is allowed; default 0. */
  readonly min?: number;
  /** For `choice`. */
  readonly choices?: readonly string[];
  /** True where `null` is allowed and means something of its own. */
  readonly nullable?: boolean;
  /** The default; undefined where it depends on other options, see `doc`. */
  readonly default: boolean | number | string | null | undefined;
  readonly group: 'length' | 'validation' | 'optimization' | 'output' | 'engine';
  /** One or two sentences for help, hover and reference. */
  readonly doc: string;
}

export const ACCELERATORS = ['auto', 'cpu', 'gpu', 'cuda', 'mps', 'tpu', 'ipu'] as const;
export const ENGINES = ['wasm', 'cpu'] as const;
export const CLIP_ALGORITHMS = ['norm', 'value'] as const;

const limit = (what: string): OptionRow => ({
  kind: 'limit',
  default: '100%',
  group: 'length',
  doc: `How many ${what} batches an epoch has: a count (1, 20), a fraction below 1 (0.25) or a percentage ('25%').`,
});

export const TRAINER_OPTIONS = {
  maxEpochs: {
    kind: 'count-or-unlimited',
    default: undefined,
    group: 'length',
    doc: 'Stop after this many epochs; -1 for no limit. Default: 1000, or no limit when maxSteps is given.',
  },
  minEpochs: {
    kind: 'count',
    default: undefined,
    group: 'length',
    doc: 'Train at least this many epochs, whatever asks to stop.',
  },
  maxSteps: {
    kind: 'count-or-unlimited',
    default: -1,
    group: 'length',
    doc: 'Stop after this many optimizer steps; -1 for no limit.',
  },
  minSteps: {
    kind: 'count',
    default: undefined,
    group: 'length',
    doc: 'Take at least this many optimizer steps, whatever asks to stop.',
  },
  limitTrainBatches: limit('training'),
  limitValBatches: limit('validation'),
  limitTestBatches: limit('test'),
  limitPredictBatches: limit('prediction'),
  fastDevRun: {
    kind: 'flag-or-count',
    default: false,
    group: 'length',
    doc: 'Run one batch (or this many) of training and validation to see that the code works; writes no logs and no checkpoints.',
  },
  valCheckInterval: {
    kind: 'limit',
    min: 1,
    default: '100%',
    group: 'validation',
    doc: "When to validate within a training epoch: after each n batches, or after a fraction of the epoch (0.25, '25%').",
  },
  checkValEveryNEpoch: {
    kind: 'count',
    min: 1,
    nullable: true,
    default: 1,
    group: 'validation',
    doc: 'Validate every n epochs; null counts valCheckInterval in batches across epochs.',
  },
  numSanityValSteps: {
    kind: 'count-or-unlimited',
    default: 2,
    group: 'validation',
    doc: 'Validation batches to run before training begins, to find mistakes early; -1 for all, 0 for none.',
  },
  accumulateGradBatches: {
    kind: 'count',
    min: 1,
    default: 1,
    group: 'optimization',
    doc: 'Add up the gradients of this many batches before each optimizer step.',
  },
  gradientClipVal: {
    kind: 'number',
    nullable: true,
    default: null,
    group: 'optimization',
    doc: 'Clip gradients at this norm or value; null or 0 for no clipping.',
  },
  gradientClipAlgorithm: {
    kind: 'choice',
    choices: CLIP_ALGORITHMS,
    default: 'norm',
    group: 'optimization',
    doc: "'norm' scales all gradients to the total norm gradientClipVal, 'value' clips each element.",
  },
  detectAnomaly: {
    kind: 'flag',
    default: false,
    group: 'optimization',
    doc: 'End with an error at the operation that first makes NaN or Inf, forward or backward. Slow: for finding mistakes.',
  },
  logEveryNSteps: {
    kind: 'count',
    default: 50,
    group: 'output',
    doc: 'Send step metrics to the loggers every n optimizer steps; 0 for never.',
  },
  logger: {
    kind: 'object',
    default: true,
    group: 'output',
    doc: 'true for a CSVLogger, false for none, a Logger, or a list of them.',
  },
  callbacks: { kind: 'object', default: undefined, group: 'output', doc: 'A Callback or a list of them.' },
  enableCheckpointing: {
    kind: 'flag',
    default: true,
    group: 'output',
    doc: 'Add a ModelCheckpoint when no callback of that kind is given.',
  },
  enableProgressBar: { kind: 'flag', default: true, group: 'output', doc: 'Show a progress bar in the terminal.' },
  enableModelSummary: {
    kind: 'flag',
    default: true,
    group: 'output',
    doc: "Print the module's layers and parameter counts before training.",
  },
  enableRunEvents: {
    kind: 'flag',
    default: true,
    group: 'output',
    doc: 'Write run.ndjson, the event stream that the editor and the dashboard read, into the run directory.',
  },
  defaultRootDir: {
    kind: 'text',
    default: undefined,
    group: 'output',
    doc: 'Folder for logs and checkpoints; default: the current folder.',
  },
  accelerator: {
    kind: 'choice',
    choices: ACCELERATORS,
    default: 'auto',
    group: 'engine',
    doc: 'What computes. Today: cpu.',
  },
  engine: {
    kind: 'choice',
    choices: ENGINES,
    default: 'wasm',
    group: 'engine',
    doc: "How the cpu computes: 'wasm' (SIMD), or 'cpu', the slow reference in plain JavaScript.",
  },
} as const satisfies Record<string, OptionRow>;

/** Name of a Trainer option. */
export type TrainerOptionName = keyof typeof TRAINER_OPTIONS;

/** PyTorch Lightning's options that this version knows by name but cannot do yet; asking for one is an error that says so. */
export const UNBUILT_OPTIONS = [
  'strategy',
  'devices',
  'numNodes',
  'precision',
  'maxTime',
  'overfitBatches',
  'deterministic',
  'benchmark',
  'inferenceMode',
  'useDistributedSampler',
  'profiler',
  'barebones',
  'plugins',
  'syncBatchnorm',
  'reloadDataloadersEveryNEpochs',
  'enableAutologHparams',
  'modelRegistry',
  'gpus',
  'tpuCores',
  'ipus',
  'numProcesses',
  'autoLrFind',
  'autoScaleBatchSize',
  'truncatedBpttSteps',
  'resumeFromCheckpoint',
] as const;
