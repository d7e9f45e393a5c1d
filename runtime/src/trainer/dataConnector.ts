import type { BatchSource, EvalLoaders, LightningDataModule, LightningModule } from '../core/index.js';
import { MisconfigurationError } from '../errors/index.js';
import type { BatchFeeder, EvaluationStage, RawBatch } from '../loops/index.js';
import { feedBatches, isStateful, lengthOf } from './batchFeed.js';
import { resolveLimit, toFraction, unsized } from './batchLimits.js';
import { isOverriddenIn } from './hooks.js';
import type { BatchLimit, ResolvedOptions } from './options.js';

/** Loaders that were handed to an entry point. */
export interface GivenLoaders {
  readonly train?: BatchSource | undefined;
  readonly evaluation?: EvalLoaders;
}

type LoaderHook = 'trainDataloader' | 'valDataloader' | 'testDataloader' | 'predictDataloader';

const HOOK_OF = {
  train: 'trainDataloader',
  'sanity-check': 'valDataloader',
  validate: 'valDataloader',
  test: 'testDataloader',
  predict: 'predictDataloader',
} as const satisfies Record<'train' | EvaluationStage, LoaderHook>;

const LIMIT_OF = {
  'sanity-check': 'limitValBatches',
  validate: 'limitValBatches',
  test: 'limitTestBatches',
  predict: 'limitPredictBatches',
} as const;

/** Finds the loaders of a run, and hands out their batches within the limits. */
export class DataConnector implements BatchFeeder {
  readonly #module: LightningModule;
  readonly #datamodule: LightningDataModule | undefined;
  readonly #options: ResolvedOptions;
  readonly #given: GivenLoaders;
  #train: BatchSource | undefined;
  #trainBatches: number | undefined;
  readonly #evaluation = new Map<LoaderHook, readonly BatchSource[]>();
  #restoredState: unknown;

  constructor(
    module: LightningModule,
    datamodule: LightningDataModule | undefined,
    options: ResolvedOptions,
    given: GivenLoaders,
  ) {
    this.#module = module;
    this.#datamodule = datamodule;
    this.#options = options;
    this.#given = given;
  }

  get validates(): boolean {
    return (
      this.has('validate') && isOverriddenIn(this.#module, 'validationStep') && !isZero(this.#options.limitValBatches)
    );
  }

  get trainBatches(): number | undefined {
    return this.#trainBatches;
  }

  /** True when somebody provides the loaders of a stage. */
  has(stage: 'train' | EvaluationStage): boolean {
    return this.#givenFor(stage) !== undefined || this.#owner(HOOK_OF[stage]) !== undefined;
  }

  /** True when the options let no training batch through: the loader is not even asked for, then. */
  get skipsTraining(): boolean {
    return isZero(this.#options.limitTrainBatches);
  }

  /** Asks for the training loader. @throws MisconfigurationError when there is none, or it is no loader */
  async prepareTraining(): Promise<void> {
    const source = await this.#load('train');
    if (source === undefined) throw this.#missing('trainDataloader');
    if (isSeveralLoaders(source)) {
      throw new MisconfigurationError({
        code: 'several-loaders-not-built',
        found: 'trainDataloader returned several loaders.',
        allowed: 'one loader: several at once are not built in this version',
        fix: 'Combine the datasets into one.',
        blame: this.#owner('trainDataloader')?.trainDataloader,
      });
    }
    this.#train = asSource(source, 'trainDataloader', this.#owner('trainDataloader'));
    warnIfEmpty(this.#train, 'trainDataloader');
    this.#trainBatches = resolveLimit('limitTrainBatches', this.#options.limitTrainBatches, lengthOf(this.#train));
    if (this.#restoredState !== undefined && isStateful(this.#train)) {
      this.#train.loadStateDict(this.#restoredState as never); // what this loader's stateDict returned
    }
  }

  /** Asks for the loaders of an evaluation. @throws MisconfigurationError when there are none, or one is no loader */
  async prepareEvaluation(stage: EvaluationStage): Promise<void> {
    const hook = HOOK_OF[stage];
    if (this.#evaluation.has(hook)) return;
    const loaders = await this.#load(stage);
    if (loaders === undefined) throw this.#missing(hook);
    const list = isListOfLoaders(loaders) ? loaders : [loaders];
    const sources = list.map((loader) => asSource(loader, hook, this.#owner(hook)));
    for (const source of sources) {
      warnIfEmpty(source, hook);
      if ('shuffle' in source && source.shuffle === true) {
        process.emitWarning(`A loader of ${hook} shuffles: an evaluation wants the same batches each time.`);
      }
    }
    this.#evaluation.set(hook, sources);
  }

  batchesOf(stage: EvaluationStage): readonly (number | undefined)[] {
    const limit = this.#options[LIMIT_OF[stage]];
    return (this.#evaluation.get(HOOK_OF[stage]) ?? []).map((loader) => {
      const batches = resolveLimit(LIMIT_OF[stage], limit, lengthOf(loader));
      const sanity = this.#options.numSanityValSteps;
      return stage === 'sanity-check' && sanity !== -1 ? Math.min(sanity, batches ?? sanity) : batches;
    });
  }

  /** Validate after each this many training batches; undefined: at the end of the epoch. */
  get valCheckBatch(): number | undefined {
    const { valCheckInterval, checkValEveryNEpoch } = this.#options;
    const batches = this.#trainBatches;
    if (typeof valCheckInterval === 'number' && Number.isInteger(valCheckInterval)) {
      if (checkValEveryNEpoch === null || !this.validates || batches === undefined || valCheckInterval <= batches)
        return valCheckInterval;
      throw new MisconfigurationError({
        code: 'option-value',
        found: `\`valCheckInterval\` is ${valCheckInterval}, but an epoch has only ${batches} training batches.`,
        allowed: `1 to ${batches}, or any count with checkValEveryNEpoch: null`,
        fix: `Lower it, or set checkValEveryNEpoch: null to count across epochs.`,
      });
    }
    const fraction = toFraction(valCheckInterval);
    if (batches !== undefined) return fraction === 1 ? undefined : Math.max(1, Math.floor(batches * fraction));
    if (fraction === 1) return undefined;
    throw unsized('valCheckInterval');
  }

  async *train(fromBatch: number): AsyncGenerator<RawBatch> {
    const source = this.#train;
    if (!source) return;
    // A loader that restored its own position hands out the rest of the epoch; of any other the first batches are skipped.
    const skips = isStateful(source) ? 0 : fromBatch;
    yield* feedBatches(source, { dataloaderIdx: 0, limit: this.#trainBatches, fromBatch, skips });
  }

  async *evaluate(stage: EvaluationStage): AsyncGenerator<RawBatch> {
    const limits = this.batchesOf(stage);
    for (const [index, loader] of (this.#evaluation.get(HOOK_OF[stage]) ?? []).entries()) {
      yield* feedBatches(loader, { dataloaderIdx: index, limit: limits[index], fromBatch: 0, skips: 0 });
    }
  }

  stateDict(): unknown {
    return this.#train && isStateful(this.#train) ? this.#train.stateDict() : undefined;
  }

  /** True when the training loader can be put where it stood. */
  get restoresPosition(): boolean {
    return this.#train !== undefined && isStateful(this.#train);
  }

  /** Where a restored training loader goes on. Takes effect when training is prepared. */
  restore(state: unknown): void {
    this.#restoredState = state;
  }

  async #load(stage: 'train' | EvaluationStage): Promise<unknown> {
    return this.#givenFor(stage) ?? (await this.#owner(HOOK_OF[stage])?.[HOOK_OF[stage]]());
  }

  #givenFor(stage: 'train' | EvaluationStage): unknown {
    return stage === 'train' ? this.#given.train : this.#given.evaluation;
  }

  #owner(hook: LoaderHook): LightningModule | LightningDataModule | undefined {
    if (this.#datamodule && isOverriddenIn(this.#datamodule, hook)) return this.#datamodule;
    return isOverriddenIn(this.#module, hook) ? this.#module : undefined;
  }

  #missing(hook: LoaderHook): MisconfigurationError {
    const owner = this.#owner(hook);
    return new MisconfigurationError({
      code: 'missing-dataloader',
      found: owner
        ? `${owner.constructor.name}.${hook} returned nothing.`
        : `There are no batches: neither a loader was given nor is ${hook} defined.`,
      fix: owner
        ? 'Return a DataLoader.'
        : `Add ${hook}() to the module or a data module, or pass loaders to the Trainer's method.`,
      blame: owner?.[hook],
    });
  }
}

function warnIfEmpty(source: BatchSource, hook: LoaderHook): void {
  if (lengthOf(source) === 0) process.emitWarning(`A loader of ${hook} has zero batches.`);
}

function isZero(limit: BatchLimit): boolean {
  return typeof limit === 'number' ? limit === 0 : toFraction(limit) === 0;
}

function isListOfLoaders(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0 && value.every((entry) => isIterable(entry) && !isBatchLike(entry));
}

/** Loaders in a list or an object, told from a plain list of batches by being asynchronous. */
function isSeveralLoaders(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Symbol.asyncIterator in value) return false;
  const entries: unknown[] = Object.values(value);
  const isLoader = (entry: unknown) => typeof entry === 'object' && entry !== null && Symbol.asyncIterator in entry;
  return entries.length > 0 && entries.every(isLoader);
}

/** A batch `[x, y]` in a plain list of batches, rather than a loader in a list of loaders. */
function isBatchLike(value: unknown): boolean {
  return (
    Array.isArray(value) && value.every((entry) => typeof entry === 'object' && entry !== null && 'dataSync' in entry)
  );
}

function isIterable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value);
}

function asSource(
  value: unknown,
  hook: LoaderHook,
  owner: LightningModule | LightningDataModule | undefined,
): BatchSource {
  if (isIterable(value)) return value as BatchSource; // just checked
  throw new MisconfigurationError({
    code: 'invalid-dataloader',
    found: `${hook} returned ${value === null ? 'null' : typeof value === 'object' ? 'an object that cannot be iterated' : `a ${typeof value}`}.`,
    allowed: 'a DataLoader, a list of batches, or anything else that can be iterated',
    fix: 'Wrap the data: new DataLoader(dataset, { batchSize: 32 }).',
    blame: owner?.[hook],
  });
}
