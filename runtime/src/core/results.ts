import { MisconfigurationError } from '../errors/index.js';
import * as tf from '../tf.js';
import { HOOKS, type HookLogging, type HookName } from './hookTable.js';

/** What can be logged: a number, or a tensor with one element. */
export type LogValue = number | tf.Tensor;

/** How step values become an epoch value. */
export const REDUCTIONS = ['mean', 'sum', 'min', 'max'] as const;
export type Reduction = (typeof REDUCTIONS)[number];

/** Options of `log`. Defaults of `onStep` and `onEpoch` depend on the hook, see the hook table. */
export interface LogOptions {
  /** Show it in the progress bar; default false. */
  progBar?: boolean;
  /** Send it to the loggers; default true. */
  logger?: boolean;
  onStep?: boolean;
  onEpoch?: boolean;
  /** Default 'mean', weighted by batch size. */
  reduceFx?: Reduction;
  /** Samples in the batch; default: the first dimension of the batch's first tensor. */
  batchSize?: number;
  /** Append `/dataloader_idx_N` where there are several loaders; default true. */
  addDataloaderIdx?: boolean;
}

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

type Settings = Required<Omit<LogOptions, 'batchSize'>>;

/** One logged name in one hook. */
class ResultMetric {
  #sum = 0;
  #weight = 0;
  #extreme: number;
  #last = Number.NaN;
  /** False until the first value of this epoch. */
  hasValue = false;

  constructor(
    readonly hook: HookName,
    readonly name: string,
    readonly dataloaderIdx: number | undefined,
    readonly suffix: string,
    readonly settings: Settings,
  ) {
    this.#extreme = settings.reduceFx === 'min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  }

  add(value: number, batchSize: number): void {
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

  get last(): number {
    return this.#last;
  }

  get reduced(): number {
    const { reduceFx } = this.settings;
    if (reduceFx === 'mean') return this.#sum / this.#weight;
    return reduceFx === 'sum' ? this.#sum : this.#extreme;
  }

  reset(): void {
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

  constructor(kind: 'training' | 'evaluation') {
    this.#isTraining = kind === 'training';
  }

  /**
   * Takes one logged value.
   * @throws MisconfigurationError for a hook, option or value that is not allowed
   */
  log(site: LogSite, name: string, value: LogValue, options: LogOptions): void {
    const number = toNumber(name, value);
    const settings = settle(site.hook, name, options);
    const { dataloaderIdx } = site;
    const suffix = dataloaderIdx !== undefined && settings.addDataloaderIdx ? `${LOADER_SUFFIX}${dataloaderIdx}` : '';
    const key = `${site.hook}.${name}.${dataloaderIdx ?? ''}`;
    let metric = this.#metrics.get(key);
    if (!metric) {
      this.#checkName(name, site, settings);
      metric = new ResultMetric(site.hook, name, dataloaderIdx, suffix, settings);
      this.#metrics.set(key, metric);
    } else if (!equal(metric.settings, settings)) {
      throw new MisconfigurationError({
        code: 'log-options-changed',
        found: `log('${name}') was called twice in ${site.hook} with different options.`,
        fix: 'Use one name for each combination of options.',
      });
    }
    const isWeighted = settings.onEpoch && settings.reduceFx === 'mean';
    metric.add(number, isWeighted ? (options.batchSize ?? site.batchSize()) : 1);
  }

  /** Checked for the first value only: the name stays the same. */
  #checkName(name: string, { hook, dataloaderIdx }: LogSite, settings: Settings): void {
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

  /** The latest step values of what was logged while this loader ran. */
  stepMetrics(dataloaderIdx?: number): MetricSets {
    return this.#collect(true, (metric) => metric.dataloaderIdx === dataloaderIdx);
  }

  /** The epoch's values so far. */
  epochMetrics(): MetricSets {
    return this.#collect(false);
  }

  /** Begins the next epoch. */
  reset(): void {
    for (const metric of this.#metrics.values()) metric.reset();
  }

  #collect(onStep: boolean, isWanted: (metric: ResultMetric) => boolean = () => true): MetricSets {
    const sets: MetricSets = { logged: {}, callback: {}, progressBar: {} };
    for (const metric of this.#metrics.values()) {
      const { settings, suffix } = metric;
      if (!isWanted(metric) || !metric.hasValue || !(onStep ? settings.onStep : settings.onEpoch)) continue;
      const value = onStep ? metric.last : metric.reduced;
      const isForked = settings.onStep && settings.onEpoch;
      const name = metric.name + suffix;
      const forkedName = isForked ? `${metric.name}_${onStep ? 'step' : 'epoch'}${suffix}` : name;
      if (settings.logger) sets.logged[forkedName] = value;
      if (settings.progBar) sets.progressBar[forkedName] = value;
      if (!this.#isTraining && onStep) continue;
      sets.callback[name] = value;
      sets.callback[forkedName] = value;
    }
    return sets;
  }
}

function settle(hook: HookName, name: string, options: LogOptions): Settings {
  const rule: HookLogging | null = HOOKS[hook].log;
  if (!rule) {
    throw new MisconfigurationError({
      code: 'log-in-forbidden-hook',
      found: `log('${name}') was called in ${hook}, where nothing can be logged.`,
      fix: 'Log in a step or in an epoch-end hook instead.',
    });
  }
  const onStep = options.onStep ?? rule.default === 'step';
  const onEpoch = options.onEpoch ?? rule.default === 'epoch';
  if (onStep && !rule.onStep) {
    throw new MisconfigurationError({
      code: 'log-on-step',
      found: `log('${name}', …, { onStep: true }) was called in ${hook}, which is called once an epoch.`,
      allowed: 'onEpoch: true',
    });
  }
  if (!onStep && !onEpoch) {
    throw new MisconfigurationError({
      code: 'log-never',
      found: `log('${name}') was called in ${hook} with onStep and onEpoch false, so it would never be seen.`,
      fix: 'Set one of them to true.',
    });
  }
  const reduceFx = options.reduceFx ?? 'mean';
  if (!REDUCTIONS.includes(reduceFx)) {
    throw new MisconfigurationError({
      code: 'log-reduce',
      found: `log('${name}'): reduceFx is '${String(reduceFx)}'.`,
      allowed: REDUCTIONS.map((reduction) => `'${reduction}'`).join(', '),
    });
  }
  return {
    onStep,
    onEpoch,
    reduceFx,
    progBar: options.progBar ?? false,
    logger: options.logger ?? true,
    addDataloaderIdx: options.addDataloaderIdx ?? true,
  };
}

function toNumber(name: string, value: LogValue): number {
  if (typeof value === 'number') return value;
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

function equal(a: Settings, b: Settings): boolean {
  return (Object.keys(a) as (keyof Settings)[]).every((key) => a[key] === b[key]);
}
