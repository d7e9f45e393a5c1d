/** Runs that are stopped at random batches and go on end as the uninterrupted one, bit for bit: with several loaders, windows, updates by hand. */
import { beforeAll, describe, expect, it } from 'vitest';
import { Callback } from '../callbacks/index.js';
import { CombinedLoader, type CombinedMode, DataLoader, TensorDataset } from '../data/index.js';
import * as optim from '../optim/index.js';
import { quietTrainer, startTestEngine, type TinyBatch, TinyModule, weightsOf } from '../testing/tiny.js';
import * as tf from '../tf.js';
import type { TrainerOptions } from './options.js';
import type { Trainer } from './trainer.js';

beforeAll(startTestEngine);

class StopAfter extends Callback {
  constructor(private left: number) {
    super();
  }

  override onTrainBatchEnd(trainer: Trainer): void {
    if (--this.left === 0) void trainer.command({ command: 'stop' });
  }
}

function loader(samples: number, seed: number): DataLoader<TinyBatch> {
  const x = Float32Array.from({ length: samples * 4 }, (_, i) => Math.sin(i * 1.3 + seed));
  const y = Float32Array.from({ length: samples }, (_, i) => x[i * 4] ?? 0);
  const dataset = new TensorDataset({ data: x, shape: [samples, 4] }, { data: y, shape: [samples, 1] });
  return new DataLoader(dataset, { batchSize: 2, shuffle: true, seed }) as DataLoader<TinyBatch>;
}

/** Learns from whatever members a batch has, and steps its scheduler. */
class Several extends TinyModule {
  override trainingStep(batch: never, _batchIdx: number): never {
    return this.lossOf(batch) as never; // the tests' base class names one pair
  }

  lossOf(batch: readonly (TinyBatch | null)[]): tf.Scalar {
    const losses = batch.flatMap((member) => (member ? [this.loss(...member)] : []));
    return tf.addN(losses);
  }

  override configureOptimizers(): never {
    const optimizer = new optim.SGD(this.parameters(), { lr: 0.1, momentum: 0.9 });
    const scheduler = new optim.StepLR(optimizer, { stepSize: 3, gamma: 0.7 });
    return { optimizer, lrScheduler: { scheduler, interval: 'step' } } as never;
  }
}

/** The same by hand: two optimizers in turn. */
class ByHand extends Several {
  override automaticOptimization = false;

  override trainingStep(batch: never, batchIdx: number): never {
    return this.run(batch, batchIdx) as never;
  }

  async run(batch: readonly (TinyBatch | null)[], batchIdx: number): Promise<void> {
    const optimizer = this.optimizers()[batchIdx % 2];
    optimizer?.zeroGrad();
    await this.manualBackward(this.lossOf(batch));
    await optimizer?.step();
    this.lrSchedulers()[0]?.step();
  }

  override configureOptimizers(): never {
    const optimizers = [new optim.Adam(this.parameters()), new optim.RMSprop(this.parameters(), { lr: 0.01 })];
    return [optimizers, [new optim.ExponentialLR(optimizers[0] as optim.Optimizer, { gamma: 0.9 })]] as never;
  }
}

interface Case {
  readonly mode: CombinedMode;
  readonly Module: typeof Several;
  readonly options: TrainerOptions;
}

async function finalWeights({ mode, Module, options }: Case, stops: readonly number[]): Promise<number[][]> {
  const loaders = () => new CombinedLoader([loader(10, 1), loader(6, 2)], { mode });
  let ckptPath: string | undefined;
  for (const stop of [...stops, undefined]) {
    const module = new Module();
    const trainer = quietTrainer({
      ...options,
      logger: false,
      callbacks: stop === undefined ? [] : [new StopAfter(stop)],
    });
    await trainer.fit(module, { trainDataloader: loaders(), ...(ckptPath !== undefined && { ckptPath }) });
    const weights = weightsOf(module);
    module.dispose();
    if (stop === undefined) return weights;
    expect(trainer.interrupted).toBe(true);
    ckptPath = trainer.checkpointCallback?.lastModelPath;
  }
  return [];
}

/** Numbers that look random, and are the same in each run of the test. */
const draws = (seed: number, count: number) =>
  Array.from({ length: count }, (_, index) => 1 + Math.floor(Math.abs(Math.sin(seed * 7 + index * 3.7)) * 4));

describe.each(['min_size', 'max_size', 'max_size_cycle'] as const)('several loaders, %s', (mode) => {
  it.each<[string, Omit<Case, 'mode'>]>([
    ['plain', { Module: Several, options: { maxEpochs: 3 } }],
    ['in windows', { Module: Several, options: { maxEpochs: 3, accumulateGradBatches: 2 } }],
    ['limited', { Module: Several, options: { maxEpochs: 4, limitTrainBatches: 2 } }],
    ['by hand', { Module: ByHand, options: { maxEpochs: 3 } }],
    ['loaded again in each epoch', { Module: Several, options: { maxEpochs: 3, reloadDataloadersEveryNEpochs: 1 } }],
  ])('%s', async (_name, settings) => {
    const whole = await finalWeights({ mode, ...settings }, []);
    for (let seed = 0; seed < 4; seed++)
      expect(await finalWeights({ mode, ...settings }, draws(seed, 2))).toEqual(whole);
  });
});
