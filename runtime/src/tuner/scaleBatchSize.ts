import type { LightningModule } from '../core/index.js';
import { MisconfigurationError } from '../errors/index.js';
import type { Search, Trainer } from '../trainer/index.js';
import { attributeOf, hasAttribute, setAttribute } from './attributes.js';
import { count, oneOf, type Rule, resolve, text } from './checkOptions.js';
import { isOutOfMemory } from './outOfMemory.js';

const MODES = ['power', 'binsearch'] as const;

/** How a search for the batch size goes. */
export interface ScaleBatchSizeOptions {
  /** 'power': double until memory is full; 'binsearch': then go between the last two by halves. Default 'power'. */
  mode?: (typeof MODES)[number];
  /** Batches of each size; default 3. */
  stepsPerTrial?: number;
  /** The size to begin with; default 2. */
  initVal?: number;
  /** Sizes to try at most; default 25. */
  maxTrials?: number;
  /** A field of the module, of its hyperparameters or of the data module, from which the loaders are made; default 'batchSize'. */
  batchArgName?: string;
  /** With 'binsearch', the part of the size that is found to give up again, for memory to spare; default 0.05. */
  margin?: number;
  /** No larger sizes than this; default 8192. */
  maxVal?: number;
}

const DEFAULTS: Required<ScaleBatchSizeOptions> = {
  mode: 'power',
  stepsPerTrial: 3,
  initVal: 2,
  maxTrials: 25,
  batchArgName: 'batchSize',
  margin: 0.05,
  maxVal: 8192,
};

const RULES: Readonly<Record<keyof ScaleBatchSizeOptions, Rule>> = {
  mode: oneOf(MODES),
  stepsPerTrial: count(1),
  initVal: count(1),
  maxTrials: count(1),
  batchArgName: text,
  margin: [(value) => typeof value === 'number' && value >= 0 && value < 1, 'a number from 0 up and below 1'],
  maxVal: count(1),
};

/** Options with defaults filled in. @throws MisconfigurationError naming the option */
export function resolveScaleBatchSize(owner: string, options: ScaleBatchSizeOptions): Required<ScaleBatchSizeOptions> {
  return resolve(owner, options, DEFAULTS, RULES);
}

/**
 * Tries larger and larger batches until memory is full, and puts everything back but the size. To be called in a run.
 * Source: PyTorch Lightning, `tuner/batch_size_scaling.py`.
 * @returns the size, which is also set; null in a fast dev run, where nothing is searched
 * @throws MisconfigurationError when there is nowhere to write the size, or nobody to ask for loaders of another size
 */
export async function findBatchSize(
  trainer: Trainer,
  module: LightningModule,
  options: Required<ScaleBatchSizeOptions>,
): Promise<number | null> {
  if (trainer.fastDevRun > 0) {
    process.emitWarning('The batch size finder is skipped, since `fastDevRun` is enabled.');
    return null;
  }
  const limits = { limitTrainBatches: '100%', limitEvaluationBatches: options.stepsPerTrial } as const;
  return trainer.search(limits, async (search) => {
    const scaling = new Scaling(module, search, options);
    await scaling.check();
    const size = await scaling.run();
    trainer.print(`The batch size is ${size} after the search.`);
    return size;
  });
}

/** A change of the size, and what it came to. */
interface Change {
  readonly size: number;
  readonly isOther: boolean;
}

class Scaling {
  readonly #module: LightningModule;
  readonly #search: Search;
  readonly #options: Required<ScaleBatchSizeOptions>;
  #failure: unknown;

  constructor(module: LightningModule, search: Search, options: Required<ScaleBatchSizeOptions>) {
    this.#module = module;
    this.#search = search;
    this.#options = options;
  }

  async check(): Promise<void> {
    const { batchArgName: name } = this.#options;
    const { datamodule, hasGivenLoaders, kind } = this.#search;
    if (hasGivenLoaders) {
      throw new MisconfigurationError({
        code: 'batch-size-loaders',
        found: `The batch size finder cannot be used with dataloaders passed directly to ${kind}: nobody can be asked for other ones.`,
        fix: 'Put the loader into the module or a data module, where it is made from a field such as batchSize.',
      });
    }
    if (!hasAttribute(this.#module, datamodule, name)) {
      throw new MisconfigurationError({
        code: 'no-attribute',
        found: `Field \`${name}\` was not found in ${this.#module.constructor.name}, the data module, nor their hparams.`,
        fix: `Add a field ${name} from which the loaders are made, or name yours in \`batchArgName\`.`,
      });
    }
    if (!Number.isSafeInteger(this.#size) || this.#size < 1) {
      throw new MisconfigurationError({
        code: 'no-attribute',
        found: `The batch size in \`${name}\` is ${this.#size}.`,
        allowed: 'a whole number from 1 up, of which the loaders are made',
      });
    }
    if ((await this.#search.loaderCount()) > 1) {
      throw new MisconfigurationError({
        code: 'batch-size-loaders',
        found: `The batch size finder cannot be used with multiple dataloaders in ${kind}.`,
        fix: 'Search with one of them.',
      });
    }
    if (name in this.#module && name in this.#module.hparams) {
      process.emitWarning(
        `${this.#module.constructor.name} has \`${name}\` and hparams.${name}: the search sets both. Remove one if that is not meant.`,
      );
    }
  }

  /** The size that was found, and is set. One that fails, or is stopped, leaves the size as it was. */
  async run(): Promise<number> {
    const before = this.#size;
    let found: number | undefined;
    try {
      const { size } = await this.#double(this.#options.initVal);
      // The first trial takes the loaders that are there, as PyTorch Lightning does, and these are of the size before.
      const isTried = size === before;
      found = await (this.#options.mode === 'power' ? this.#scaleByPowers(size) : this.#scaleByHalves(size));
      if (found === size && !isTried) found = await this.#descend(size);
      if (this.#search.isStopped) found = undefined;
    } finally {
      this.#set(found === undefined ? before : this.#withMargin(found));
    }
    return this.#size;
  }

  async #scaleByPowers(first: number): Promise<number> {
    const { maxTrials, maxVal } = this.#options;
    let size = first;
    let hasFitted = false;
    for (let trial = 1; trial <= maxTrials && size < maxVal; trial++) {
      const fits = await this.#fits();
      if (this.#search.isStopped || (fits && trial === maxTrials)) break;
      const change = fits ? await this.#double(size * 2) : this.#shrink(size, Math.floor(size / 2));
      size = change.size;
      if (!change.isOther) break;
      await this.#search.reloadData();
      if (!fits && hasFitted) break;
      hasFitted ||= fits;
    }
    return size;
  }

  async #scaleByHalves(first: number): Promise<number> {
    const { maxTrials, maxVal } = this.#options;
    let size = first;
    let low = 1;
    let high: number | undefined;
    let successes = 0;
    while (size < maxVal) {
      const fits = await this.#fits();
      if (this.#search.isStopped) break;
      if (fits) {
        successes++;
        if (successes >= maxTrials) break;
        low = size;
        if (high !== undefined && high - low <= 1) break;
      } else {
        high = size;
      }
      const middle = high === undefined ? size * 2 : Math.floor((high + low) / 2);
      const change = fits ? await this.#double(middle) : this.#shrink(size, middle);
      size = change.size;
      if (!change.isOther) break;
      await this.#search.reloadData();
      if (high !== undefined && !fits && high - low <= 1) break;
    }
    return size;
  }

  /** The first size from this one down that fits. */
  async #descend(from: number): Promise<number> {
    let size = from;
    this.#set(size);
    await this.#search.reloadData();
    while (!this.#search.isStopped && !(await this.#fits())) {
      size = this.#shrink(size, Math.floor(size / 2)).size;
      await this.#search.reloadData();
    }
    return size;
  }

  #withMargin(size: number): number {
    const { mode, margin } = this.#options;
    return mode === 'power' ? size : Math.max(1, Math.floor(size * (1 - margin)));
  }

  /** Runs some batches. False when memory is full; any other error is thrown on. */
  async #fits(): Promise<boolean> {
    try {
      await this.#search.trial({ maxSteps: this.#options.stepsPerTrial });
      return true;
    } catch (error) {
      if (!isOutOfMemory(error)) throw error;
      this.#failure = error;
      return false;
    }
  }

  /** Sets a larger size, unless the one that is set takes in the whole dataset already. */
  async #double(wanted: number): Promise<Change> {
    const size = this.#size;
    const samples = await this.#search.samples();
    if (samples !== undefined && size >= samples) return { size, isOther: false };
    const next = Math.min(wanted, this.#options.maxVal);
    this.#set(next);
    return { size: next, isOther: next !== size };
  }

  /** Sets a smaller size. @throws what said that memory is full, when there is no smaller one */
  #shrink(size: number, wanted: number): Change {
    if (wanted < 1) throw this.#failure;
    this.#set(wanted);
    return { size: wanted, isOther: wanted !== size };
  }

  get #size(): number {
    return Number(attributeOf(this.#module, this.#search.datamodule, this.#options.batchArgName));
  }

  #set(size: number): void {
    setAttribute(this.#module, this.#search.datamodule, this.#options.batchArgName, size);
  }
}
