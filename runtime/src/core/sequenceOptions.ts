/** What a Trainer's options say about the sequence of hooks. */
export interface SequenceOptions {
  readonly maxEpochs: number | null;
  readonly accumulateGradBatches: number;
  /** Null: valCheckInterval counts batches across epochs. */
  readonly checkValEveryNEpoch: number | null;
  /** A count of batches, a fraction of the epoch, or 'time'. */
  readonly valCheckInterval: { readonly batches: number } | { readonly fraction: number } | 'time';
  readonly numSanityValSteps: number;
  readonly reloadDataloadersEveryNEpochs: number;
  readonly truncatedBpttSteps: number;
  /** Parts that a batch is split into under 'dp'; undefined without. */
  readonly parts: number | null | undefined;
  /** Batches at most, by stage; null where only the loader knows. 0: none at all. */
  readonly limits: Readonly<Record<'train' | 'validate' | 'test' | 'predict', number | null>>;
}

/**
 * Reads options as a program writes them. A value that is no plain one, such as an expression that only a run can tell, counts as
 * the option's default.
 */
export function sequenceOptions(options: Readonly<Record<string, unknown>>): SequenceOptions {
  const fast = options.fastDevRun === true ? 1 : count(options.fastDevRun, 0);
  const overfit = limitOf(options.overfitBatches);
  const limit = (name: string, isFitted: boolean) => {
    if (fast > 0) return fast;
    return isFitted && overfit !== null && overfit !== 0 ? overfit : limitOf(options[name]);
  };
  const steps = count(options.maxSteps, -1);
  const isDp = options.strategy === 'dp' || options.strategy === 'ddp2';
  return {
    maxEpochs: fast > 0 ? 1 : maxEpochsOf(options.maxEpochs, steps),
    accumulateGradBatches: Math.max(1, count(options.accumulateGradBatches, 1)),
    checkValEveryNEpoch:
      fast > 0 ? 1 : options.checkValEveryNEpoch === null ? null : Math.max(1, count(options.checkValEveryNEpoch, 1)),
    valCheckInterval: fast > 0 ? { fraction: 1 } : intervalOf(options.valCheckInterval),
    numSanityValSteps: fast > 0 || options.barebones === true ? 0 : count(options.numSanityValSteps, 2),
    reloadDataloadersEveryNEpochs: count(options.reloadDataloadersEveryNEpochs, 0),
    truncatedBpttSteps: count(options.truncatedBpttSteps, 0),
    parts: isDp ? (typeof options.devices === 'number' ? options.devices : null) : undefined,
    limits: {
      train: limit('limitTrainBatches', true),
      validate: limit('limitValBatches', true),
      test: limit('limitTestBatches', false),
      predict: limit('limitPredictBatches', false),
    },
  };
}

function maxEpochsOf(value: unknown, maxSteps: number): number | null {
  if (typeof value === 'number') return value === -1 ? null : value;
  return maxSteps === -1 ? 1000 : null;
}

function count(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isInteger(value) ? value : otherwise;
}

/** A count of batches; null for a fraction, whose count only the loader knows. */
function limitOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isInteger(value) ? value : null;
  return typeof value === 'string' && Number.parseFloat(value) === 0 ? 0 : null;
}

function intervalOf(value: unknown): SequenceOptions['valCheckInterval'] {
  if (typeof value === 'number') return Number.isInteger(value) && value > 0 ? { batches: value } : { fraction: value };
  if (typeof value === 'string' && value.endsWith('%')) return { fraction: Number.parseFloat(value) / 100 };
  if ((typeof value === 'string' && value.includes(':')) || (typeof value === 'object' && value !== null))
    return 'time';
  return { fraction: 1 };
}
