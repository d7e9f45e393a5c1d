import type { Callback, DurationInput } from '../callbacks/index.js';
import type { CheckpointIO } from '../checkpoint/index.js';
import type { Logger } from '../loggers/index.js';
import type { Precision } from '../precision/index.js';
import type { Profiler } from '../profilers/index.js';
import { checkOption } from './options/checkOption.js';
import { asBarebones, checkTogether, forFastDevRun } from './options/checkTogether.js';
import { optionsOfEnvironment } from './options/environment.js';
import { type LegacySettings, type LegacyTrainerOptions, modernise } from './options/legacyOptions.js';
import { isZeroLimit } from './options/values.js';
import {
  type ACCELERATORS,
  type BATCH_SIZE_MODES,
  type CLIP_ALGORITHMS,
  type DETERMINISM,
  type ENGINES,
  type OptionRow,
  type PRECISIONS,
  type PROFILERS,
  type STRATEGIES,
  TRAINER_OPTIONS,
  type TrainerOptionName,
} from './optionTable.js';

export { checkOption } from './options/checkOption.js';
export { deviceCount, isDuration, isZeroLimit } from './options/values.js';

/** A count of batches, a fraction strictly between 0 and 1, or a percentage such as `'25%'`. */
export type BatchLimit = number | `${number}%`;

/** What the option `plugins` takes. */
export type Plugin = Precision | CheckpointIO;

/**
 * What `new Trainer(…)` takes. Every option is optional; meanings and defaults are in `optionTable.ts`. Those of PyTorch Lightning
 * 1.6 are in `legacyOptionTable.ts`.
 */
export interface TrainerOptions extends LegacyTrainerOptions {
  /** -1: no limit. Default 1000, or no limit when `maxSteps` is given. */
  maxEpochs?: number | null;
  minEpochs?: number | null;
  /** Optimizer steps; -1: no limit, the default. */
  maxSteps?: number;
  minSteps?: number | null;
  limitTrainBatches?: BatchLimit | null;
  limitValBatches?: BatchLimit | null;
  limitTestBatches?: BatchLimit | null;
  limitPredictBatches?: BatchLimit | null;
  /** Default 0: off. */
  overfitBatches?: BatchLimit;
  /** `'DD:HH:MM:SS'`, or `{ hours: 12 }`. */
  maxTime?: DurationInput | null;
  /** Default false; true is 1. */
  fastDevRun?: boolean | number;
  valCheckInterval?: BatchLimit | DurationInput | null;
  /** Default 1; null counts `valCheckInterval` across epochs. */
  checkValEveryNEpoch?: number | null;
  /** Default 2; -1: all. */
  numSanityValSteps?: number | null;
  /** Default 0: never. */
  reloadDataloadersEveryNEpochs?: number;
  /** By number of the epoch as PyTorch Lightning 1.6 has it: deprecated, write a GradientAccumulationScheduler. */
  accumulateGradBatches?: number | Readonly<Record<number, number>> | null;
  gradientClipVal?: number | null;
  gradientClipAlgorithm?: (typeof CLIP_ALGORITHMS)[number] | null;
  /** Default 0: off. */
  truncatedBpttSteps?: number;
  /** For `trainer.tune()`: true, or the field for the learning rate. Default false. */
  autoLrFind?: boolean | string;
  /** For `trainer.tune()`; true is 'power'. Default false. */
  autoScaleBatchSize?: boolean | (typeof BATCH_SIZE_MODES)[number];
  /** Default false. */
  detectAnomaly?: boolean;
  /** Default true: nothing is recorded in validation, test and prediction, so that there are no gradients. */
  inferenceMode?: boolean;
  /** Default 50; 0: never. */
  logEveryNSteps?: number | null;
  logger?: boolean | Logger | readonly Logger[] | null;
  callbacks?: Callback | readonly Callback[] | null;
  enableCheckpointing?: boolean | null;
  enableProgressBar?: boolean | null;
  enableModelSummary?: boolean | null;
  /** Default true. */
  enableAutologHparams?: boolean;
  enableRunEvents?: boolean;
  defaultRootDir?: string | null;
  /** Default null: none. */
  profiler?: (typeof PROFILERS)[number] | Profiler | null;
  /** Default false. */
  barebones?: boolean;
  /** `'dp'` and `'ddp2'` are strategies, as PyTorch Lightning 1.6 has it. */
  accelerator?: (typeof ACCELERATORS)[number] | 'dp' | 'ddp2' | null;
  /** A count, a list of numbers, or `'auto'`, the default: one. */
  devices?: number | readonly number[] | 'auto' | `${number}` | `${number},${string}` | null;
  /** Default `'auto'`: batches stay whole. */
  strategy?: (typeof STRATEGIES)[number] | null;
  engine?: (typeof ENGINES)[number];
  /** Default '32-true'. */
  precision?: (typeof PRECISIONS)[number] | 16 | 32 | 64 | null;
  /** Only 1, the default: clusters are not built. */
  numNodes?: number | null;
  /** Without effect: one process trains. */
  useDistributedSampler?: boolean;
  /** Without effect: one process trains. */
  syncBatchnorm?: boolean;
  /** Without effect: the engines are always deterministic. */
  deterministic?: boolean | (typeof DETERMINISM)[number] | null;
  /** Without effect: no engine uses cuDNN. */
  benchmark?: boolean | null;
  /** Only null, the default: there is no registry. */
  modelRegistry?: string | null;
  /** At most one of each kind. */
  plugins?: Plugin | readonly Plugin[] | null;
}

/** What is looked up elsewhere, or said in another form once it is resolved. */
type Settled = 'accelerator' | 'accumulateGradBatches' | 'callbacks' | 'fastDevRun' | 'strategy';

/** Options for which null means something of its own. */
type Nullable =
  | 'maxTime'
  | 'checkValEveryNEpoch'
  | 'gradientClipVal'
  | 'profiler'
  | 'precision'
  | 'deterministic'
  | 'benchmark'
  | 'modelRegistry';

type Modern = Omit<TrainerOptions, keyof LegacyTrainerOptions | Settled>;

/** Options in today's spelling, with defaults filled in and `fastDevRun` applied. */
export interface ResolvedOptions extends Required<Pick<Modern, Nullable>>, NonNull<Omit<Modern, Nullable | 'plugins'>> {
  readonly plugins: TrainerOptions['plugins'];
  readonly accelerator: (typeof ACCELERATORS)[number];
  readonly strategy: Exclude<(typeof STRATEGIES)[number], 'single_device'>;
  readonly accumulateGradBatches: number;
  readonly callbacks: readonly Callback[];
  /** Batches a loop; 0: not a fast_dev_run. */
  readonly fastDevRun: number;
  /** True when nobody said how long to train. */
  readonly hasDefaultLength: boolean;
  /** The options that somebody gave, in today's spelling. */
  readonly given: ReadonlySet<string>;
  /** What options of PyTorch Lightning 1.6 ask for. */
  readonly legacy: LegacySettings;
}

type NonNull<Options> = { [Name in keyof Options]-?: NonNullable<Options[Name]> };

/**
 * Checks every option and fills in defaults.
 * @param environment where `PL_TRAINER_…` gives options that are left out
 * @throws MisconfigurationError naming what was found, what is allowed, and for a misspelt option the nearest one.
 */
export function resolveOptions(
  input: TrainerOptions,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ResolvedOptions {
  const explicit = withoutUndefined(input);
  for (const [name, value] of Object.entries(explicit)) checkOption(name, value);
  const { options: modern, legacy } = modernise({ ...optionsOfEnvironment(environment), ...explicit });
  const said = withoutDefaults(modern);
  const given = said.barebones === true ? asBarebones(said) : said;
  warnOfNoEffect(given);
  const defaults = Object.fromEntries(Object.entries(TRAINER_OPTIONS).map(([name, row]) => [name, row.default]));
  // The table's rows are the interface's keys, which a type test holds equal; what may not be null was left out.
  const options = { ...defaults, ...given } as Omit<ResolvedOptions, 'callbacks' | 'fastDevRun' | 'strategy'> &
    Pick<Required<TrainerOptions>, 'fastDevRun' | 'strategy'>;
  const callbacks = given.callbacks === undefined || given.callbacks === null ? [] : [given.callbacks].flat();
  // A Timer, told by its methods: naming the class would load the callbacks.
  const isTimed = options.maxTime !== null || callbacks.some((callback) => 'timeRemaining' in callback);
  const resolved: ResolvedOptions = {
    ...options,
    callbacks,
    strategy: options.strategy === 'dp' || options.strategy === 'ddp2' ? options.strategy : 'auto',
    defaultRootDir: given.defaultRootDir ?? process.cwd(),
    maxEpochs: given.maxEpochs ?? (options.maxSteps === -1 && !isTimed ? 1000 : -1),
    minEpochs: given.minEpochs ?? (given.minSteps === undefined ? 0 : 1),
    minSteps: given.minSteps ?? 0,
    fastDevRun: Number(options.fastDevRun),
    hasDefaultLength: given.maxEpochs === undefined && options.maxSteps === -1 && !isTimed && !options.fastDevRun,
    given: new Set(Object.keys(said)),
    legacy,
  };
  checkTogether(resolved);
  if ((resolved.gradientClipVal ?? 0) < 0) {
    process.emitWarning(`\`gradientClipVal\` is ${resolved.gradientClipVal}: a value below 0 clips nothing.`);
  }
  const settled = resolved.fastDevRun > 0 ? forFastDevRun(resolved) : resolved;
  const { overfitBatches } = settled;
  if (isZeroLimit(overfitBatches)) return settled;
  return { ...settled, limitTrainBatches: overfitBatches, limitValBatches: overfitBatches };
}

function withoutUndefined(options: TrainerOptions): TrainerOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** Without those that are null where that is the same as leaving them out. */
function withoutDefaults<Given extends object>(options: Given): Given {
  const isSaid = ([name, value]: [string, unknown]) => value !== null || rowOf(name)?.nullable !== 'default';
  return Object.fromEntries(Object.entries(options).filter(isSaid)) as Given; // some of its optional keys
}

/** An option that changes nothing is never taken in silence. */
function warnOfNoEffect(options: object): void {
  for (const [name, value] of Object.entries(options)) {
    const row = rowOf(name);
    if (row?.noEffect === undefined || value === row.default) continue;
    process.emitWarning(`\`${name}: ${String(value)}\` changes nothing: ${row.noEffect}.`);
  }
}

function rowOf(name: string): OptionRow | undefined {
  return Object.hasOwn(TRAINER_OPTIONS, name) ? TRAINER_OPTIONS[name as TrainerOptionName] : undefined; // just looked up
}
