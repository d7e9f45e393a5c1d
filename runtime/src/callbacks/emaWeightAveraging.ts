import * as tf from '../tf.js';
import { checkOptionNames, checkWholeNumber, optionFault } from './checkOptions.js';
import { type AveragingMoment, WeightAveraging } from './weightAveraging.js';

/** Options of {@link EMAWeightAveraging}. */
export interface EMAWeightAveragingOptions {
  /** Average running statistics, too, rather than copy the latest; default true. */
  useBuffers?: boolean;
  /** The share of the average that stays at each update, 0 to 1; default 0.999. */
  decay?: number;
  /** Take in the weights after each n-th optimizer step, the first one included; 0: not after steps. Default 1. */
  updateEveryNSteps?: number;
  /** Number of the first step after which they are taken in, from 0; default: the first. */
  updateStartingAtStep?: number | null;
  /** From this epoch on they are also taken in at the end of each epoch; default: never. */
  updateStartingAtEpoch?: number | null;
}

const DEFAULTS = {
  useBuffers: true,
  decay: 0.999,
  updateEveryNSteps: 1,
  updateStartingAtStep: null,
  updateStartingAtEpoch: null,
} as const;

/**
 * {@link WeightAveraging} with an exponential moving average: `average ← decay · average + (1 - decay) · weights`.
 * Source: PyTorch Lightning, `callbacks/weight_averaging.py`; torch.optim.swa_utils.get_ema_avg_fn.
 */
export class EMAWeightAveraging extends WeightAveraging {
  readonly #options: Required<EMAWeightAveragingOptions>;

  /** @throws MisconfigurationError for an option that does not exist or has a value that is not allowed */
  constructor(options: EMAWeightAveragingOptions = {}) {
    checkOptionNames('EMAWeightAveraging', options, Object.keys(DEFAULTS));
    const settled = { ...DEFAULTS, ...options };
    const { useBuffers, decay, updateEveryNSteps, updateStartingAtStep, updateStartingAtEpoch } = settled;
    if (!(decay >= 0 && decay <= 1)) throw optionFault('EMAWeightAveraging', 'decay', decay, 'a value in [0,1]');
    for (const [name, value] of Object.entries({ updateEveryNSteps, updateStartingAtStep, updateStartingAtEpoch })) {
      if (value !== null) checkWholeNumber('EMAWeightAveraging', name, value, 0);
    }
    super({
      useBuffers,
      avgFn: (averaged, current) => tf.add(tf.mul(averaged, decay), tf.mul(current, 1 - decay)),
    });
    this.#options = settled;
  }

  override shouldUpdate({ stepIdx, epochIdx }: AveragingMoment): boolean {
    const { updateEveryNSteps, updateStartingAtStep, updateStartingAtEpoch } = this.#options;
    if (stepIdx !== undefined && updateEveryNSteps > 0) {
      return stepIdx >= (updateStartingAtStep ?? 0) && stepIdx % updateEveryNSteps === 0;
    }
    return epochIdx !== undefined && updateStartingAtEpoch !== null && epochIdx >= updateStartingAtEpoch;
  }
}
