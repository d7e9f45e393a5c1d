import type { RunKind } from '../protocol/index.js';
import type { Trainer } from '../trainer/index.js';
import { checkDatasets, type Datasets, loaderOf, loadersOf } from './datasetLoaders.js';
import { addHyperparameters, type HParams, type SaveHyperparametersOptions } from './hyperparameters.js';
import { type ClassToLoad, type HyperparametersOf, type LoadOptions, loadDataModule } from './loadFromCheckpoint.js';
import type { EvalLoaders, TrainLoader } from './types.js';

type Awaitable<T> = T | Promise<T>;

/**
 * Where batches come from: one class that prepares the data and makes the loaders.
 * @typeParam H the hyperparameters, as given to `saveHyperparameters`
 */
export abstract class LightningDataModule<H extends object = object> {
  /** The Trainer of the latest run with this data module. */
  trainer: Trainer | undefined;
  readonly hparams: H = {} as H; // empty until saved: the class that saves them is the one that declares H
  #saved: { readonly hparams: object; readonly initial: HParams } = { hparams: {}, initial: {} };

  /**
   * A data module with a loader for each dataset that is given; that of the training set shuffles. Called on a class of your own,
   * the loaders replace those of the class. Follows PyTorch Lightning's `from_datasets`.
   *
   * @throws MisconfigurationError for an unknown name; data that cannot be read is found when its loader is asked for
   * @example
   * const [trainDataset, valDataset] = randomSplit(dataset, [0.9, 0.1]);
   * await trainer.fit(module, { datamodule: LightningDataModule.fromDatasets({ trainDataset, valDataset, batchSize: 32 }) });
   */
  static fromDatasets<Module extends LightningDataModule>(this: abstract new () => Module, datasets: Datasets): Module {
    checkDatasets(datasets);
    const { trainDataset, valDataset, testDataset, predictDataset } = datasets;
    // biome-ignore lint/complexity/noThisInStatic: the subclass that it is called on
    const made = Reflect.construct(this, []) as Module; // abstract for the compiler only: it has no abstract members
    if (trainDataset) made.trainDataloader = () => loaderOf(trainDataset, datasets, true);
    if (valDataset) made.valDataloader = () => loadersOf(valDataset, datasets);
    if (testDataset) made.testDataloader = () => loadersOf(testDataset, datasets);
    if (predictDataset) made.predictDataloader = () => loadersOf(predictDataset, datasets);
    return made;
  }

  /**
   * Makes a data module of this class as it was when a checkpoint was saved: its constructor is given the hyperparameters that it saved, in
   * one object, and `loadStateDict` its state.
   * @param path of a `.ckpt` file, an `https://` address or `s3://bucket/key`
   * @param overrides hyperparameters that take the place of the checkpoint's, or that it lacks since they were not saved
   * @throws MisconfigurationError when the constructor needs more than there is, or does not know what it is given
   */
  static async loadFromCheckpoint<Class extends ClassToLoad<LightningDataModule>>(
    this: Class,
    path: string,
    overrides?: HyperparametersOf<Class>,
    options: LoadOptions = {},
  ): Promise<InstanceType<Class>> {
    // biome-ignore lint/complexity/noThisInStatic: the subclass that it is called on
    return loadDataModule(this, path, overrides ?? {}, options);
  }

  /** The hyperparameters as they were saved: plain values, a copy. */
  get hparamsInitial(): HParams {
    return this.#saved.initial;
  }

  /** Keeps the hyperparameters: they are logged, and stored in checkpoints. @throws MisconfigurationError when they are no object */
  saveHyperparameters(hparams: H, options?: SaveHyperparametersOptions<H>): void {
    this.#saved = addHyperparameters(this, this.#saved, hparams, options);
    const value = this.#saved.hparams;
    Object.defineProperty(this, 'hparams', { value, writable: true, enumerable: true, configurable: true });
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
