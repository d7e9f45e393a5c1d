import { MisconfigurationError } from '../../errors/index.js';
import { LEGACY_OPTIONS, LEGACY_VALUES, type LegacyOptionName, type LegacyOptionRow } from '../legacyOptionTable.js';
import type { TrainerOptions } from '../options.js';
import { isLegacyOption } from './checkOption.js';
import { asksForNothing, modernSpelling } from './modernSpelling.js';
import { deviceCount, readDevices, show } from './values.js';

/** Options of PyTorch Lightning 1.6's Trainer. Each does what it did there, and is named with its modern spelling in one warning. */
export interface LegacyTrainerOptions {
  /** @deprecated `enableCheckpointing` */
  checkpointCallback?: boolean | null;
  /** @deprecated `accelerator: 'gpu', devices: N` */
  gpus?: number | string | readonly number[] | null;
  /** @deprecated `accelerator: 'cpu', devices: N` */
  numProcesses?: number | null;
  /** @deprecated `accelerator: 'tpu', devices: N`; no engine drives one */
  tpuCores?: number | string | readonly number[] | null;
  /** @deprecated `accelerator: 'ipu', devices: N`; no engine drives one */
  ipus?: number | null;
  /** @deprecated `devices: 'auto'` */
  autoSelectGpus?: boolean;
  /** @deprecated `trainer.fit(module, { ckptPath })` */
  resumeFromCheckpoint?: string | null;
  /** @deprecated `new TQDMProgressBar({ refreshRate })`, `enableProgressBar: false` */
  progressBarRefreshRate?: number | null;
  /** @deprecated `new TQDMProgressBar({ processPosition })` */
  processPosition?: number;
  /** @deprecated `new ModelSummary({ maxDepth })`, `enableModelSummary: false` */
  weightsSummary?: 'top' | 'full' | null;
  /** @deprecated `new ModelCheckpoint({ dirpath })` */
  weightsSavePath?: string | null;
  /** @deprecated `new DeviceStatsMonitor()` */
  logGpuMemory?: 'all' | 'min_max' | null;
  /** @deprecated log the norms in `onBeforeOptimizerStep` */
  trackGradNorm?: number | 'inf';
  /** @deprecated `new CSVLogger(saveDir, { flushLogsEveryNSteps })` */
  flushLogsEveryNSteps?: number | null;
  /** @deprecated `new StochasticWeightAveraging({ swaLrs })` */
  stochasticWeightAvg?: boolean;
  /** @deprecated `detectAnomaly` */
  terminateOnNan?: boolean | null;
  /** @deprecated `new CombinedLoader(loaders, { mode })` */
  multipleTrainloaderMode?: 'max_size_cycle' | 'min_size';
  /** @deprecated `useDistributedSampler` */
  replaceSamplerDdp?: boolean;
  /** @deprecated without effect */
  prepareDataPerNode?: boolean | null;
  /** @deprecated `precision: '16-mixed'` */
  ampBackend?: 'native' | 'apex';
  /** @deprecated `precision: '16-mixed'` */
  ampLevel?: string | null;
  /** @deprecated without effect */
  moveMetricsToCpu?: boolean;
}

/** What options of 1.6 ask for that no option of today does: for the parts of the Trainer that do it. */
export interface LegacySettings {
  /** `gpus`: the processor may take their place, and that is told. */
  readonly wantsGpus: boolean;
  readonly resumeFromCheckpoint: string | undefined;
  /** 0: no bar. */
  readonly progressBarRefreshRate: number | undefined;
  readonly processPosition: number | undefined;
  /** Of the default ModelSummary; 0: none. */
  readonly summaryDepth: number | undefined;
  readonly weightsSavePath: string | undefined;
  readonly logsDeviceStats: boolean;
  /** The p of the norm. */
  readonly trackGradNorm: number | undefined;
  readonly flushLogsEveryNSteps: number | undefined;
  readonly averagesWeights: boolean;
  readonly terminatesOnNan: boolean;
  readonly trainLoaderMode: 'max_size_cycle' | 'min_size';
  /** Batches for each update, by number of the epoch from which it counts. */
  readonly accumulation: Readonly<Record<number, number>> | undefined;
}

/** Options in today's spelling, and what remains of 1.6's. */
export interface ModernOptions {
  readonly options: Omit<TrainerOptions, LegacyOptionName>;
  readonly legacy: LegacySettings;
}

/**
 * Takes options of 1.6 out, brings them to where they belong, and warns once of each.
 * @param given checked, each by itself
 * @throws MisconfigurationError for something that is said twice
 */
export function modernise(given: TrainerOptions): ModernOptions {
  const names = Object.keys(given).filter(isLegacyOption);
  for (const name of names) if (given[name] !== undefined) process.emitWarning(warningOf(name, given[name]));
  const options: Record<string, unknown> = { ...given };
  for (const name of names) delete options[name];
  const said = (name: LegacyOptionName) => (asksForNothing(name, given[name] ?? null) ? undefined : given[name]);
  checkDevices(given);
  moveStrategy(options);
  moveDevices(given, options);
  move(options, 'checkpointCallback', given.checkpointCallback ?? undefined, 'enableCheckpointing');
  move(options, 'replaceSamplerDdp', given.replaceSamplerDdp, 'useDistributedSampler');
  const accumulation = takeAccumulation(options);
  if (typeof given.flushLogsEveryNSteps === 'number' && (given.logger ?? true) !== true) {
    process.emitWarning('`flushLogsEveryNSteps` changes nothing for a logger of your own: give it the option.');
  }
  const norm = given.trackGradNorm ?? -1;
  return {
    options, // the names of 1.6 are gone, and what took their place was checked
    legacy: {
      wantsGpus: said('gpus') !== undefined,
      resumeFromCheckpoint: given.resumeFromCheckpoint ?? undefined,
      progressBarRefreshRate: given.progressBarRefreshRate ?? undefined,
      processPosition: given.processPosition,
      summaryDepth: depthOf(given.weightsSummary),
      weightsSavePath: given.weightsSavePath ?? undefined,
      logsDeviceStats: typeof given.logGpuMemory === 'string',
      trackGradNorm: norm === -1 ? undefined : norm === 'inf' ? Number.POSITIVE_INFINITY : norm,
      flushLogsEveryNSteps: given.flushLogsEveryNSteps ?? undefined,
      averagesWeights: given.stochasticWeightAvg ?? false,
      terminatesOnNan: given.terminateOnNan ?? false,
      trainLoaderMode: given.multipleTrainloaderMode ?? 'max_size_cycle',
      accumulation,
    },
  };
}

function warningOf(name: LegacyOptionName, value: unknown): string {
  const { removed, conversion, doc }: LegacyOptionRow = LEGACY_OPTIONS[name];
  const spelling = modernSpelling(name, value);
  const today = spelling.startsWith('nothing') ? 'Remove it.' : `Today it is written: ${spelling}.`;
  const effect = conversion.kind === 'remove' ? ` ${doc}` : '';
  return `\`${name}\` is an option of PyTorch Lightning 1.6 that ${removed} removed. ${today}${effect}`;
}

function depthOf(summary: TrainerOptions['weightsSummary']): number | undefined {
  if (summary === null) return 0;
  return summary === 'full' ? -1 : undefined;
}

/** Takes the value of an option of 1.6 over, unless today's says it too. */
function move(options: Record<string, unknown>, from: string, value: unknown, to: string): void {
  if (value === undefined) return;
  const own = options[to];
  if (own !== undefined && own !== null && own !== value) throw saidTwice(from, value, to, own);
  options[to] = value;
}

/** `accelerator: 'dp'` was a strategy until 1.7. */
function moveStrategy(options: Record<string, unknown>): void {
  const { accelerator } = options;
  if (accelerator !== 'dp' && accelerator !== 'ddp2') return;
  process.emitWarning(
    `\`accelerator: '${accelerator}'\` names a strategy, as PyTorch Lightning 1.6 had it. Today it is written: strategy: '${accelerator}'.`,
  );
  delete options.accelerator;
  move(options, 'accelerator', accelerator, 'strategy');
}

function checkDevices({ gpus, autoSelectGpus, numProcesses }: TrainerOptions): void {
  if (autoSelectGpus === true && gpus === 0) {
    throw new MisconfigurationError({
      code: 'conflicting-options',
      found: '`autoSelectGpus` is true, but `gpus` is 0.',
      fix: 'Ask for some GPUs, or remove both.',
    });
  }
  const asksForGpus = gpus !== undefined && !asksForNothing('gpus', gpus);
  if (asksForGpus && (numProcesses ?? 1) > 1) throw saidTwice('gpus', gpus, 'numProcesses', numProcesses);
}

function moveDevices({ gpus, numProcesses }: TrainerOptions, options: Record<string, unknown>): void {
  if (gpus === undefined || gpus === null) {
    if (typeof numProcesses !== 'number') return;
    move(options, 'numProcesses', numProcesses, 'devices');
    useAccelerator(options, 'cpu');
    return;
  }
  if (asksForNothing('gpus', gpus)) {
    useAccelerator(options, 'cpu');
    return;
  }
  const devices = readDevices(gpus) === 'auto' ? 'auto' : (gpus as TrainerOptions['devices']); // checked
  move(options, 'gpus', devices, 'devices');
  useAccelerator(options, 'auto'); // a GPU, where an engine drives one
  const hasStrategy = options.strategy !== undefined && options.strategy !== null && options.strategy !== 'auto';
  if (deviceCount(devices ?? 'auto') === 1 || hasStrategy) return;
  options.strategy = 'dp';
  process.emitWarning(
    `\`gpus\` is ${show(gpus)} and there is no strategy: 'dp' is taken, which splits each batch. PyTorch Lightning 1.6 took 'ddp_spawn', a process for each, which is not built. Write strategy: 'dp'.`,
  );
}

/** An accelerator that is given counts: `gpus: 2` only tells how many devices, then. As 1.6 had it. */
function useAccelerator(options: Record<string, unknown>, accelerator: string): void {
  options.accelerator ??= accelerator;
}

/** `accumulateGradBatches: { 4: 2 }`. */
function takeAccumulation(options: Record<string, unknown>): LegacySettings['accumulation'] {
  const given = options.accumulateGradBatches;
  if (typeof given !== 'object' || given === null) return undefined;
  delete options.accumulateGradBatches;
  process.emitWarning(
    `\`accumulateGradBatches\` is an object, as PyTorch Lightning 1.6 had it. Today it is written: ${LEGACY_VALUES.accumulateGradBatches.modern.replace('…', JSON.stringify(given))}.`,
  );
  return given as Readonly<Record<number, number>>; // its entries are for the callback to check
}

function saidTwice(from: string, value: unknown, to: string, own: unknown): MisconfigurationError {
  return new MisconfigurationError({
    code: 'conflicting-options',
    found: `\`${from}\` is ${show(value)}, but \`${to}\` is ${show(own)}.`,
    fix: `Remove \`${from}\`: it is an option of PyTorch Lightning 1.6.`,
  });
}
