import type { Callback, DurationInput } from '../callbacks/index.js';
import type { CheckpointIO } from '../checkpoint/index.js';
import { MisconfigurationError, nearest } from '../errors/index.js';
import type { Logger } from '../loggers/index.js';
import type { Precision } from '../precision/index.js';
import type { Profiler } from '../profilers/index.js';
import {
  type ACCELERATORS,
  type BATCH_SIZE_MODES,
  type CLIP_ALGORITHMS,
  type ENGINES,
  type OptionRow,
  type PRECISIONS,
  type PROFILERS,
  type STRATEGIES,
  TRAINER_OPTIONS,
  type TrainerOptionName,
  UNBUILT_OPTIONS,
} from './optionTable.js';

/** A count of batches, a fraction strictly between 0 and 1, or a percentage such as `'25%'`. */
export type BatchLimit = number | `${number}%`;

/** What the option `plugins` takes. */
export type Plugin = Precision | CheckpointIO;

/** What `new Trainer(…)` takes. Every option is optional; meanings and defaults are in `optionTable.ts`. */
export interface TrainerOptions {
  /** -1: no limit. Default 1000, or no limit when `maxSteps` is given. */
  maxEpochs?: number;
  minEpochs?: number;
  /** Optimizer steps; -1: no limit, the default. */
  maxSteps?: number;
  minSteps?: number;
  limitTrainBatches?: BatchLimit;
  limitValBatches?: BatchLimit;
  limitTestBatches?: BatchLimit;
  limitPredictBatches?: BatchLimit;
  /** Default 0: off. */
  overfitBatches?: BatchLimit;
  /** `'DD:HH:MM:SS'`, or `{ hours: 12 }`. */
  maxTime?: DurationInput | null;
  /** Default false; true is 1. */
  fastDevRun?: boolean | number;
  valCheckInterval?: BatchLimit | DurationInput;
  /** Default 1; null counts `valCheckInterval` across epochs. */
  checkValEveryNEpoch?: number | null;
  /** Default 2; -1: all. */
  numSanityValSteps?: number;
  /** Default 0: never. */
  reloadDataloadersEveryNEpochs?: number;
  accumulateGradBatches?: number;
  gradientClipVal?: number | null;
  gradientClipAlgorithm?: (typeof CLIP_ALGORITHMS)[number];
  /** Default 0: off. */
  truncatedBpttSteps?: number;
  /** For `trainer.tune()`: true, or the field for the learning rate. Default false. */
  autoLrFind?: boolean | string;
  /** For `trainer.tune()`; true is 'power'. Default false. */
  autoScaleBatchSize?: boolean | (typeof BATCH_SIZE_MODES)[number];
  /** Default false. */
  detectAnomaly?: boolean;
  /** Default 50; 0: never. */
  logEveryNSteps?: number;
  logger?: boolean | Logger | readonly Logger[];
  callbacks?: Callback | readonly Callback[];
  enableCheckpointing?: boolean;
  enableProgressBar?: boolean;
  enableModelSummary?: boolean;
  enableRunEvents?: boolean;
  defaultRootDir?: string;
  /** Default null: none. */
  profiler?: (typeof PROFILERS)[number] | Profiler | null;
  /** Default false. */
  barebones?: boolean;
  accelerator?: (typeof ACCELERATORS)[number];
  /** A count, a list of numbers, or `'auto'`, the default: one. */
  devices?: number | readonly number[] | 'auto' | `${number}`;
  /** Default `'auto'`: batches stay whole. */
  strategy?: (typeof STRATEGIES)[number];
  engine?: (typeof ENGINES)[number];
  /** Default '32-true'. */
  precision?: (typeof PRECISIONS)[number] | 16 | 32 | 64 | null;
  /** At most one of each kind. */
  plugins?: Plugin | readonly Plugin[];
}

/** Options with defaults filled in and `fastDevRun` applied. */
export interface ResolvedOptions extends Required<Omit<TrainerOptions, 'callbacks' | 'fastDevRun'>> {
  readonly callbacks: readonly Callback[];
  /** Batches a loop; 0: not a fast_dev_run. */
  readonly fastDevRun: number;
  /** True when nobody said how long to train. */
  readonly hasDefaultLength: boolean;
}

/**
 * Checks every option and fills in defaults.
 * @throws MisconfigurationError naming what was found, what is allowed, and for a misspelt option the nearest one.
 */
export function resolveOptions(input: TrainerOptions): ResolvedOptions {
  const given = input.barebones === true ? asBarebones(input) : input;
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) checkOption(name, value);
  }
  const defaults = Object.fromEntries(Object.entries(TRAINER_OPTIONS).map(([name, row]) => [name, row.default]));
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  // The table's rows are the interface's keys, which a type test holds equal.
  const options = { ...defaults, ...set } as Required<TrainerOptions>;
  const callbacks = given.callbacks === undefined ? [] : [given.callbacks].flat();
  // A Timer, told by its methods: naming the class would load the callbacks.
  const isTimed = options.maxTime !== null || callbacks.some((callback) => 'timeRemaining' in callback);
  const resolved: ResolvedOptions = {
    ...options,
    callbacks,
    defaultRootDir: given.defaultRootDir ?? process.cwd(),
    maxEpochs: given.maxEpochs ?? (options.maxSteps === -1 && !isTimed ? 1000 : -1),
    minEpochs: given.minEpochs ?? (given.minSteps === undefined ? 0 : 1),
    minSteps: given.minSteps ?? 0,
    fastDevRun: Number(options.fastDevRun),
    hasDefaultLength: given.maxEpochs === undefined && options.maxSteps === -1 && !isTimed && !options.fastDevRun,
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

/** What is checked of one option alone; also used by the command line. */
export function checkOption(name: string, value: unknown): void {
  if (!Object.hasOwn(TRAINER_OPTIONS, name)) throw unknownOption(name);
  const row: OptionRow = TRAINER_OPTIONS[name as TrainerOptionName];
  if (value === null && row.nullable) return;
  if (isAllowed(row, value)) return;
  throw new MisconfigurationError({
    code: 'option-value',
    found: `\`${name}\` is ${show(value)}.`,
    allowed: allowedText(row),
    fix: fixFor(row, name, value),
  });
}

function unknownOption(name: string): MisconfigurationError {
  if ((UNBUILT_OPTIONS as readonly string[]).includes(name)) {
    return new MisconfigurationError({
      code: 'option-not-built',
      found: `Trainer option \`${name}\` is known from PyTorch Lightning but is not built in this version.`,
      fix: 'Remove it.',
    });
  }
  const near = nearest(name, Object.keys(TRAINER_OPTIONS));
  return new MisconfigurationError({
    code: 'unknown-option',
    found: `Trainer has no option \`${name}\`.`,
    fix: near ? `Did you mean \`${near}\`?` : `It has: ${Object.keys(TRAINER_OPTIONS).join(', ')}.`,
  });
}

function isAllowed(row: OptionRow, value: unknown): boolean {
  const count = (from: number) => Number.isInteger(value) && (value as number) >= from;
  switch (row.kind) {
    case 'flag':
      return typeof value === 'boolean';
    case 'count':
      return count(row.min ?? 0);
    case 'count-or-unlimited':
      return count(-1);
    case 'flag-or-count':
      return typeof value === 'boolean' || count(0);
    case 'flag-or-text':
      return typeof value === 'boolean' || (typeof value === 'string' && value !== '');
    case 'flag-or-choice':
      return typeof value === 'boolean' || (typeof value === 'string' && (row.choices ?? []).includes(value));
    case 'choice-or-object':
      return typeof value === 'string' ? (row.choices ?? []).includes(value) : typeof value === 'object';
    case 'devices':
      return isDevices(value);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'limit':
      return isBatchLimit(value) && !(row.min && value === 0);
    case 'limit-or-time':
      return isDuration(value) || (isBatchLimit(value) && !(row.min && value === 0));
    case 'time':
      return isDuration(value);
    case 'choice':
      return typeof value === 'string' && (row.choices ?? []).includes(value);
    case 'precision':
      return (typeof value === 'string' || typeof value === 'number') && (row.choices ?? []).includes(String(value));
    case 'text':
      return typeof value === 'string' && value !== '';
    case 'object':
      return typeof value === 'object' || typeof value === 'boolean';
  }
}

function isDevices(value: unknown): boolean {
  const isCount = (count: unknown, from: number) => Number.isSafeInteger(count) && Number(count) >= from;
  if (Array.isArray(value)) {
    return value.length > 0 && value.every((device) => isCount(device, 0)) && new Set(value).size === value.length;
  }
  return value === 'auto' || isCount(typeof value === 'string' && value !== '' ? Number(value) : value, 1);
}

/** How many devices the option asks for. */
export function deviceCount(devices: ResolvedOptions['devices']): number {
  if (devices === 'auto') return 1;
  return Array.isArray(devices) ? devices.length : Number(devices);
}

/** True for a limit that lets nothing through. */
export function isZeroLimit(limit: BatchLimit): boolean {
  return Number.parseFloat(String(limit)) === 0;
}

/** True for a length of time, `'DD:HH:MM:SS'` or `{ hours: 12 }`; whether it is a good one is for its reader to say. */
export function isDuration(value: unknown): value is DurationInput {
  return typeof value === 'string' ? !value.endsWith('%') : typeof value === 'object' && value !== null;
}

function isBatchLimit(value: unknown): value is BatchLimit {
  if (typeof value === 'number') return value >= 0 && (Number.isInteger(value) || value < 1);
  const percent = typeof value === 'string' ? /^(\d+(?:\.\d+)?)%$/.exec(value) : null;
  return percent !== null && Number(percent[1]) <= 100;
}

const LIMIT_TEXT = "a count (0, 1, 2 …), a fraction between 0 and 1, or a percentage such as '25%'";

function allowedText(row: OptionRow): string {
  const text = {
    flag: 'true or false',
    count: `a count (${row.min ?? 0}, ${(row.min ?? 0) + 1}, ${(row.min ?? 0) + 2} …)`,
    'count-or-unlimited': 'a count (0, 1, 2 …), or -1 for no limit',
    'flag-or-count': 'true, false or a count',
    'flag-or-text': 'true, false or a name',
    'flag-or-choice': `true, false, ${(row.choices ?? []).map((choice) => `'${choice}'`).join(' or ')}`,
    'choice-or-object': `${(row.choices ?? []).map((choice) => `'${choice}'`).join(', ')}, or an object of the documented kind`,
    devices: "a count (1, 2, 3 …), a list of numbers such as [0, 1], or 'auto'",
    number: 'a number',
    limit: LIMIT_TEXT,
    'limit-or-time': `${LIMIT_TEXT}, or a time such as '00:00:30:00' or { minutes: 30 }`,
    time: "a duration: text in the form 'DD:HH:MM:SS', or an object such as { hours: 12 }",
    choice: (row.choices ?? []).map((choice) => `'${choice}'`).join(', '),
    precision: (row.choices ?? []).map((choice) => `'${choice}'`).join(', '),
    text: 'text',
    object: 'an object of the documented kind',
  }[row.kind];
  return row.nullable ? `${text}, or null` : text;
}

function fixFor(row: OptionRow, name: string, value: unknown): string | undefined {
  if ((row.kind === 'limit' || row.kind === 'limit-or-time') && typeof value === 'number' && value > 1) {
    return `For ${Math.floor(value)} batches write ${name}: ${Math.floor(value)}.`;
  }
  if ((row.kind === 'choice' || row.kind === 'choice-or-object') && typeof value === 'string') {
    const near = nearest(value, row.choices ?? []);
    return near ? `Did you mean '${near}'?` : undefined;
  }
  if (typeof value === 'string' && value !== '' && Number.isFinite(Number(value)))
    return `Write it without quotes: ${Number(value)}.`;
  return undefined;
}

function checkTogether(options: ResolvedOptions): void {
  if (options.strategy === 'auto' && deviceCount(options.devices) > 1) {
    throw new MisconfigurationError({
      code: 'conflicting-options',
      found: `\`devices\` is ${show(options.devices)}, but \`strategy\` is 'auto', which uses one.`,
      fix: "Write strategy: 'dp' to split each batch over them.",
    });
  }
  const { valCheckInterval } = options;
  const byCount = typeof valCheckInterval === 'number' && Number.isInteger(valCheckInterval);
  if (options.checkValEveryNEpoch === null && !byCount && !isDuration(valCheckInterval)) {
    throw new MisconfigurationError({
      code: 'conflicting-options',
      found: `\`checkValEveryNEpoch\` is null, but \`valCheckInterval\` is ${show(valCheckInterval)}.`,
      allowed: 'with checkValEveryNEpoch: null, a count of batches or a time',
      fix: 'Give valCheckInterval as a count, or leave checkValEveryNEpoch at 1.',
    });
  }
}

/** What barebones leaves out, and what else each may be given as. Source: PyTorch Lightning, `Trainer.__init__`. */
const BAREBONES: Readonly<Record<string, unknown>> = {
  logger: false,
  enableCheckpointing: false,
  enableProgressBar: false,
  enableModelSummary: false,
  enableRunEvents: false,
  logEveryNSteps: 0,
  numSanityValSteps: 0,
  fastDevRun: false,
  detectAnomaly: false,
  profiler: null,
};

function asBarebones(given: TrainerOptions): TrainerOptions {
  for (const [name, off] of Object.entries(BAREBONES)) {
    const value: unknown = Reflect.get(given, name);
    if (value === undefined || value === off || (name === 'fastDevRun' && value === 0)) continue;
    throw new MisconfigurationError({
      code: 'conflicting-options',
      found: `\`barebones\` is true, but \`${name}\` is ${show(value)}, which costs time.`,
      fix: `Remove one of the two.`,
    });
  }
  const { profiler: _profiler, ...off } = BAREBONES;
  return { ...given, ...off };
}

/** One batch a loop, one epoch, nothing written. Source: PyTorch Lightning, `debugging` options of the Trainer. */
function forFastDevRun(options: ResolvedOptions): ResolvedOptions {
  const batches = options.fastDevRun;
  return {
    ...options,
    limitTrainBatches: batches,
    limitValBatches: batches,
    limitTestBatches: batches,
    limitPredictBatches: batches,
    maxSteps: batches,
    maxEpochs: 1,
    numSanityValSteps: 0,
    valCheckInterval: '100%',
    checkValEveryNEpoch: 1,
    enableCheckpointing: false,
    enableRunEvents: false,
  };
}

function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}
