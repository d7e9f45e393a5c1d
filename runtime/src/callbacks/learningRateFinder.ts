import type { LightningModule } from '../core/index.js';
import type { Trainer } from '../trainer/index.js';
import { findLearningRate, type LRFinder, type LRFindOptions, resolveLRFind } from '../tuner/index.js';
import { Callback } from './callback.js';

/** Options of {@link LearningRateFinder}: those of `tuner.lrFind`. */
export interface LearningRateFinderOptions extends Omit<LRFindOptions, 'numTraining'> {
  /** Rates to try: one for each update; default 100. */
  numTrainingSteps?: number;
}

/**
 * Searches for a learning rate before training begins, and trains with it. A subclass may call {@link lrFind} in other hooks, such as
 * at the beginning of chosen epochs. Cost: `numTrainingSteps` updates. State: none. Source: PyTorch Lightning, `callbacks/lr_finder.py`.
 */
export class LearningRateFinder extends Callback {
  /** What the latest search found; null before it, and in a fast dev run. */
  optimalLr: LRFinder | null = null;
  readonly #options: Required<LRFindOptions>;

  /** @throws MisconfigurationError naming the option */
  constructor({ numTrainingSteps, ...options }: LearningRateFinderOptions = {}) {
    super();
    const steps = numTrainingSteps === undefined ? {} : { numTraining: numTrainingSteps };
    this.#options = resolveLRFind('LearningRateFinder', { ...options, ...steps });
  }

  override get searchesFor() {
    return 'learningRate' as const;
  }

  override onFitStart(trainer: Trainer, module: LightningModule): Promise<void> {
    return this.lrFind(trainer, module);
  }

  /** Searches now. */
  async lrFind(trainer: Trainer, module: LightningModule): Promise<void> {
    this.optimalLr = await findLearningRate(trainer, module, this.#options);
  }
}
