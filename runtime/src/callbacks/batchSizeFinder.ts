import type { LightningModule } from '../core/index.js';
import type { Trainer } from '../trainer/index.js';
import { findBatchSize, resolveScaleBatchSize, type ScaleBatchSizeOptions } from '../tuner/index.js';
import { Callback } from './callback.js';

/** Options of {@link BatchSizeFinder}: those of `tuner.scaleBatchSize`. */
export type BatchSizeFinderOptions = ScaleBatchSizeOptions;

/**
 * Searches for the largest batch size that fits into memory before a run begins, and goes on with it. A subclass may call
 * {@link scaleBatchSize} in other hooks. Cost: `stepsPerTrial` batches of each size. State: none. Source: PyTorch Lightning,
 * `callbacks/batch_size_finder.py`.
 */
export class BatchSizeFinder extends Callback {
  /** What the latest search found; before it, the size to begin with; null after a fast dev run. */
  optimalBatchSize: number | null;
  readonly #options: Required<ScaleBatchSizeOptions>;

  /** @throws MisconfigurationError naming the option */
  constructor(options: BatchSizeFinderOptions = {}) {
    super();
    this.#options = resolveScaleBatchSize('BatchSizeFinder', options);
    this.optimalBatchSize = this.#options.initVal;
  }

  override get searchesFor() {
    return 'batchSize' as const;
  }

  override onFitStart(trainer: Trainer, module: LightningModule): Promise<void> {
    return this.scaleBatchSize(trainer, module);
  }

  override async onValidationStart(trainer: Trainer, module: LightningModule): Promise<void> {
    if (trainer.runKind === 'validate') await this.scaleBatchSize(trainer, module); // in a fit the size is known by then
  }

  override onTestStart(trainer: Trainer, module: LightningModule): Promise<void> {
    return this.scaleBatchSize(trainer, module);
  }

  override onPredictStart(trainer: Trainer, module: LightningModule): Promise<void> {
    return this.scaleBatchSize(trainer, module);
  }

  /** Searches now. */
  async scaleBatchSize(trainer: Trainer, module: LightningModule): Promise<void> {
    this.optimalBatchSize = await findBatchSize(trainer, module, this.#options);
  }
}
