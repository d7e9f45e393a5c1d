import type { Callback } from '../callbacks/index.js';
import { MisconfigurationError, nearest } from '../errors/index.js';
import type { Logger } from '../loggers/index.js';
import {
  type ACCELERATORS,
  type CLIP_ALGORITHMS,
  type ENGINES,
  type OptionRow,
  TRAINER_OPTIONS,
  type TrainerOptionName,
  UNBUILT_OPTIONS,
} from './optionTable.js';

/** A count of batches, a fraction strictly between 0 and 1, or a percentage such as `'25%'`. */
export type BatchLimit = number | `${number}%`;

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
  /** Default false; true is 1. */
  fastDevRun?: boolean | number;
  valCheckInterval?: BatchLimit;
  /** Default 1; null counts `valCheckInterval` across epochs. */
  checkValEveryNEpoch?: number | null;
  /** Default 2; -1: all. */
  numSanityValSteps?: number;
  accumulateGradBatches?: number;
  gradientClipVal?: number | null;
  gradientClipAlgorithm?: (typeof CLIP_ALGORITHMS)[number];
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
  accelerator?: (typeof ACCELERATORS)[number];
  engine?: (typeof ENGINES)[number];
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
export function resolveOptions(given: TrainerOptions): ResolvedOptions {
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) checkOption(name, value);
  }
  const defaults = Object.fromEntries(Object.entries(TRAINER_OPTIONS).map(([name, row]) => [name, row.default]));
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  // The table's rows are the interface's keys, which a type test holds equal.
  const options = { ...defaults, ...set } as Required<TrainerOptions>;
  const callbacks = given.callbacks === undefined ? [] : [given.callbacks].flat();
  const resolved: ResolvedOptions = {
    ...options,
    callbacks,
    defaultRootDir: given.defaultRootDir ?? process.cwd(),
    maxEpochs: given.maxEpochs ?? (options.maxSteps === -1 ? 1000 : -1),
    minEpochs: given.minEpochs ?? (given.minSteps === undefined ? 0 : 1),
    minSteps: given.minSteps ?? 0,
    fastDevRun: Number(options.fastDevRun),
    hasDefaultLength: given.maxEpochs === undefined && options.maxSteps === -1 && !options.fastDevRun,
  };
  checkTogether(resolved);
  if ((resolved.gradientClipVal ?? 0) < 0) {
    process.emitWarning(`\`gradientClipVal\` is ${resolved.gradientClipVal}: a value below 0 clips nothing.`);
  }
  return resolved.fastDevRun > 0 ? forFastDevRun(resolved) : resolved;
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
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'limit':
      return isBatchLimit(value) && !(row.min && value === 0);
    case 'choice':
      return typeof value === 'string' && (row.choices ?? []).includes(value);
    case 'text':
      return typeof value === 'string' && value !== '';
    case 'object':
      return typeof value === 'object' || typeof value === 'boolean';
  }
}

function isBatchLimit(value: unknown): value is BatchLimit {
  if (typeof value === 'number') return value >= 0 && (Number.isInteger(value) || value < 1);
  const percent = typeof value === 'string' ? /^(\d+(?:\.\d+)?)%$/.exec(value) : null;
  return percent !== null && Number(percent[1]) <= 100;
}

function allowedText(row: OptionRow): string {
  const text = {
    flag: 'true or false',
    count: `a count (${row.min ?? 0}, ${(row.min ?? 0) + 1}, ${(row.min ?? 0) + 2} …)`,
    'count-or-unlimited': 'a count (0, 1, 2 …), or -1 for no limit',
    'flag-or-count': 'true, false or a count',
    number: 'a number',
    limit: "a count (0, 1, 2 …), a fraction between 0 and 1, or a percentage such as '25%'",
    choice: (row.choices ?? []).map((choice) => `'${choice}'`).join(', '),
    text: 'text',
    object: 'an object of the documented kind',
  }[row.kind];
  return row.nullable ? `${text}, or null` : text;
}

function fixFor(row: OptionRow, name: string, value: unknown): string | undefined {
  if (row.kind === 'limit' && typeof value === 'number' && value > 1) {
    return `For ${Math.floor(value)} batches write ${name}: ${Math.floor(value)}.`;
  }
  if (row.kind === 'choice' && typeof value === 'string') {
    const near = nearest(value, row.choices ?? []);
    return near ? `Did you mean '${near}'?` : undefined;
  }
  if (typeof value === 'string' && value !== '' && Number.isFinite(Number(value)))
    return `Write it without quotes: ${Number(value)}.`;
  return undefined;
}

function checkTogether(options: ResolvedOptions): void {
  const byCount = typeof options.valCheckInterval === 'number' && Number.isInteger(options.valCheckInterval);
  if (options.checkValEveryNEpoch === null && !byCount) {
    throw new MisconfigurationError({
      code: 'conflicting-options',
      found: `\`checkValEveryNEpoch\` is null, but \`valCheckInterval\` is ${show(options.valCheckInterval)}.`,
      allowed: 'with checkValEveryNEpoch: null, a count of batches',
      fix: 'Give valCheckInterval as a count, or leave checkValEveryNEpoch at 1.',
    });
  }
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
    logger: false,
    enableCheckpointing: false,
    enableRunEvents: false,
  };
}

function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}
