import type { LightningModule } from '../core/index.js';
import { MisconfigurationError } from '../errors/index.js';
import type { Trainer } from '../trainer/index.js';
import { Callback } from './callback.js';
import { checkOptionNames, optionFault } from './checkOptions.js';

/** When a {@link BasePredictionWriter} writes. */
export const WRITE_INTERVALS = ['batch', 'epoch', 'batch_and_epoch'] as const;
export type WriteInterval = (typeof WRITE_INTERVALS)[number];

/** Options of {@link BasePredictionWriter}. */
export interface PredictionWriterOptions {
  /** Default 'batch'. */
  writeInterval?: WriteInterval;
}

type Awaitable = void | Promise<void>;

/**
 * Base of callbacks that store predictions: override `writeOnBatchEnd`, `writeOnEpochEnd` or both, as the interval says. Tensors
 * that they are given are borrowed. State: none. Source: PyTorch Lightning, `callbacks/prediction_writer.py`.
 */
export abstract class BasePredictionWriter extends Callback {
  readonly interval: WriteInterval;

  /** @throws MisconfigurationError for an interval that there is not */
  constructor(options: PredictionWriterOptions = {}) {
    super();
    checkOptionNames('BasePredictionWriter', options, ['writeInterval']);
    this.interval = options.writeInterval ?? 'batch';
    if (WRITE_INTERVALS.includes(this.interval)) return;
    const allowed = WRITE_INTERVALS.map((interval) => `'${interval}'`).join(', ');
    throw optionFault('BasePredictionWriter', 'writeInterval', this.interval, `should be one of ${allowed}`);
  }

  /**
   * Stores the prediction of one batch.
   * @param _batchIndices the batch's samples by their numbers in the dataset; undefined for a loader that does not tell
   */
  writeOnBatchEnd(
    _trainer: Trainer,
    _module: LightningModule,
    _prediction: unknown,
    _batchIndices: readonly number[] | undefined,
    _batch: unknown,
    _batchIdx: number,
    _dataloaderIdx: number,
  ): Awaitable {
    throw this.#missing('writeOnBatchEnd');
  }

  /**
   * Stores all predictions.
   * @param _predictions a list with one for each batch, or one such list for each of several loaders
   * @param _batchIndices for each loader, those of each batch
   */
  writeOnEpochEnd(
    _trainer: Trainer,
    _module: LightningModule,
    _predictions: readonly unknown[],
    _batchIndices: readonly (readonly (readonly number[] | undefined)[])[],
  ): Awaitable {
    throw this.#missing('writeOnEpochEnd');
  }

  override async onPredictBatchEnd(
    trainer: Trainer,
    module: LightningModule,
    outputs: unknown,
    batch: unknown,
    batchIdx: number,
    dataloaderIdx = 0,
  ): Promise<void> {
    if (this.interval === 'epoch') return;
    const { currentBatchIndices } = trainer.predictionLoop;
    await this.writeOnBatchEnd(trainer, module, outputs, currentBatchIndices, batch, batchIdx, dataloaderIdx);
  }

  override async onPredictEpochEnd(trainer: Trainer, module: LightningModule): Promise<void> {
    if (this.interval === 'batch') return;
    const { predictions, epochBatchIndices } = trainer.predictionLoop;
    await this.writeOnEpochEnd(trainer, module, predictions, epochBatchIndices);
  }

  #missing(method: string): MisconfigurationError {
    return new MisconfigurationError({
      code: 'missing-write',
      found: `${this.constructor.name} has no ${method}, and its writeInterval is '${this.interval}'.`,
      fix: `Add ${method}, or choose another writeInterval.`,
    });
  }
}
