import { toMilliseconds } from '../callbacks/index.js';
import type { BatchSource, EvalLoaders, LightningDataModule, LightningModule, TrainLoader } from '../core/index.js';
import { CombinedLoader, DataLoader, isSeveralLoaders } from '../data/index.js';
import { MisconfigurationError } from '../errors/index.js';
import type { BatchFeeder, EvaluationStage, RawBatches } from '../loops/index.js';
import type { RunKind } from '../protocol/index.js';
import { rngState } from '../random/index.js';
import { BatchFeed, FeedSequence, isStateful, lengthOf } from './batchFeed.js';
import { resolveLimit, toFraction, unsized } from './batchLimits.js';
import { isOverriddenIn } from './hooks.js';
import {
  asSource,
  inOrder,
  isListOfLoaders,
  type LoaderHook,
  type LoaderOwner,
  missingLoader,
  unfitCombination,
  warnIfEmpty,
  warnIfShuffled,
} from './loaderChecks.js';
import { type BatchLimit, isDuration, isZeroLimit, type ResolvedOptions } from './options.js';

/** Loaders that were handed to an entry point. */
export interface GivenLoaders {
  readonly train?: TrainLoader;
  readonly evaluation?: EvalLoaders;
}

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

/** What the loaders of a run depend on. */
export interface DataSettings {
  readonly kind: RunKind;
  readonly module: LightningModule;
  readonly datamodule: LightningDataModule | undefined;
  readonly options: ResolvedOptions;
  readonly given: GivenLoaders;
}

/** Finds the loaders of a run, and hands out their batches within the limits. */
export class DataConnector implements BatchFeeder {
  readonly #settings: DataSettings;
  #train: BatchSource | undefined;
  #trainBatches: number | undefined;
  /** Asked for after each batch, and the same as long as the training loader is. */
  #valCheck: { readonly batches: number | undefined } | undefined;
  /** Fulfilled when the training loader is there that was asked for before its turn, to count its batches. */
  #early: Promise<void> | undefined;
  readonly #evaluation = new Map<LoaderHook, readonly BatchSource[]>();
  /** The epochs in which loaders were asked for last, for `reloadDataloadersEveryNEpochs`. */
  #trainLoadedAt = Number.NEGATIVE_INFINITY;
  #valLoadedAt = Number.NEGATIVE_INFINITY;
  #restoredState: unknown;
  #beforeBatch: { readonly loader: unknown; readonly rng: unknown } | undefined;

  constructor(settings: DataSettings) {
    this.#settings = settings;
  }

  get validates(): boolean {
    const { module, options } = this.#settings;
    return this.has('validate') && isOverriddenIn(module, 'validationStep') && !isZeroLimit(options.limitValBatches);
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
    return isZeroLimit(this.#settings.options.limitTrainBatches);
  }

  /**
   * Asks for the training loader, the first time and when it is to be loaded again.
   * @throws MisconfigurationError when there is none, or it is no loader
   */
  async prepareTraining(epoch: number): Promise<void> {
    if (this.#train && this.#trainLoadedAt > Number.NEGATIVE_INFINITY && !this.#isReloadDue(epoch, this.#trainLoadedAt))
      return;
    const before = this.#train;
    if (this.#early) await this.#early;
    else this.#setTraining(await this.#load('train'));
    this.#early = undefined;
    this.#trainLoadedAt = epoch;
    if (before && before !== this.#train) await releaseAll([before]);
    warnIfEmpty(this.#train as BatchSource, 'trainDataloader'); // just set
    if (this.#restoredState === undefined || !this.#train || !isStateful(this.#train)) return;
    this.#train.loadStateDict(this.#restoredState as never); // what this loader's stateDict returned
    this.#restoredState = undefined;
  }

  /**
   * Asks for the training loader before its turn, so that its batches are counted. Done at once where the hook returns the loader
   * itself; else the number is known when the promise is fulfilled.
   */
  loadTrainingEarly(): Promise<void> | undefined {
    if (this.#train || this.skipsTraining) return undefined;
    if (this.#early) return this.#early;
    const loaded = this.#load('train');
    if (loaded instanceof Promise) {
      this.#early = loaded.then((loader: unknown) => this.#setTraining(loader));
      this.#early.catch(() => undefined); // told when its turn comes
      return this.#early;
    }
    this.#setTraining(loaded);
    this.#early = Promise.resolve();
    return undefined;
  }

  #setTraining(loaded: unknown): void {
    const owner = this.#owner('trainDataloader');
    if (loaded === undefined) throw missingLoader('trainDataloader', owner);
    const several =
      loaded instanceof CombinedLoader || !isSeveralLoaders(loaded)
        ? loaded
        : new CombinedLoader(loaded, { mode: this.#settings.options.legacy.trainLoaderMode });
    if (several instanceof CombinedLoader && several.mode === 'sequential')
      throw unfitCombination('trainDataloader', several.mode, owner);
    const source = asSource(several, 'trainDataloader', owner);
    this.#train = this.#overfits ? inOrder(source, 'trainDataloader') : source;
    this.#trainBatches = this.#batchesWithin('limitTrainBatches', this.#train);
    this.#valCheck = undefined;
  }

  /**
   * Asks for the loaders of an evaluation, the first time and when they are to be loaded again.
   * @param counts false when it does not count for when they are loaded again: a sanity check before an epoch without validation
   * @throws MisconfigurationError when there are none, or one is no loader
   */
  async prepareEvaluation(stage: EvaluationStage, epoch: number, counts = true): Promise<void> {
    const hook = HOOK_OF[stage];
    if (isZeroLimit(this.#settings.options[LIMIT_OF[stage]])) return; // as in training: the loader is not even asked for
    const before = this.#evaluation.get(hook);
    const isFitting = this.#settings.kind === 'fit';
    if (before && !(isFitting && this.#isReloadDue(epoch, this.#valLoadedAt))) return;
    if (isFitting && counts) this.#valLoadedAt = epoch;
    const loaders = await this.#load(stage);
    const owner = this.#owner(hook);
    if (loaders === undefined) throw missingLoader(hook, owner);
    const sources = listOf(loaders, hook, owner).map((source) => (this.#overfits ? inOrder(source, hook) : source));
    for (const source of sources) {
      warnIfEmpty(source, hook);
      warnIfShuffled(source, hook);
    }
    this.#evaluation.set(hook, sources);
    if (before) await releaseAll(before.filter((source) => !sources.includes(source)));
  }

  batchesOf(stage: EvaluationStage): readonly (number | undefined)[] {
    return (this.#evaluation.get(HOOK_OF[stage]) ?? []).map((loader) => {
      const batches = this.#batchesWithin(LIMIT_OF[stage], loader);
      const sanity = this.#settings.options.numSanityValSteps;
      return stage === 'sanity-check' && sanity !== -1 ? Math.min(sanity, batches ?? sanity) : batches;
    });
  }

  /** Batches of a pass under the limit of an option, which counts for each of combined loaders. */
  #batchesWithin(
    option: 'limitTrainBatches' | (typeof LIMIT_OF)[EvaluationStage],
    source: BatchSource,
  ): number | undefined {
    const limit: BatchLimit = this.#settings.options[option];
    if (!(source instanceof CombinedLoader)) return resolveLimit(option, limit, lengthOf(source));
    return source.lengthWithin(source.flattened.map((loader) => resolveLimit(option, limit, lengthOf(loader))));
  }

  get #overfits(): boolean {
    return this.#settings.kind === 'fit' && !isZeroLimit(this.#settings.options.overfitBatches);
  }

  #isReloadDue(epoch: number, loadedAt: number): boolean {
    const { reloadDataloadersEveryNEpochs: epochs } = this.#settings.options;
    return epochs > 0 && epoch - loadedAt >= epochs;
  }

  /** Validate after each this many training batches; undefined: at the end of the epoch. */
  get valCheckBatch(): number | undefined {
    this.#valCheck ??= { batches: this.#findValCheckBatch() };
    return this.#valCheck.batches;
  }

  #findValCheckBatch(): number | undefined {
    const { valCheckInterval, checkValEveryNEpoch } = this.#settings.options;
    if (isDuration(valCheckInterval)) return undefined;
    const batches = this.#trainBatches;
    if (typeof valCheckInterval === 'number' && Number.isInteger(valCheckInterval)) {
      const validates = !isZeroLimit(this.#settings.options.limitValBatches); // also when there is nothing to validate, as PyTorch Lightning
      if (checkValEveryNEpoch === null || !validates || batches === undefined || valCheckInterval <= batches)
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

  /** Validate when this many milliseconds have passed since the last time; undefined: by batches. */
  get valCheckTime(): number | undefined {
    const { valCheckInterval } = this.#settings.options;
    return isDuration(valCheckInterval) ? toMilliseconds('Trainer', 'valCheckInterval', valCheckInterval) : undefined;
  }

  train(fromBatch: number): RawBatches {
    const source = this.#train;
    if (!source) return new FeedSequence([]);
    // A loader that restored its own position hands out the rest of the epoch; of any other the first batches are skipped.
    const skips = isStateful(source) ? 0 : fromBatch;
    const feed = new BatchFeed(source, { dataloaderIdx: 0, limit: this.#trainBatches, fromBatch, skips });
    // Of a loader of one's own nobody knows what telling its state costs.
    const tells = source instanceof DataLoader || source instanceof CombinedLoader;
    return {
      next: () => {
        this.#beforeBatch = tells ? { loader: source.stateDict(), rng: rngState() } : undefined;
        return feed.next();
      },
      close: () => feed.close(),
    };
  }

  evaluate(stage: EvaluationStage): RawBatches {
    const limits = this.batchesOf(stage);
    const loaders = this.#evaluation.get(HOOK_OF[stage]) ?? [];
    return new FeedSequence(
      loaders.map(
        (loader, index) =>
          new BatchFeed(loader, { dataloaderIdx: index, limit: limits[index], fromBatch: 0, skips: 0 }),
      ),
    );
  }

  /** Where loader and random numbers stood before the latest training batch was fetched, for a checkpoint from the midst of it. */
  get beforeBatch(): { readonly loader: unknown; readonly rng: unknown } | undefined {
    return this.#beforeBatch;
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

  /** Samples in the training loader's dataset, or in an evaluation's; undefined when nobody knows. Source: `CombinedLoader._dataset_length`. */
  samplesOf(stage: 'train' | EvaluationStage): number | undefined {
    if (stage === 'train') return this.#train && samplesIn(this.#train);
    const known = (this.#evaluation.get(HOOK_OF[stage]) ?? []).flatMap((source) => samplesIn(source) ?? []);
    return known.length === 0 ? undefined : known.reduce((sum, samples) => sum + samples);
  }

  /** How many loaders an evaluation has. */
  loadersOf(stage: EvaluationStage): number {
    return this.#evaluation.get(HOOK_OF[stage])?.length ?? 0;
  }

  /** Asks anew for the loaders that are there: what the hooks make them from has changed. */
  async reload(epoch: number): Promise<void> {
    const before = this.#sources;
    if (this.#train) {
      this.#train = undefined;
      this.#early = undefined;
      await this.prepareTraining(epoch);
    }
    const stages = (['validate', 'test', 'predict'] as const).filter((stage) =>
      this.#evaluation.delete(HOOK_OF[stage]),
    );
    for (const stage of stages) await this.prepareEvaluation(stage, epoch);
    await releaseAll(before.filter((source) => !this.#sources.includes(source)));
  }

  /** Puts the training loader itself back to where it stood. */
  rewind(state: unknown): void {
    if (state !== undefined && this.#train && isStateful(this.#train)) this.#train.loadStateDict(state as never); // of its own stateDict
  }

  get #sources(): BatchSource[] {
    return [...(this.#train ? [this.#train] : []), ...[...this.#evaluation.values()].flat()];
  }

  /** Ends the threads of this run's loaders: nobody else knows that they are of no use any more. */
  async release(): Promise<void> {
    await releaseAll(this.#sources);
  }

  #load(stage: 'train' | EvaluationStage): unknown {
    return this.#givenFor(stage) ?? this.#owner(HOOK_OF[stage])?.[HOOK_OF[stage]]();
  }

  #givenFor(stage: 'train' | EvaluationStage): unknown {
    return stage === 'train' ? this.#settings.given.train : this.#settings.given.evaluation;
  }

  #owner(hook: LoaderHook): LoaderOwner {
    const { module, datamodule } = this.#settings;
    if (datamodule && isOverriddenIn(datamodule, hook)) return datamodule;
    return isOverriddenIn(module, hook) ? module : undefined;
  }
}

/** The loaders of an evaluation: one after the other, unless they were combined in another way. */
function listOf(loaders: unknown, hook: LoaderHook, owner: LoaderOwner): BatchSource[] {
  if (loaders instanceof CombinedLoader && loaders.mode !== 'sequential') {
    if (hook === 'predictDataloader') throw unfitCombination(hook, loaders.mode, owner);
    return [loaders];
  }
  const list =
    loaders instanceof CombinedLoader
      ? loaders.flattened
      : isListOfLoaders(loaders)
        ? loaders
        : isSeveralLoaders(loaders)
          ? new CombinedLoader(loaders, { mode: 'sequential' }).flattened
          : [loaders];
  return list.map((loader) => asSource(loader, hook, owner));
}

/** Samples in a loader's dataset, as far as it tells; of combined loaders as their mode counts. */
function samplesIn(source: BatchSource): number | undefined {
  if (source instanceof DataLoader) return source.samples;
  if (!(source instanceof CombinedLoader)) return undefined;
  const known = source.flattened.flatMap((loader) => (loader instanceof DataLoader ? (loader.samples ?? []) : []));
  if (known.length === 0) return undefined;
  if (source.mode === 'sequential') return known.reduce((sum, samples) => sum + samples);
  return source.mode === 'min_size' ? Math.min(...known) : Math.max(...known);
}

async function releaseAll(sources: readonly BatchSource[]): Promise<void> {
  for (const source of sources) {
    if (source instanceof CombinedLoader)
      await releaseAll(source.flattened as readonly BatchSource[]); // iterated alike
    else if (source instanceof DataLoader) await source.dispose();
  }
}
