import type { EvalLoaders, LightningDataModule, LightningModule, TrainLoader } from '../core/index.js';
import { MisconfigurationError } from '../errors/index.js';
import type { RunKind } from '../protocol/index.js';
import type { Trainer } from '../trainer/index.js';
import type { LRFinder } from './learningRates.js';
import { findLearningRate, type LRFindOptions, resolveLRFind } from './lrFind.js';
import { findBatchSize, resolveScaleBatchSize, type ScaleBatchSizeOptions } from './scaleBatchSize.js';

/** Where a search's batches come from. */
export interface TunerData {
  trainDataloader?: TrainLoader;
  valDataloaders?: EvalLoaders;
  /** For a search with validate, test or predict. */
  dataloaders?: EvalLoaders;
  datamodule?: LightningDataModule;
}

/**
 * Finds a learning rate or a batch size before training: runs the module for a few steps with many of them, and puts everything but
 * the value back as it was. Source: PyTorch Lightning, `tuner/tuning.py`.
 *
 * @example
 * const tuner = new Tuner(trainer);
 * const finder = await tuner.lrFind(module); // writes the suggestion into module.lr
 * await writeFile('lr.svg', finder?.plot({ suggest: true }) ?? '');
 * await trainer.fit(module);
 */
export class Tuner {
  readonly #trainer: Trainer;

  constructor(trainer: Trainer) {
    this.#trainer = trainer;
  }

  /**
   * Trains for `numTraining` updates with a growing learning rate, and suggests the rate at which the loss falls most steeply.
   * @returns the losses, a suggestion and a plot; null in a fast dev run
   * @throws MisconfigurationError for options, and for a module without one optimizer or without a field for the rate
   */
  async lrFind(
    module: LightningModule,
    { trainDataloader, valDataloaders, dataloaders, datamodule, method = 'fit', ...options }: LRFindArguments = {},
  ): Promise<LRFinder | null> {
    if (method !== 'fit') {
      throw new MisconfigurationError({
        code: 'tuner-method',
        found: `lrFind was called with method '${method}'.`,
        allowed: "'fit': only training has a learning rate",
      });
    }
    this.#refuseCallback('learningRate', 'LearningRateFinder');
    const resolved = resolveLRFind('lrFind', options);
    const data = dataFor(method, { trainDataloader, valDataloaders, dataloaders, datamodule });
    return this.#trainer.setUpFor('fit', module, data, () => findLearningRate(this.#trainer, module, resolved));
  }

  /**
   * Runs larger and larger batches until memory is full. The loaders must be made from the module's (or data module's) `batchSize`.
   * @returns the size, which is also set there; null in a fast dev run
   * @throws MisconfigurationError for options, loaders that were passed directly, and a module without a field for the size
   */
  async scaleBatchSize(
    module: LightningModule,
    {
      trainDataloader,
      valDataloaders,
      dataloaders,
      datamodule,
      method = 'fit',
      ...options
    }: ScaleBatchSizeArguments = {},
  ): Promise<number | null> {
    this.#refuseCallback('batchSize', 'BatchSizeFinder');
    const resolved = resolveScaleBatchSize('scaleBatchSize', options);
    const data = dataFor(method, { trainDataloader, valDataloaders, dataloaders, datamodule });
    return this.#trainer.setUpFor(method, module, data, () => findBatchSize(this.#trainer, module, resolved));
  }

  #refuseCallback(kind: 'learningRate' | 'batchSize', name: string): void {
    if (!this.#trainer.callbacks.some(({ searchesFor }) => searchesFor === kind)) return;
    throw new MisconfigurationError({
      code: 'tuner-callback',
      found: `The Trainer is already configured with a ${name} callback.`,
      fix: 'Remove it to use the Tuner, or leave the search to the callback.',
    });
  }
}

/** What `lrFind` takes. */
export interface LRFindArguments extends TunerData, LRFindOptions {
  /** Only 'fit' has a learning rate. */
  method?: RunKind;
}

/** What `scaleBatchSize` takes. */
export interface ScaleBatchSizeArguments extends TunerData, ScaleBatchSizeOptions {
  /** Which loop is to fit into memory; default 'fit'. */
  method?: RunKind;
}

const METHODS: readonly string[] = ['fit', 'validate', 'test', 'predict'] satisfies readonly RunKind[];

type GivenData = { readonly [Name in keyof TunerData]: TunerData[Name] | undefined };

function dataFor(method: RunKind, given: GivenData): TunerData {
  if (!METHODS.includes(method)) {
    throw new MisconfigurationError({
      code: 'tuner-method',
      found: `The Tuner was called with method '${method}'.`,
      allowed: METHODS.map((name) => `'${name}'`).join(', '),
    });
  }
  const wrong = method === 'fit' ? (['dataloaders'] as const) : (['trainDataloader', 'valDataloaders'] as const);
  const found = wrong.find((name) => given[name] !== undefined);
  if (found !== undefined) {
    throw new MisconfigurationError({
      code: 'tuner-loaders',
      found: `The Tuner was given \`${found}\` with method '${method}'.`,
      fix: method === 'fit' ? 'Give trainDataloader and valDataloaders.' : 'Give dataloaders.',
    });
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as TunerData; // the same names
}
