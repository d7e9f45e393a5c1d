/**
 * Options of PyTorch Lightning 1.6's Trainer that 2.x has no more, as data: the Trainer takes them from this table, the language
 * server and `lightning upgrade` name the modern spelling from it.
 * Source: PyTorch Lightning 1.6.0, `trainer/trainer.py` and its connectors.
 */
import type { TrainerOptionName } from './optionTable.js';

/** What an option's value must be. */
export type LegacyOptionKind =
  | 'flag'
  | 'flag-or-null'
  | 'count'
  | 'count-or-null'
  | 'devices-or-null'
  | 'norm'
  | 'choice'
  | 'choice-or-null'
  | 'text-or-null';

/** Where its value belongs today. Each kind says what a tool needs to rewrite it. */
export type LegacyConversion =
  /** Another name, the same value. */
  | { readonly kind: 'rename'; readonly to: TrainerOptionName }
  /** The value is that of `devices`, beside this accelerator. */
  | { readonly kind: 'devices'; readonly accelerator: 'cpu' | 'gpu' | 'tpu' | 'ipu' }
  /** A callback in `callbacks`, which takes the value as this option; without one, where the value is true. */
  | { readonly kind: 'callback'; readonly callback: string; readonly option?: string }
  /** An argument of an entry point. */
  | { readonly kind: 'argument'; readonly of: 'fit'; readonly name: string }
  /** Something that is written in another place, which `modern` tells. */
  | { readonly kind: 'elsewhere' }
  /** It can be removed: it has no effect here. */
  | { readonly kind: 'remove' };

/** One option of PyTorch Lightning 1.6. */
export interface LegacyOptionRow {
  readonly kind: LegacyOptionKind;
  /** The smallest count that is allowed; default 0. */
  readonly min?: number;
  /** For `choice` and `choice-or-null`. */
  readonly choices?: readonly string[];
  /** The default in 1.6; a value equal to it asks for nothing. */
  readonly default: boolean | number | string | null;
  /** The version of PyTorch Lightning that removed it. */
  readonly removed: '1.7' | '1.8' | '2.0';
  readonly conversion: LegacyConversion;
  /** The modern spelling, as code with `N` or `…` for the value; or what to do instead, as an imperative sentence. */
  readonly modern: string;
  /** What it does. */
  readonly doc: string;
}

const LATEST = 'nothing: remove it';

export const LEGACY_OPTIONS = {
  checkpointCallback: {
    kind: 'flag-or-null',
    default: null,
    removed: '1.7',
    conversion: { kind: 'rename', to: 'enableCheckpointing' },
    modern: 'enableCheckpointing: …',
    doc: 'Whether checkpoints are written.',
  },
  gpus: {
    kind: 'devices-or-null',
    default: null,
    removed: '2.0',
    conversion: { kind: 'devices', accelerator: 'gpu' },
    modern: "accelerator: 'gpu', devices: …",
    doc: "Train on so many GPUs, -1 for all, or on those of a list, [0, 1] or '0,1'; 0 for none. Without a GPU engine the processor takes their place.",
  },
  numProcesses: {
    kind: 'count-or-null',
    min: 1,
    default: null,
    removed: '2.0',
    conversion: { kind: 'devices', accelerator: 'cpu' },
    modern: "accelerator: 'cpu', devices: N",
    doc: 'Processes on the processor. Here one process trains, and more are logical devices.',
  },
  tpuCores: {
    kind: 'devices-or-null',
    default: null,
    removed: '2.0',
    conversion: { kind: 'devices', accelerator: 'tpu' },
    modern: "accelerator: 'tpu', devices: …",
    doc: 'Cores of a TPU. No engine of TensorFlow.js drives one.',
  },
  ipus: {
    kind: 'count-or-null',
    default: null,
    removed: '2.0',
    conversion: { kind: 'devices', accelerator: 'ipu' },
    modern: "accelerator: 'ipu', devices: N",
    doc: 'IPUs. No engine of TensorFlow.js drives one.',
  },
  autoSelectGpus: {
    kind: 'flag',
    default: false,
    removed: '2.0',
    conversion: { kind: 'remove' },
    modern: "devices: 'auto'",
    doc: 'Take GPUs that nobody uses. Here an engine takes its device itself, so that it changes nothing.',
  },
  resumeFromCheckpoint: {
    kind: 'text-or-null',
    default: null,
    removed: '2.0',
    conversion: { kind: 'argument', of: 'fit', name: 'ckptPath' },
    modern: 'trainer.fit(module, { ckptPath: … })',
    doc: 'Each fit that is given no ckptPath continues from this checkpoint.',
  },
  progressBarRefreshRate: {
    kind: 'count-or-null',
    default: null,
    removed: '1.7',
    conversion: { kind: 'callback', callback: 'TQDMProgressBar', option: 'refreshRate' },
    modern: 'callbacks: new TQDMProgressBar({ refreshRate: N }), or enableProgressBar: false',
    doc: 'Draw the progress bar every so many batches; 0 for no bar.',
  },
  processPosition: {
    kind: 'count',
    default: 0,
    removed: '1.7',
    conversion: { kind: 'callback', callback: 'TQDMProgressBar', option: 'processPosition' },
    modern: 'callbacks: new TQDMProgressBar({ processPosition: N })',
    doc: 'Draw the progress bar so many lines further down, below those of other processes.',
  },
  weightsSummary: {
    kind: 'choice-or-null',
    choices: ['top', 'full'],
    default: 'top',
    removed: '1.7',
    conversion: { kind: 'callback', callback: 'ModelSummary', option: 'maxDepth' },
    modern: 'callbacks: new ModelSummary({ maxDepth: 1 or -1 }), or enableModelSummary: false',
    doc: "The summary before training: 'top' for the module's own parts, 'full' for parts inside parts, null for none.",
  },
  weightsSavePath: {
    kind: 'text-or-null',
    default: null,
    removed: '1.8',
    conversion: { kind: 'callback', callback: 'ModelCheckpoint', option: 'dirpath' },
    modern: 'callbacks: new ModelCheckpoint({ dirpath: … })',
    doc: 'Folder for checkpoints, in place of defaultRootDir and of the first logger’s folder.',
  },
  logGpuMemory: {
    kind: 'choice-or-null',
    choices: ['all', 'min_max'],
    default: null,
    removed: '1.7',
    conversion: { kind: 'callback', callback: 'DeviceStatsMonitor' },
    modern: 'callbacks: new DeviceStatsMonitor()',
    doc: 'Log how much memory the device uses. Both choices add a DeviceStatsMonitor.',
  },
  trackGradNorm: {
    kind: 'norm',
    default: -1,
    removed: '2.0',
    conversion: { kind: 'elsewhere' },
    modern: 'Log the norms in onBeforeOptimizerStep',
    doc: "Log this norm of each parameter's gradient, before clipping, as `grad_2.0_norm/<name>`, and of all as `grad_2.0_norm_total`; 'inf' for the largest element, -1 for none.",
  },
  flushLogsEveryNSteps: {
    kind: 'count-or-null',
    min: 1,
    default: null,
    removed: '1.7',
    conversion: { kind: 'elsewhere' },
    modern: 'logger: new CSVLogger(saveDir, { flushLogsEveryNSteps: N })',
    doc: 'How often the CSVLogger that the Trainer makes writes by itself; it writes with every row that the Trainer logs besides.',
  },
  stochasticWeightAvg: {
    kind: 'flag',
    default: false,
    removed: '1.7',
    conversion: { kind: 'callback', callback: 'StochasticWeightAveraging' },
    modern: 'callbacks: new StochasticWeightAveraging({ swaLrs: … })',
    doc: 'Average the weights over the last fifth of the epochs; the learning rates that the optimizer has then stay.',
  },
  terminateOnNan: {
    kind: 'flag-or-null',
    default: null,
    removed: '1.7',
    conversion: { kind: 'rename', to: 'detectAnomaly' },
    modern: 'detectAnomaly: …',
    doc: 'End with an error at a batch whose loss is NaN or infinite, or after whose backward a parameter is. Reads all parameters at every step.',
  },
  multipleTrainloaderMode: {
    kind: 'choice',
    choices: ['max_size_cycle', 'min_size'],
    default: 'max_size_cycle',
    removed: '2.0',
    conversion: { kind: 'elsewhere' },
    modern: "Return new CombinedLoader(loaders, { mode: '…' }) from trainDataloader",
    doc: 'When an epoch over several training loaders ends: with the longest, the others starting over, or with the shortest.',
  },
  replaceSamplerDdp: {
    kind: 'flag',
    default: true,
    removed: '2.0',
    conversion: { kind: 'rename', to: 'useDistributedSampler' },
    modern: 'useDistributedSampler: …',
    doc: 'Give each process a part of the data of its own. One process trains here, so that it changes nothing.',
  },
  prepareDataPerNode: {
    kind: 'flag-or-null',
    default: null,
    removed: '1.7',
    conversion: { kind: 'remove' },
    modern: LATEST,
    doc: 'Call prepareData on every node. There is one node here, so that it changes nothing.',
  },
  ampBackend: {
    kind: 'choice',
    choices: ['native', 'apex'],
    default: 'native',
    removed: '2.0',
    conversion: { kind: 'remove' },
    modern: "precision: '16-mixed'",
    doc: "What does mixed precision. 'native' is all there is; apex is a library for CUDA.",
  },
  ampLevel: {
    kind: 'text-or-null',
    default: null,
    removed: '2.0',
    conversion: { kind: 'remove' },
    modern: "precision: '16-mixed'",
    doc: "apex's level of optimization. apex is a library for CUDA.",
  },
  moveMetricsToCpu: {
    kind: 'flag',
    default: false,
    removed: '2.0',
    conversion: { kind: 'remove' },
    modern: LATEST,
    doc: 'Keep logged values in the processor’s memory. Here they always are, so that it changes nothing.',
  },
} as const satisfies Record<string, LegacyOptionRow>;

/** Name of an option of PyTorch Lightning 1.6. */
export type LegacyOptionName = keyof typeof LEGACY_OPTIONS;

/** A value that an option of today took in 1.6. */
export interface LegacyValueRow {
  /** The values; undefined where `form` tells which they are. */
  readonly values?: readonly (string | number | null)[];
  /** `'object'`: every object that was written in place. */
  readonly form?: 'object';
  /** The modern spelling. */
  readonly modern: string;
  /** By value, where a tool can rewrite it: the options that take its place. */
  readonly rewrites?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Strategies of one process. */
const DP = ['dp', 'ddp2'] as const;

/** Strategies of PyTorch Lightning that train in several processes, or on hardware of their own. */
export const PROCESS_STRATEGIES = [
  'ddp',
  'ddp_spawn',
  'ddp_fork',
  'ddp_notebook',
  'ddp_cpu',
  'ddp_sharded',
  'ddp_sharded_spawn',
  'ddp_fully_sharded',
  'ddp_find_unused_parameters_true',
  'ddp_find_unused_parameters_false',
  'ddp_spawn_find_unused_parameters_true',
  'ddp_spawn_find_unused_parameters_false',
  'ddp_fork_find_unused_parameters_true',
  'ddp_fork_find_unused_parameters_false',
  'ddp_notebook_find_unused_parameters_true',
  'ddp_notebook_find_unused_parameters_false',
  'fsdp',
  'fsdp_native',
  'fsdp_cpu_offload',
  'deepspeed',
  'deepspeed_stage_1',
  'deepspeed_stage_2',
  'deepspeed_stage_2_offload',
  'deepspeed_stage_3',
  'deepspeed_stage_3_offload',
  'deepspeed_stage_3_offload_nvme',
  'horovod',
  'bagua',
  'collaborative',
  'hivemind',
  'colossalai',
  'tpu_spawn',
  'tpu_spawn_debug',
  'single_tpu',
  'single_xla',
  'xla',
  'xla_debug',
  'ipu_strategy',
] as const;

/** Values of 1.6 for options that are there today, by option. */
export const LEGACY_VALUES = {
  accelerator: {
    values: [...DP, ...PROCESS_STRATEGIES],
    modern: 'strategy: …',
    rewrites: { dp: { strategy: 'dp' }, ddp2: { strategy: 'ddp2' } },
  },
  accumulateGradBatches: {
    form: 'object',
    modern: 'callbacks: new GradientAccumulationScheduler({ scheduling: … })',
  },
  precision: {
    values: [16, '16', 'bf16'],
    modern: "precision: '16-mixed' or 'bf16-mixed'",
    rewrites: { '16': { precision: '16-mixed' }, bf16: { precision: 'bf16-mixed' } },
  },
} as const satisfies Partial<Record<TrainerOptionName, LegacyValueRow>>;
