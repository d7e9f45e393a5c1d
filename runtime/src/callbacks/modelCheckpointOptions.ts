import { MisconfigurationError } from '../errors/index.js';
import { checkOptionNames, optionFault } from './checkOptions.js';
import { checkNamePattern } from './checkpointName.js';
import { type DurationInput, toMilliseconds } from './duration.js';
import { checkMode, type MonitorMode } from './monitorMode.js';

/** Options of `ModelCheckpoint`. */
export interface ModelCheckpointOptions {
  /** Default: `checkpoints` in the run directory. */
  dirpath?: string | null;
  /** With placeholders such as `{epoch:02d}-{val_loss:.2f}`; default `{epoch}-{step}`. */
  filename?: string | null;
  /** Logged name that tells which checkpoints are best; without it the newest one is kept. */
  monitor?: string | null;
  /** Print each checkpoint that is saved for its score, or not; default false. */
  verbose?: boolean;
  /** Default 'min'. */
  mode?: MonitorMode;
  /** How many of the best to keep; -1 all, 0 none; default 1. Without `monitor`: -1, 0 or 1. */
  saveTopK?: number;
  /** Also keep a copy of the newest as `last.ckpt`, or with 'link' a symbolic link to it; default false. */
  saveLast?: boolean | 'link' | null;
  /** Also save when the run fails; default false. */
  saveOnException?: boolean;
  /** Leave out optimizer and loop state; default false. */
  saveWeightsOnly?: boolean;
  /** Put `name=` before each value in file names; default true. */
  autoInsertMetricName?: boolean;
  /** Save after each n optimizer steps. */
  everyNTrainSteps?: number | null;
  /** Save after a batch when this time has gone by: `DD:HH:MM:SS`, or `{ minutes: 30 }`. */
  trainTimeInterval?: DurationInput | null;
  /** Save after each n epochs; default 1 unless steps or a time are given. */
  everyNEpochs?: number | null;
  /** Save at the end of training epochs rather than of validation; default: when validation runs once, at the epoch's end. */
  saveOnTrainEpochEnd?: boolean | null;
  /** Add `-v1`, `-v2` … rather than overwrite a file of another run; default true. */
  enableVersionCounter?: boolean;
  /** A clock in milliseconds, for tests; default: one that never jumps. */
  now?: () => number;
}

/** Options with defaults filled in. */
export interface CheckpointSettings
  extends Required<Omit<ModelCheckpointOptions, 'everyNTrainSteps' | 'everyNEpochs' | 'trainTimeInterval'>> {
  /** 0: not by steps. */
  readonly everyNTrainSteps: number;
  /** 0: not by epochs. */
  readonly everyNEpochs: number;
  /** Milliseconds; null: not by time. */
  readonly trainTimeInterval: number | null;
}

const NAME = 'ModelCheckpoint';

const DEFAULTS = {
  dirpath: null,
  filename: null,
  monitor: null,
  verbose: false,
  mode: 'min',
  saveTopK: 1,
  saveLast: false,
  saveOnException: false,
  saveWeightsOnly: false,
  autoInsertMetricName: true,
  everyNTrainSteps: null,
  trainTimeInterval: null,
  everyNEpochs: null,
  saveOnTrainEpochEnd: null,
  enableVersionCounter: true,
  now: () => performance.now(),
} as const satisfies Required<ModelCheckpointOptions>;

/** Fills in defaults. @throws MisconfigurationError for an option that does not exist, and options that contradict each other */
export function settleCheckpointOptions(options: ModelCheckpointOptions): CheckpointSettings {
  checkOptionNames(NAME, options, Object.keys(DEFAULTS));
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const settled: Required<ModelCheckpointOptions> = { ...DEFAULTS, ...given };
  const { everyNTrainSteps, everyNEpochs, trainTimeInterval: interval } = settled;
  check(settled);
  const hasTrigger = everyNTrainSteps !== null || everyNEpochs !== null || interval !== null;
  return {
    ...settled,
    everyNTrainSteps: everyNTrainSteps ?? 0,
    everyNEpochs: everyNEpochs ?? (hasTrigger ? 0 : 1),
    trainTimeInterval: interval === null ? null : toMilliseconds(NAME, 'trainTimeInterval', interval),
  };
}

function check(options: Required<ModelCheckpointOptions>): void {
  const { saveTopK, saveLast, monitor, mode, everyNTrainSteps, everyNEpochs, trainTimeInterval, filename } = options;
  const fault = (found: string, allowed: string) =>
    new MisconfigurationError({ code: 'model-checkpoint', found: `${NAME}: ${found}.`, allowed });
  checkMode(NAME, mode);
  if (!Number.isInteger(saveTopK) || saveTopK < -1) {
    throw fault(`invalid value: \`saveTopK\` is ${saveTopK}`, '-1 (all), 0 (none) or a count');
  }
  if (monitor === null && saveTopK > 1) {
    throw fault(`\`saveTopK\` is ${saveTopK} without \`monitor\` (monitor=None)`, '-1, 0 or 1 without monitor');
  }
  if (![true, false, 'link', null].includes(saveLast))
    throw optionFault(NAME, 'saveLast', saveLast, "true, false or 'link'");
  for (const [name, value] of Object.entries({ everyNTrainSteps, everyNEpochs })) {
    if (value !== null && (!Number.isInteger(value) || value < 0)) {
      throw fault(`invalid value: \`${name}\` is ${value}`, 'a count');
    }
  }
  const triggers = [Number(everyNTrainSteps) >= 1, Number(everyNEpochs) >= 1, trainTimeInterval !== null];
  if (triggers.filter(Boolean).length > 1) {
    throw fault(
      `\`everyNTrainSteps\` is ${everyNTrainSteps}, \`everyNEpochs\` is ${everyNEpochs} and \`trainTimeInterval\` is ${JSON.stringify(trainTimeInterval)}, which are mutually exclusive`,
      'one of them',
    );
  }
  if (filename !== null) checkNamePattern(filename);
}
