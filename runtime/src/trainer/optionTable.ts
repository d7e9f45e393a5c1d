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
  | 'limit-or-time'
  | 'time'
  | 'flag-or-count'
  | 'flag-or-text'
  | 'flag-or-choice'
  | 'choice-or-object'
  | 'devices'
  | 'number'
  | 'choice'
  | 'precision'
  | 'text'
  | 'object';

/** One option. */
export interface OptionRow {
  readonly kind: OptionKind;
  /** The smallest count that is allowed; default 0. */
  readonly min?: number;
  /** For `choice`, `flag-or-choice` and `choice-or-object`. */
  readonly choices?: readonly string[];
  /** What to write in place of values that PyTorch Lightning has and we do not. */
  readonly hints?: Readonly<Record<string, string>>;
  /** True where `null` is allowed and means something of its own; `'default'` where it is the same as leaving the option out. */
  readonly nullable?: boolean | 'default';
  /** The default; undefined where it depends on other options, see `doc`. */
  readonly default: boolean | number | string | null | undefined;
  readonly group: 'length' | 'validation' | 'optimization' | 'output' | 'engine';
  /** One or two sentences for help, hover and reference. */
  readonly doc: string;
  /** Why a value other than the default changes nothing here; said in a warning. */
  readonly noEffect?: string;
}

export const ACCELERATORS = ['auto', 'cpu', 'gpu', 'cuda', 'mps', 'tpu', 'ipu'] as const;
export const ENGINES = ['wasm', 'cpu'] as const;
/** How batches are spread over devices. */
export const STRATEGIES = ['auto', 'single_device', 'dp', 'ddp2'] as const;
/** What `deterministic` takes besides true and false. */
export const DETERMINISM = ['warn'] as const;
/** How a batch size is searched for. */
export const BATCH_SIZE_MODES = ['power', 'binsearch'] as const;
/** PyTorch Lightning's precisions; those that the engine cannot do are refused with the reason. */
export const PRECISIONS = [
  '32-true',
  '16-mixed',
  'bf16-mixed',
  '16-true',
  'bf16-true',
  '64-true',
  'transformer-engine',
  'transformer-engine-float16',
  '32',
  '16',
  'bf16',
  '64',
] as const;
export const PROFILERS = ['simple', 'advanced', 'kernels'] as const;
export const CLIP_ALGORITHMS = ['norm', 'value'] as const;

const limit = (what: string): OptionRow => ({
  kind: 'limit',
  nullable: 'default',
  default: '100%',
  group: 'length',
  doc: `How many ${what} batches an epoch has: a count (1, 20), a fraction below 1 (0.25) or a percentage ('25%').`,
});

export const TRAINER_OPTIONS = {
  maxEpochs: {
    kind: 'count-or-unlimited',
    nullable: 'default',
    default: undefined,
    group: 'length',
    doc: 'Stop after this many epochs; -1 for no limit. Default: 1000, or no limit when maxSteps is given.',
  },
  minEpochs: {
    kind: 'count',
    nullable: 'default',
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
    nullable: 'default',
    default: undefined,
    group: 'length',
    doc: 'Take at least this many optimizer steps, whatever asks to stop.',
  },
  limitTrainBatches: limit('training'),
  limitValBatches: limit('validation'),
  limitTestBatches: limit('test'),
  limitPredictBatches: limit('prediction'),
  overfitBatches: {
    kind: 'limit',
    default: 0,
    group: 'length',
    doc: 'Train and validate on so many batches only (a count or a fraction), the same ones in each epoch and unshuffled, to see whether the model can learn them; 0 for all.',
  },
  maxTime: {
    kind: 'time',
    nullable: true,
    default: null,
    group: 'length',
    doc: "Stop after this much time: 'DD:HH:MM:SS', or an object such as { hours: 12 }. Adds a Timer, unless one is given.",
  },
  fastDevRun: {
    kind: 'flag-or-count',
    default: false,
    group: 'length',
    doc: 'Run one batch (or this many) of training and validation to see that the code works; writes no logs and no checkpoints.',
  },
  valCheckInterval: {
    kind: 'limit-or-time',
    min: 1,
    nullable: 'default',
    default: '100%',
    group: 'validation',
    doc: "When to validate within a training epoch: after each n batches, after a fraction of the epoch (0.25, '25%'), or each time that 'DD:HH:MM:SS' or { minutes: 30 } have passed.",
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
    nullable: 'default',
    default: 2,
    group: 'validation',
    doc: 'Validation batches to run before training begins, to find mistakes early; -1 for all, 0 for none.',
  },
  reloadDataloadersEveryNEpochs: {
    kind: 'count',
    default: 0,
    group: 'validation',
    doc: 'Ask for the loaders of training and validation again every n epochs; 0 for once.',
  },
  accumulateGradBatches: {
    kind: 'count',
    min: 1,
    nullable: 'default',
    default: 1,
    group: 'optimization',
    doc: 'Add up the gradients of this many batches before each optimizer step. How it changes from epoch to epoch says a GradientAccumulationScheduler.',
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
    nullable: 'default',
    default: 'norm',
    group: 'optimization',
    doc: "'norm' scales all gradients to the total norm gradientClipVal, 'value' clips each element.",
  },
  truncatedBpttSteps: {
    kind: 'count',
    default: 0,
    group: 'optimization',
    doc: 'Back-propagate through pieces of so many steps of time, with an update each; 0 for whole batches. Better set in the module.',
  },
  autoLrFind: {
    kind: 'flag-or-text',
    default: false,
    group: 'optimization',
    doc: 'Let trainer.tune() search for a learning rate, and write it into the module’s `lr` or `learningRate`, or into the field of this name.',
  },
  autoScaleBatchSize: {
    kind: 'flag-or-choice',
    choices: BATCH_SIZE_MODES,
    default: false,
    group: 'optimization',
    doc: "Let trainer.tune() search for the largest batch size that fits into memory: 'power' (also true) doubles it, 'binsearch' goes on by halves.",
  },
  detectAnomaly: {
    kind: 'flag',
    default: false,
    group: 'optimization',
    doc: 'End with an error at the operation that first makes NaN or Inf, forward or backward. Slow: for finding mistakes.',
  },
  inferenceMode: {
    kind: 'flag',
    default: true,
    group: 'validation',
    doc: 'Validate, test and predict without a record of operations. With false a step may call backward(loss) there, and look at gradients.',
  },
  logEveryNSteps: {
    kind: 'count',
    nullable: 'default',
    default: 50,
    group: 'output',
    doc: 'Send step metrics to the loggers every n optimizer steps; 0 for never.',
  },
  logger: {
    kind: 'object',
    nullable: 'default',
    default: true,
    group: 'output',
    doc: 'true for a TensorBoardLogger and a CSVLogger in one folder, false for none, a Logger, or a list of them.',
  },
  callbacks: {
    kind: 'object',
    nullable: 'default',
    default: undefined,
    group: 'output',
    doc: 'A Callback or a list of them.',
  },
  enableCheckpointing: {
    kind: 'flag',
    nullable: 'default',
    default: true,
    group: 'output',
    doc: 'Add a ModelCheckpoint when no callback of that kind is given.',
  },
  enableProgressBar: {
    kind: 'flag',
    nullable: 'default',
    default: true,
    group: 'output',
    doc: 'Show a progress bar in the terminal.',
  },
  enableModelSummary: {
    kind: 'flag',
    nullable: 'default',
    default: true,
    group: 'output',
    doc: "Print the module's layers and parameter counts before training.",
  },
  enableAutologHparams: {
    kind: 'flag',
    default: true,
    group: 'output',
    doc: 'Send hyperparameters, and the module’s graph, to the loggers when a run begins.',
  },
  enableRunEvents: {
    kind: 'flag',
    default: true,
    group: 'output',
    doc: 'Write run.ndjson, the event stream that the editor and the dashboard read, into the run directory.',
  },
  defaultRootDir: {
    kind: 'text',
    nullable: 'default',
    default: undefined,
    group: 'output',
    doc: 'Folder for logs and checkpoints; default: the current folder.',
  },
  profiler: {
    kind: 'choice-or-object',
    choices: PROFILERS,
    hints: {
      pytorch: "For what PyTorchProfiler tells, kernel by kernel, write 'kernels'.",
      xla: "It measures TPUs. For what the engine computes, kernel by kernel, write 'kernels'.",
    },
    nullable: true,
    default: null,
    group: 'output',
    doc: "Measure where the time goes: 'simple' by hooks and parts of the loops, 'advanced' by functions of your code too, 'kernels' by the engine's kernels too, or a Profiler.",
  },
  barebones: {
    kind: 'flag',
    default: false,
    group: 'output',
    doc: 'Leave out all that costs time and does not train: loggers, checkpoints, progress bar, summary, run events, sanity check, and what is logged.',
  },
  accelerator: {
    kind: 'choice',
    choices: ACCELERATORS,
    nullable: 'default',
    default: 'auto',
    group: 'engine',
    doc: 'What computes. Today: cpu.',
  },
  devices: {
    kind: 'devices',
    nullable: 'default',
    default: 'auto',
    group: 'engine',
    doc: "Logical devices that strategy 'dp' splits each batch over: a count, or their numbers as [0, 1] or '0,1'; 'auto' or -1 for all there are, which is one.",
  },
  strategy: {
    kind: 'choice',
    choices: STRATEGIES,
    nullable: 'default',
    default: 'auto',
    group: 'engine',
    doc: "'dp' calls the step once for each device, with its part of the batch, and trainingStepEnd with the list of outputs. 'ddp2' is the same on one machine. 'auto' and 'single_device' leave batches whole.",
  },
  numNodes: {
    kind: 'count',
    min: 1,
    nullable: 'default',
    default: 1,
    group: 'engine',
    doc: 'Machines that train together: 1, since clusters are not built.',
  },
  useDistributedSampler: {
    kind: 'flag',
    default: true,
    group: 'engine',
    doc: 'Give each process a part of the data of its own. One process trains here, so that it changes nothing.',
    noEffect: 'one process trains here, and it sees all of the data',
  },
  syncBatchnorm: {
    kind: 'flag',
    default: false,
    group: 'engine',
    doc: 'Join the statistics of batch normalization over processes. One process trains here, so that it changes nothing.',
    noEffect: 'one process trains here, so that there are no statistics of others to join',
  },
  deterministic: {
    kind: 'flag-or-choice',
    choices: DETERMINISM,
    nullable: true,
    default: null,
    group: 'engine',
    doc: "The same seed gives the same bits: always so with the engines here, so that true, 'warn' and false change nothing.",
    noEffect: 'the engines here are always deterministic: the same seed gives the same bits',
  },
  benchmark: {
    kind: 'flag',
    nullable: true,
    default: null,
    group: 'engine',
    doc: 'Let cuDNN try out which algorithm is fastest. No engine here uses cuDNN, so that it changes nothing.',
    noEffect: 'no engine here uses cuDNN',
  },
  modelRegistry: {
    kind: 'text',
    nullable: true,
    default: null,
    group: 'output',
    doc: 'Name of a model in Lightning AI’s registry. Its client is for Python only: anything but null is an error.',
  },
  precision: {
    kind: 'precision',
    choices: PRECISIONS,
    nullable: true,
    default: null,
    group: 'engine',
    doc: "'32-true' (the default), or mixed precision: with 'bf16-mixed' or '16-mixed' products are rounded to 16 bits as torch's autocast would, to see what training in 16 bits gives. It is emulated: neither faster nor smaller.",
  },
  plugins: {
    kind: 'object',
    nullable: 'default',
    default: undefined,
    group: 'engine',
    doc: 'A Precision or a CheckpointIO of your own, or a list with one of each.',
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
