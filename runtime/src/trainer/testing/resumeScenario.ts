/** Runs of every shape, drawn from a number, for the test that stops and resumes them. Not part of the package. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Callback,
  EarlyStopping,
  EMAWeightAveraging,
  GradientAccumulationScheduler,
  ModelCheckpoint,
  StochasticWeightAveraging,
} from '../../callbacks/index.js';
import { CombinedLoader, DataLoader, TensorDataset } from '../../data/index.js';
import * as optim from '../../optim/index.js';
import { Generator } from '../../random/index.js';
import { type TinyBatch, TinyModule } from '../../testing/tiny.js';
import * as tf from '../../tf.js';
import type { TrainerOptions } from '../options.js';

const MODES = ['single', 'min_size', 'max_size', 'max_size_cycle'] as const;
const SCHEDULERS = ['none', 'step', 'epoch', 'plateau by step', 'plateau by epoch'] as const;
const EXTRAS = ['none', 'EarlyStopping', 'SWA', 'EMA', 'GradientAccumulationScheduler'] as const;
const MONITORS = ['val_loss', 'train_loss', 'train_loss_epoch', undefined] as const;
const OPTIMIZERS = { SGD: optim.SGD, Adam: optim.Adam, RMSprop: optim.RMSprop } as const;

/** What a run is made of. */
export interface Scenario {
  readonly loaders: (typeof MODES)[number];
  readonly shuffle: boolean;
  readonly prefetchFactor: number;
  readonly accumulateGradBatches: number;
  readonly isManual: boolean;
  readonly optimizer: keyof typeof OPTIMIZERS;
  readonly scheduler: (typeof SCHEDULERS)[number];
  readonly extra: (typeof EXTRAS)[number];
  readonly monitor: (typeof MONITORS)[number];
  readonly saveTopK: number;
  readonly everyNTrainSteps: number;
  readonly saveLast: boolean | 'link';
  readonly valCheckInterval: number;
  readonly checkValEveryNEpoch: number | null;
  readonly limitTrainBatches: number | undefined;
  readonly dropout: boolean;
  readonly maxEpochs: number;
  readonly reloadDataloadersEveryNEpochs: number;
  /** Batches, counted from the start or from the stop before, after which the run is stopped. */
  readonly stops: readonly number[];
}

/** The scenario of a number: always the same. */
export function drawScenario(seed: number): Scenario {
  const generator = new Generator(seed);
  const below = (limit: number) => generator.int(limit);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T; // within its length
  const isManual = below(4) === 0;
  const extra = isManual ? pick(['none', 'EarlyStopping', 'EMA'] as const) : pick(EXTRAS);
  const ownSteps = isManual || extra === 'GradientAccumulationScheduler';
  return {
    loaders: pick(MODES),
    shuffle: below(3) > 0,
    prefetchFactor: pick([0, 0, 2]),
    accumulateGradBatches: ownSteps ? 1 : pick([1, 1, 2, 3]),
    isManual,
    optimizer: pick(['SGD', 'Adam', 'RMSprop'] as const),
    scheduler: isManual
      ? pick(['none', 'step'] as const)
      : extra === 'SWA'
        ? pick(['none', 'epoch'] as const)
        : pick(SCHEDULERS),
    extra,
    monitor: pick(MONITORS),
    saveTopK: pick([1, 2, -1]),
    everyNTrainSteps: pick([0, 0, 1, 2]),
    saveLast: pick([false, true, 'link'] as const),
    valCheckInterval: pick([1.0, 1.0, 0.5, 2]),
    checkValEveryNEpoch: pick([1, 1, 2]),
    limitTrainBatches: pick([undefined, undefined, 4]),
    dropout: below(2) === 0,
    maxEpochs: 3,
    reloadDataloadersEveryNEpochs: pick([0, 0, 1]),
    stops: Array.from({ length: 1 + below(2) }, () => 1 + below(8)),
  };
}

function loader(samples: number, seed: number, { shuffle, prefetchFactor }: Scenario): DataLoader<TinyBatch> {
  const x = Float32Array.from({ length: samples * 4 }, (_, i) => Math.sin(i * 1.3 + seed));
  const y = Float32Array.from({ length: samples }, (_, i) => x[i * 4] ?? 0);
  const dataset = new TensorDataset({ data: x, shape: [samples, 4] }, { data: y, shape: [samples, 1] });
  return new DataLoader(dataset, { batchSize: 2, shuffle, seed, prefetchFactor }) as DataLoader<TinyBatch>;
}

/** The loaders of a scenario, new ones. */
export function loadersOf(scenario: Scenario) {
  const { loaders } = scenario;
  return {
    trainDataloader:
      loaders === 'single'
        ? loader(12, 1, scenario)
        : new CombinedLoader([loader(12, 1, scenario), loader(8, 2, scenario)], { mode: loaders }),
    valDataloaders: loader(4, 3, { ...scenario, shuffle: false }),
  };
}

/** Learns as its scenario says. */
export class ScenarioModule extends TinyModule {
  readonly #scenario: Scenario;

  constructor(scenario: Scenario) {
    super();
    this.#scenario = scenario;
    this.automaticOptimization = !scenario.isManual;
  }

  override trainingStep(batch: never, batchIdx: number): never {
    return (this.#scenario.isManual ? this.#byHand(batch, batchIdx) : this.#lossOf(batch)) as never; // the base names one pair
  }

  #lossOf(batch: TinyBatch | readonly (TinyBatch | null)[]): tf.Scalar {
    const members =
      this.#scenario.loaders === 'single' ? [batch as TinyBatch] : (batch as readonly (TinyBatch | null)[]);
    const losses = members.flatMap((member) => {
      if (!member) return [];
      const [x, y] = member;
      return [this.loss(this.#scenario.dropout ? tf.dropout(x, 0.4) : x, y)];
    });
    const loss = tf.addN(losses) as tf.Scalar;
    this.log('train_loss', loss, { onStep: true, onEpoch: true, batchSize: members.length });
    this.log('largest', loss, { onStep: false, onEpoch: true, reduceFx: 'max', batchSize: 1 });
    return loss;
  }

  async #byHand(batch: never, batchIdx: number): Promise<void> {
    const optimizer = this.optimizers()[batchIdx % 2];
    optimizer?.zeroGrad();
    await this.manualBackward(this.#lossOf(batch));
    await optimizer?.step();
    if (this.#scenario.scheduler === 'step') this.lrSchedulers()[0]?.step();
  }

  override configureOptimizers(): never {
    return this.#configure() as never; // of many forms
  }

  #configure(): unknown {
    const { optimizer: name, scheduler: kind, isManual } = this.#scenario;
    const momentum = name === 'SGD' ? { momentum: 0.9 } : {};
    const make = () => new OPTIMIZERS[name](this.parameters(), { lr: 0.02, ...momentum });
    if (isManual) {
      const optimizers = [make(), new optim.Adam(this.parameters())];
      return [
        optimizers,
        kind === 'none' ? [] : [new optim.ExponentialLR(optimizers[0] as optim.Optimizer, { gamma: 0.9 })],
      ];
    }
    const optimizer = make();
    if (kind === 'none') return optimizer;
    if (kind === 'step' || kind === 'epoch') {
      const scheduler = new optim.StepLR(optimizer, { stepSize: kind === 'step' ? 2 : 1, gamma: 0.7 });
      return { optimizer, lrScheduler: { scheduler, interval: kind } };
    }
    const scheduler = new optim.ReduceLROnPlateau(optimizer, { factor: 0.5, patience: 0, threshold: 0.5 });
    const interval = kind === 'plateau by step' ? 'step' : 'epoch';
    const monitor = kind === 'plateau by step' ? 'train_loss_step' : 'train_loss_epoch';
    return { optimizer, lrScheduler: { scheduler, interval, monitor, strict: false } };
  }
}

/** The callbacks of a scenario, new ones. */
export function callbacksOf(scenario: Scenario, dirpath: string): Callback[] {
  const { extra, monitor, saveTopK, everyNTrainSteps, saveLast } = scenario;
  const checkpoint = new ModelCheckpoint({
    dirpath,
    saveLast,
    saveTopK: monitor === undefined && saveTopK === 2 ? 1 : saveTopK,
    ...(monitor !== undefined && { monitor }),
    ...(monitor === 'train_loss_epoch' && { saveOnTrainEpochEnd: true }), // it is not there before
    ...(everyNTrainSteps > 0 && { everyNTrainSteps }),
  });
  const others: Readonly<Record<Scenario['extra'], () => Callback[]>> = {
    none: () => [],
    EarlyStopping: () => [
      new EarlyStopping({ monitor: 'train_loss_epoch', patience: 1, minDelta: 0.3, checkOnTrainEpochEnd: true }),
    ],
    SWA: () => [new StochasticWeightAveraging({ swaLrs: 0.01, swaEpochStart: 1, annealingEpochs: 1 })],
    EMA: () => [new EMAWeightAveraging({ decay: 0.8 })],
    GradientAccumulationScheduler: () => [new GradientAccumulationScheduler({ scheduling: { 1: 2 } })],
  };
  return [...others[extra](), checkpoint];
}

/** The Trainer's options of a scenario. */
export function optionsOf(scenario: Scenario): TrainerOptions {
  const { accumulateGradBatches, valCheckInterval, checkValEveryNEpoch, limitTrainBatches, maxEpochs } = scenario;
  const { reloadDataloadersEveryNEpochs } = scenario;
  return {
    maxEpochs,
    accumulateGradBatches,
    valCheckInterval,
    checkValEveryNEpoch,
    reloadDataloadersEveryNEpochs,
    logEveryNSteps: 1,
    ...(limitTrainBatches !== undefined && { limitTrainBatches }),
  };
}

/** The rows of all metrics.csv below a folder, in the order of its runs, without empty cells. */
export function csvRows(folder: string): Record<string, string>[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('metrics.csv'),
  );
  const version = (name: string) => Number(/version_(\d+)/.exec(name)?.[1]);
  return files
    .sort((a, b) => version(a) - version(b))
    .flatMap((name) => {
      const [header = '', ...lines] = readFileSync(join(folder, name), 'utf8').trim().split('\n');
      const names = header.split(',');
      return lines.map((line) =>
        Object.fromEntries(line.split(',').flatMap((cell, index) => (cell === '' ? [] : [[names[index], cell]]))),
      );
    });
}
