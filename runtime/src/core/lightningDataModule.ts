import type { RunKind } from '../protocol/index.js';
import { type HParams, toPlainHyperparameters } from './hyperparameters.js';
import type { EvalLoaders, TrainLoader } from './types.js';

type Awaitable<T> = T | Promise<T>;

/**
 * Where batches come from: one class that prepares the data and makes the loaders.
 * @typeParam H the hyperparameters, as given to `saveHyperparameters`
 */
export abstract class LightningDataModule<H extends object = object> {
  readonly hparams: H = {} as H; // empty until saved: the class that saves them is the one that declares H
  #hparamsInitial: HParams = {};

  /** The hyperparameters as they were saved: plain values, a copy. */
  get hparamsInitial(): HParams {
    return this.#hparamsInitial;
  }

  /** Keeps the hyperparameters: they are logged, and stored in checkpoints. */
  saveHyperparameters(hparams: H): void {
    this.#hparamsInitial = toPlainHyperparameters(hparams);
    Object.defineProperty(this, 'hparams', { value: hparams, writable: true, enumerable: true, configurable: true });
  }

  /** Download and write to disk here; set no state. */
  prepareData(): Awaitable<void> {}
  /** Read what the loaders need. @param _stage what the Trainer was asked to do */
  setup(_stage: RunKind): Awaitable<void> {}
  /** Last of all; a run that failed ends with {@link onException} instead. */
  teardown(_stage: RunKind): Awaitable<void> {}

  trainDataloader(): Awaitable<TrainLoader> {
    return undefined;
  }
  valDataloader(): Awaitable<EvalLoaders> {
    return undefined;
  }
  testDataloader(): Awaitable<EvalLoaders> {
    return undefined;
  }
  predictDataloader(): Awaitable<EvalLoaders> {
    return undefined;
  }

  onBeforeBatchTransfer(batch: unknown, _dataloaderIdx: number): Awaitable<unknown> {
    return batch;
  }
  transferBatchToDevice(batch: unknown, _dataloaderIdx: number): Awaitable<unknown> {
    return batch;
  }
  onAfterBatchTransfer(batch: unknown, _dataloaderIdx: number): Awaitable<unknown> {
    return batch;
  }

  /** State for the checkpoint, such as the split that was drawn; plain values. */
  stateDict(): Record<string, unknown> {
    return {};
  }
  loadStateDict(_state: Record<string, unknown>): Awaitable<void> {}
  /** When the run fails or is interrupted. */
  onException(_error: Error): Awaitable<void> {}
}
