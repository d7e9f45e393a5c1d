import { MisconfigurationError } from '../../errors/index.js';
import type { ResolvedOptions, TrainerOptions } from '../options.js';
import { deviceCount, isDuration, show } from './values.js';

/** @throws MisconfigurationError for options that contradict each other */
export function checkTogether(options: ResolvedOptions): void {
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

/** The options of a barebones run. @throws MisconfigurationError for one that costs time */
export function asBarebones<Given extends Pick<TrainerOptions, 'barebones'>>(given: Given): Given {
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
export function forFastDevRun(options: ResolvedOptions): ResolvedOptions {
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
