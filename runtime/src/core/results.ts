import { MisconfigurationError } from '../errors/index.js';
import * as tf from '../tf.js';
import type { HookName } from './hookTable.js';
import {
  areSameSettings,
  checkOptionNames,
  type LogOptions,
  type LogSettings,
  settleLogOptions,
} from './logOptions.js';
import { isMetricObject, type MetricObject } from './metricObject.js';
import { type MetricState, readMetricStates } from './resultState.js';

/** What can be logged: a number, a tensor with one element, or an object that computes one. */
export type LogValue = number | tf.Tensor | MetricObject;

/** Where `log` was called. */
export interface LogSite {
  readonly hook: HookName;
  /** Undefined unless several evaluation loaders run. */
  readonly dataloaderIdx: number | undefined;
  /** Samples in the current batch, found when needed. */
  readonly batchSize: () => number;
}

/** Stands between a metric's name and the number of its loader. */
const LOADER_SUFFIX = '/dataloader_idx_';

/** What a metric has added up. */
interface Values {
  readonly sum: number;
  readonly weight: number;
  readonly extreme: number;
  readonly last: number | undefined;
  readonly hasValue: boolean;
}

/** One logged name in one hook. */
class ResultMetric {
  #sum = 0;
  #weight = 0;
  #extreme: number;
  #last: number | undefined;
  #object: MetricObject | undefined;
  /** The batch that added to it last, and what there was before that. */
  #batch = -1;
  #before: Values | undefined;
  /** False until the first value of this epoch. */
  hasValue = false;
  /** Names of the step's value and of the epoch's, which differ where there are both. */
  readonly names: { readonly plain: string; readonly step: string; readonly epoch: string };

  constructor(
    readonly hook: HookName,
    readonly name: string,
    readonly dataloaderIdx: number | undefined,
    suffix: string,
    readonly settings: LogSettings,
  ) {
    const isForked = settings.onStep && settings.onEpoch;
    const plain = name + suffix;
    this.names = {
      plain,
      step: isForked ? `${name}_step${suffix}` : plain,
      epoch: isForked ? `${name}_epoch${suffix}` : plain,
    };
    this.#extreme = settings.reduceFx === 'min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  }

  /** @param batch number of the batch, whose values {@link state} can leave out */
  add(value: number, batchSize: number, batch: number): void {
    if (batch !== this.#batch) {
      this.#batch = batch;
      this.#before = {
        sum: this.#sum,
        weight: this.#weight,
        extreme: this.#extreme,
        last: this.#last,
        hasValue: this.hasValue,
      };
    }
    this.hasValue = true;
    this.#last = value;
    const { reduceFx } = this.settings;
    if (reduceFx === 'mean') {
      this.#sum += value * batchSize;
      this.#weight += batchSize;
    } else if (reduceFx === 'sum') this.#sum += value;
    // Math.min and Math.max pass NaN on, as torch's do.
    else this.#extreme = reduceFx === 'min' ? Math.min(this.#extreme, value) : Math.max(this.#extreme, value);
  }

  /** Takes a metric object, which keeps its values itself. */
  addObject(object: MetricObject): void {
    this.hasValue = true;
    this.#object = object;
    const { batchValue } = object;
    this.#last = batchValue === undefined ? undefined : toNumber(this.name, batchValue);
  }

  /** The latest step value; undefined for a metric object that has none. */
  get last(): number | undefined {
    return this.#last;
  }

  get reduced(): number {
    if (this.#object) return toNumber(this.name, this.#object.compute());
    const { reduceFx } = this.settings;
    if (reduceFx === 'mean') return this.#sum / this.#weight;
    return reduceFx === 'sum' ? this.#sum : this.#extreme;
  }

  /**
   * Undefined for a metric object, which keeps its values itself, and without a value.
   * @param unfinished a batch that will be done again, and whose values do not count
   */
  state(unfinished: number | undefined): MetricState | undefined {
    const { hook, name } = this;
    const now = {
      sum: this.#sum,
      weight: this.#weight,
      extreme: this.#extreme,
      last: this.#last,
      hasValue: this.hasValue,
    };
    const { last, ...values } =
      unfinished !== undefined && unfinished === this.#batch && this.#before ? this.#before : now;
    if (this.#object || !values.hasValue) return undefined;
    const { metricAttribute: _, ...settings } = this.settings; // of metric objects only
    const suffix = this.names.plain.slice(name.length);
    return { hook, name, suffix, settings: { ...settings, metricAttribute: undefined }, last: last ?? null, ...values };
  }

  restore({ sum, weight, extreme, last, hasValue }: MetricState): void {
    this.#sum = sum;
    this.#weight = weight;
    this.#extreme = extreme;
    this.#last = last ?? undefined;
    this.hasValue = hasValue;
  }

  reset(): void {
    this.#object?.reset();
    this.#sum = 0;
    this.#weight = 0;
    this.#extreme = this.settings.reduceFx === 'min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    this.hasValue = false;
  }
}

/** Metrics by name, for the three that want them. */
export interface MetricSets {
  readonly logged: Record<string, number>;
  readonly callback: Record<string, number>;
  readonly progressBar: Record<string, number>;
}

/**
 * What was logged in one training epoch, or in one evaluation.
 * Source: PyTorch Lightning, `trainer/connectors/logger_connector/result.py` (names, forks, reductions).
 */
export class ResultCollection {
  readonly #isTraining: boolean;
  readonly #metrics = new Map<string, ResultMetric>();
  #batch = 0;

  constructor(kind: 'training' | 'evaluation') {
    this.#isTraining = kind === 'training';
  }

  /**
   * Takes one logged value.
   * @throws MisconfigurationError for a hook, option or value that is not allowed
   */
  log(site: LogSite, name: string, value: LogValue, options: LogOptions): void {
    const object = isMetricObject(value) ? value : undefined;
    const number = object ? Number.NaN : toNumber(name, value);
    const settings = settleLogOptions(site.hook, name, options);
    const { dataloaderIdx } = site;
    const suffix = dataloaderIdx !== undefined && settings.addDataloaderIdx ? `${LOADER_SUFFIX}${dataloaderIdx}` : '';
    const key = dataloaderIdx === undefined ? `${site.hook}.${name}` : `${site.hook}.${name}.${dataloaderIdx}`;
    let metric = this.#metrics.get(key);
    if (!metric) {
      checkOptionNames(name, options);
      this.#checkName(name, site, settings);
      metric = new ResultMetric(site.hook, name, dataloaderIdx, suffix, settings);
      this.#metrics.set(key, metric);
    } else if (!areSameSettings(metric.settings, settings)) {
      throw new MisconfigurationError({
        code: 'log-options-changed',
        found: `log('${name}') was called twice in ${site.hook} with different arguments, which is not allowed.`,
        fix: 'Use one name for each combination of options.',
      });
    }
    if (object) {
      metric.addObject(object);
      return;
    }
    const isWeighted = settings.onEpoch && settings.reduceFx === 'mean';
    metric.add(number, isWeighted ? (options.batchSize ?? site.batchSize()) : 1, this.#batch);
  }

  /** Checked for the first value only: the name stays the same. */
  #checkName(name: string, { hook, dataloaderIdx }: LogSite, settings: LogSettings): void {
    if (name.includes(LOADER_SUFFIX)) {
      throw new MisconfigurationError({
        code: 'log-name',
        found: `log('${name}'): the name holds '${LOADER_SUFFIX}', which is added where there are several loaders.`,
        fix: 'Use another name.',
      });
    }
    if (settings.addDataloaderIdx) return;
    const other = [...this.#metrics.values()].find(
      (metric) => metric.name === name && metric.hook === hook && metric.dataloaderIdx !== dataloaderIdx,
    );
    if (!other) return;
    throw new MisconfigurationError({
      code: 'log-loaders',
      found: `log('${name}') was called for several loaders with addDataloaderIdx: false, so that they would be mixed.`,
      fix: 'Leave addDataloaderIdx at true, or give each loader a name of its own.',
    });
  }

  /**
   * The latest step values of what was logged while this loader ran.
   * @param into what they are written into
   */
  stepMetrics(dataloaderIdx?: number, into: MetricSets = emptySets()): MetricSets {
    for (const metric of this.#metrics.values()) {
      const { settings, names, last } = metric;
      if (metric.dataloaderIdx !== dataloaderIdx || !metric.hasValue || !settings.onStep || last === undefined)
        continue;
      if (settings.logger) into.logged[names.step] = last;
      if (settings.progBar) into.progressBar[names.step] = last;
      if (!this.#isTraining) continue; // of an evaluation callbacks see the epoch's values only
      into.callback[names.plain] = last;
      into.callback[names.step] = last;
    }
    return into;
  }

  /** The epoch's values so far. @param into what they are written into */
  epochMetrics(into: MetricSets = emptySets()): MetricSets {
    for (const metric of this.#metrics.values()) {
      const { settings, names } = metric;
      if (!metric.hasValue || !settings.onEpoch) continue;
      const value = metric.reduced;
      if (settings.logger) into.logged[names.epoch] = value;
      if (settings.progBar) into.progressBar[names.epoch] = value;
      into.callback[names.plain] = value;
      into.callback[names.epoch] = value;
    }
    return into;
  }

  /** A new batch begins: what is logged from now on is of that one. */
  beginBatch(): void {
    this.#batch++;
  }

  /**
   * The epoch's sums so far, of numbers and tensors, fit for JSON; metric objects keep their own.
   * @param isMidBatch true where the latest batch will be done again
   */
  stateDict(isMidBatch = false): MetricState[] {
    const unfinished = isMidBatch ? this.#batch : undefined;
    return [...this.#metrics.values()].flatMap((metric) => metric.state(unfinished) ?? []);
  }

  /** Goes on with the sums that {@link stateDict} returned; what is none of them is left out. */
  loadStateDict(saved: unknown): void {
    for (const state of readMetricStates(saved)) {
      const { hook, name, suffix, settings } = state;
      const metric = new ResultMetric(hook, name, undefined, suffix, settings);
      metric.restore(state);
      this.#metrics.set(`${hook}.${name}`, metric);
    }
  }

  /** Begins the next epoch. */
  reset(): void {
    for (const metric of this.#metrics.values()) metric.reset();
  }
}

function emptySets(): MetricSets {
  return { logged: {}, callback: {}, progressBar: {} };
}

function toNumber(name: string, value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  if (value instanceof tf.Tensor && value.size === 1) {
    // Our engines keep their values in this process, so that reading one is a copy and no wait.
    return Number(value.dataSync()[0]);
  }
  const found = value instanceof tf.Tensor ? `a tensor of shape [${value.shape}]` : typeof value;
  throw new MisconfigurationError({
    code: 'log-value',
    found: `log('${name}') was given ${found}.`,
    allowed: 'a number, or a tensor with one element',
    fix: value instanceof tf.Tensor ? 'Reduce it first, for example with tf.mean.' : 'Pass a number.',
  });
}
