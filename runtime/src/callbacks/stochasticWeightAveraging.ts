import { isParameter, type LightningModule, type LRSchedulerConfig, type StateDict } from '../core/index.js';
import { MisconfigurationError } from '../errors/index.js';
import { type Optimizer, type ScheduledGroup, SWALR } from '../optim/index.js';
import * as tf from '../tf.js';
import type { Trainer } from '../trainer/index.js';
import { AveragedWeights, type AverageFunction, equalAverage } from './averagedWeights.js';
import { Callback } from './callback.js';
import { checkOptionNames, checkWholeNumber, optionFault } from './checkOptions.js';
import { findRunningStatistics, type RunningStatistics } from './runningStatistics.js';

/** Options of {@link StochasticWeightAveraging}. */
export interface StochasticWeightAveragingOptions {
  /** The learning rate while averaging: one, or one for each parameter group. */
  swaLrs: number | readonly number[];
  /** Epoch to begin with, from 1; or a part of `maxEpochs`, as a number between 0 and 1 or as `'80%'`. Default 0.8. */
  swaEpochStart?: number | `${number}%`;
  /** Epochs in which the learning rate goes to `swaLrs`; default 10. */
  annealingEpochs?: number;
  /** Along a cosine or a straight line; default 'cos'. */
  annealingStrategy?: 'cos' | 'linear';
  /** How a weight is averaged; default: all count the same. */
  avgFn?: AverageFunction | null;
}

const NAME = 'StochasticWeightAveraging';
const DEFAULTS = { swaEpochStart: 0.8, annealingEpochs: 10, annealingStrategy: 'cos', avgFn: null } as const;

type SchedulerState = ReturnType<SWALR['stateDict']>;

/**
 * Averages the weights over the last epochs, with a learning rate that comes to rest, and puts the average into the module at the
 * end. With batch normalization one more epoch runs, forward only, that computes the running statistics anew. Cost: a second set of
 * the weights. State: the average, how many epochs are in it, the scheduler.
 * Source: PyTorch Lightning, `callbacks/stochastic_weight_avg.py`; Izmailov et al., 2018.
 */
export class StochasticWeightAveraging extends Callback {
  readonly #options: Required<StochasticWeightAveragingOptions>;
  #average: AveragedWeights | undefined;
  #scheduler: SWALR | undefined;
  /** Epoch to begin with, from 0. */
  #start = 0;
  #latestUpdateEpoch = -1;
  #statistics: RunningStatistics[] = [];
  /** Of the forward-only epoch; undefined outside of it. */
  #batches: number | undefined;
  /** What the Trainer had before this callback changed it. */
  #before: { readonly maxEpochs: number; readonly accumulateGradBatches: number } | undefined;
  #restored:
    | { readonly averaged: number; readonly weights: StateDict | null; readonly scheduler: SchedulerState | null }
    | undefined;

  /** @throws MisconfigurationError for an option that does not exist or has a value that is not allowed */
  constructor(options: StochasticWeightAveragingOptions) {
    super();
    checkOptionNames(NAME, options, ['swaLrs', ...Object.keys(DEFAULTS)]);
    this.#options = { ...DEFAULTS, ...options };
    check(this.#options);
  }

  override onFitStart(trainer: Trainer, module: LightningModule): void {
    checkRun(trainer);
    const { maxEpochs, accumulateGradBatches } = trainer;
    this.#start = Math.max(0, startEpoch(this.#options.swaEpochStart, maxEpochs) - 1);
    this.#average?.dispose();
    this.#average = new AveragedWeights(module.namedWeights());
    this.#scheduler = undefined;
    this.#before = { maxEpochs, accumulateGradBatches };
    this.#statistics = findRunningStatistics(module);
    if (this.#statistics.length > 0 && maxEpochs !== -1) trainer.maxEpochs++;
    const restored = this.#restored;
    this.#restored = undefined;
    if (!restored) {
      this.#latestUpdateEpoch = -1;
      return;
    }
    this.#average.numAveraged = restored.averaged;
    if (restored.weights) this.#average.loadStateDict(restored.weights, module);
    // Now, so that the Trainer finds the scheduler that the checkpoint's state belongs to.
    if (restored.scheduler) this.#begin(trainer, restored.scheduler);
  }

  override onTrainEpochStart(trainer: Trainer, module: LightningModule): void {
    const { currentEpoch } = trainer;
    const isAveraging = this.#start <= currentEpoch && currentEpoch <= this.#end;
    if (isAveraging && !this.#scheduler) this.#begin(trainer);
    if (isAveraging && currentEpoch > this.#latestUpdateEpoch) {
      this.#average?.update(this.#options.avgFn ?? equalAverage, ({ variable }) => !isParameter(variable));
      this.#latestUpdateEpoch = currentEpoch;
    }
    if (currentEpoch === this.#end + 1) this.#beginForwardEpoch(trainer, module);
  }

  override onTrainBatchStart(): void {
    if (this.#batches === undefined) return;
    this.#batches++;
    // All batches count the same in the end.
    for (const statistics of this.#statistics) statistics.setShare(1 / this.#batches);
  }

  override onTrainEpochEnd(trainer: Trainer): void {
    trainer.skipsBackward = false;
  }

  override onTrainEnd(trainer: Trainer): void {
    const last = trainer.currentEpoch - 1; // it is counted by now
    const { maxEpochs } = trainer;
    if (this.#batches === undefined && (last === this.#end || maxEpochs === -1)) this.#transfer();
    this.#restoreTrainer(trainer);
  }

  /** A run that goes on from its very end has no training that could end. */
  override onFitEnd(trainer: Trainer): void {
    if (this.#before) this.onTrainEnd(trainer);
  }

  override onException(trainer: Trainer): void {
    this.#restoreTrainer(trainer);
  }

  override dispose(): void {
    this.#average?.dispose();
    this.#average = undefined;
  }

  override async stateDict(): Promise<Record<string, unknown>> {
    return {
      n_averaged: this.#average?.numAveraged ?? 0,
      latest_update_epoch: this.#latestUpdateEpoch,
      scheduler_state: this.#scheduler?.stateDict() ?? null,
      average_model_state: (await this.#average?.stateDict()) ?? null,
    };
  }

  override loadStateDict(state: Record<string, unknown>): void {
    const record = (key: string) => (typeof state[key] === 'object' ? state[key] : null);
    const number = (key: string, otherwise: number) => (typeof state[key] === 'number' ? state[key] : otherwise);
    this.#latestUpdateEpoch = number('latest_update_epoch', -1);
    // Checked where they are loaded: the average by its names and shapes, the scheduler's state by the scheduler.
    this.#restored = {
      averaged: number('n_averaged', 0),
      weights: record('average_model_state') as StateDict | null,
      scheduler: record('scheduler_state') as SchedulerState | null,
    };
  }

  /** Last epoch of averaging, from 0. */
  get #end(): number {
    const maxEpochs = this.#before?.maxEpochs ?? -1;
    return maxEpochs === -1 ? Number.POSITIVE_INFINITY : maxEpochs - 1;
  }

  #begin(trainer: Trainer, state?: SchedulerState): void {
    const [optimizer] = trainer.optimizers;
    if (!optimizer) return; // checkRun saw one
    const { annealingEpochs, annealingStrategy } = this.#options;
    const rates = this.ratesFor(optimizer);
    for (const [index, group] of (optimizer.paramGroups as ScheduledGroup[]).entries()) {
      const rate = rates[index];
      if (rate !== undefined) group.initialLr = rate;
    }
    this.#scheduler = new SWALR(optimizer, {
      swaLr: rates,
      annealEpochs: annealingEpochs,
      annealStrategy: annealingStrategy,
      // A number that is not -1 keeps the rates as they are, which is what the cosine starts from.
      lastEpoch: annealingStrategy === 'cos' ? Math.max(0, this.#before?.maxEpochs ?? 0) : -1,
    });
    if (state) this.#scheduler.loadStateDict(state);
    this.#replaceScheduler(trainer, this.#scheduler);
  }

  /** The learning rates to come to, one for each parameter group. */
  protected ratesFor(optimizer: Optimizer): readonly number[] {
    const { swaLrs } = this.#options;
    return typeof swaLrs === 'number' ? optimizer.paramGroups.map(() => swaLrs) : swaLrs;
  }

  #replaceScheduler(trainer: Trainer, scheduler: SWALR): void {
    const [replaced] = trainer.lrSchedulerConfigs;
    if (replaced && (replaced.interval !== 'epoch' || replaced.frequency !== 1)) {
      process.emitWarning(
        `SWA is currently only supported every epoch. Found a scheduler with interval '${replaced.interval}' and frequency ${replaced.frequency}.`,
      );
    }
    if (replaced) trainer.print(`Swapping scheduler \`${replaced.scheduler.constructor.name}\` for \`SWALR\``);
    const config: LRSchedulerConfig = {
      scheduler,
      interval: 'epoch',
      frequency: 1,
      monitor: null,
      strict: true,
      name: null,
      reduceOnPlateau: false,
    };
    trainer.replaceLRSchedulers([config]);
  }

  /** One pass over the data that only moves running statistics: those of the raw weights do not fit the average. */
  #beginForwardEpoch(trainer: Trainer, module: LightningModule): void {
    this.#transfer();
    for (const { mean, variance } of this.#statistics) {
      tf.tidy(() => {
        mean.assign(tf.zerosLike(mean));
        variance.assign(tf.onesLike(variance));
      });
    }
    this.#batches = 0;
    trainer.skipsBackward = true;
    // One update at the very end, which finds no gradients.
    trainer.accumulateGradBatches = (trainer.numTrainingBatches ?? Number.MAX_SAFE_INTEGER - 1) + 1;
    module.zeroGrad();
  }

  /** The average becomes the module's weights; running statistics stay. */
  #transfer(): void {
    this.#average?.copyToModule(({ variable }) => isParameter(variable));
  }

  #restoreTrainer(trainer: Trainer): void {
    for (const statistics of this.#statistics) statistics.restore();
    this.#statistics = [];
    this.#batches = undefined;
    if (this.#before) Object.assign(trainer, this.#before);
    this.#before = undefined;
    trainer.skipsBackward = false;
  }
}

function check({
  swaLrs,
  swaEpochStart,
  annealingEpochs,
  annealingStrategy,
  avgFn,
}: StochasticWeightAveragingOptions): void {
  const rates: readonly unknown[] = [swaLrs].flat();
  if (rates.length === 0 || !rates.every((rate) => typeof rate === 'number' && rate > 0)) {
    throw optionFault(NAME, 'swaLrs', swaLrs, '`swaLrs` should be a positive number, or a list of positive ones');
  }
  if (fractionOf(swaEpochStart) === undefined && !(Number.isInteger(swaEpochStart) && Number(swaEpochStart) >= 1)) {
    const allowed = "swaEpochStart should be a >0 integer or a fraction between 0 and 1, such as 0.8 or '80%'";
    throw optionFault(NAME, 'swaEpochStart', swaEpochStart, allowed);
  }
  checkWholeNumber(NAME, 'annealingEpochs', annealingEpochs, 0);
  if (annealingStrategy !== 'cos' && annealingStrategy !== 'linear') {
    throw optionFault(NAME, 'annealingStrategy', annealingStrategy, "'cos' or 'linear'");
  }
  if (avgFn && typeof avgFn !== 'function') throw optionFault(NAME, 'avgFn', avgFn, 'a function');
}

/** A part of the whole, or undefined for a count. */
function fractionOf(start: unknown): number | undefined {
  if (typeof start === 'number') return start > 0 && start < 1 ? start : undefined;
  const percent = typeof start === 'string' ? /^(\d+(?:\.\d+)?)%$/.exec(start)?.[1] : undefined;
  return percent !== undefined && Number(percent) <= 100 ? Number(percent) / 100 : undefined;
}

function startEpoch(start: number | string, maxEpochs: number): number {
  const fraction = fractionOf(start);
  if (fraction === undefined) return Number(start);
  if (maxEpochs !== -1) return Math.trunc(maxEpochs * fraction);
  throw new MisconfigurationError({
    code: 'swa-start',
    found: 'SWA with `swaEpochStart` as a fraction (a float) is not supported when `maxEpochs=-1`.',
    fix: 'Please provide `swaEpochStart` as an integer.',
  });
}

function checkRun({ optimizers, lrSchedulerConfigs }: Trainer): void {
  if (optimizers.length !== 1) {
    throw new MisconfigurationError({
      code: 'several-optimizers',
      found: `SWA currently works with 1 \`optimizer\`, and there are ${optimizers.length}.`,
      fix: 'Remove StochasticWeightAveraging, or use one optimizer.',
    });
  }
  if (lrSchedulerConfigs.length > 1) {
    throw new MisconfigurationError({
      code: 'several-schedulers',
      found: `SWA is currently not supported for more than 1 \`lr_scheduler\`, and there are ${lrSchedulerConfigs.length}.`,
      fix: 'Remove StochasticWeightAveraging, or use one scheduler.',
    });
  }
}
