import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import * as optim from '../optim/index.js';
import { startTestEngine, type TinyBatch, TinyModule, weightsOf } from '../testing/tiny.js';
import * as tf from '../tf.js';
import type { Trainer, TrainerOptions } from '../trainer/index.js';
import { Callback } from './callback.js';
import { StochasticWeightAveraging, type StochasticWeightAveragingOptions } from './stochasticWeightAveraging.js';
import { fitScripted, Scripted } from './testing/scripted.js';

beforeAll(startTestEngine);
beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
});
afterEach(() => vi.restoreAllMocks());

/** Notes the first weight and the rate at the start of each epoch. */
class Watch extends Callback {
  readonly weights: number[] = [];
  readonly rates: number[] = [];
  override onTrainEpochStart(trainer: Trainer, module: never): void {
    this.weights.push(weightsOf(module)[0]?.[0] ?? 0);
    this.rates.push(trainer.optimizers[0]?.paramGroups[0]?.lr ?? 0);
  }
}

async function run(options: StochasticWeightAveragingOptions, module: TinyModule = new Scripted(), maxEpochs = 4) {
  const watch = new Watch();
  const callbacks = [watch, new StochasticWeightAveraging(options)];
  const trainer = await fitScripted(module, { callbacks, maxEpochs });
  return { ...watch, trainer, module, final: weightsOf(module)[0]?.[0] ?? 0 };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('StochasticWeightAveraging', () => {
  it.each<[string, number | `${number}%`, number]>([
    ['a count', 2, 1],
    ['a part', 0.5, 1],
    ['a percentage', '75%', 2],
    ['the first epoch', 1, 0],
  ])('ends with the mean of the weights at the start of the epochs from %s on', async (_name, swaEpochStart, from) => {
    const { weights, final, trainer, module } = await run({ swaLrs: 0.05, swaEpochStart });
    expect(final).toBeCloseTo(mean(weights.slice(from)), 5); // 32-bit sums in another order
    trainer.dispose();
    module.dispose();
  });

  it('brings the rate to rest', async () => {
    const options = { swaLrs: 0.05, swaEpochStart: 1, annealingEpochs: 2, annealingStrategy: 'linear' } as const;
    const { rates, trainer, module } = await run(options);
    expect(rates).toEqual(
      [0.1, 0.1, 0.05, 0.05].map((rate, epoch) => (epoch === 1 ? expect.closeTo(0.075) : expect.closeTo(rate))),
    );
    trainer.dispose();
    module.dispose();
  });

  it('computes running statistics anew, in one more epoch without updates', async () => {
    class Normalized extends Scripted {
      readonly norm = tf.layers.batchNormalization({ inputShape: [4], momentum: 0.9 });
      constructor() {
        super();
        this.norm.build([null, 4]);
      }
      override forward(x: tf.Tensor): tf.Tensor {
        return super.forward(this.norm.apply(x, { training: this.training }) as tf.Tensor);
      }
    }
    const module = new Normalized();
    const sums: number[][] = [];
    module.onTrainBatchStart = function (this: Normalized, batch: unknown) {
      if (this.currentEpoch === 4) sums.push([...(batch as TinyBatch)[0].mean(0).dataSync()]);
    } as never;
    const { trainer } = await run({ swaLrs: 0.01, swaEpochStart: 2 }, module);
    const running =
      module
        .namedWeights()
        .find(({ name }) => name === 'norm.moving_mean')
        ?.variable.dataSync() ?? [];
    expect(sums).toHaveLength(4);
    for (const [i, value] of [...running].entries()) expect(value).toBeCloseTo(mean(sums.map((row) => row[i] ?? 0)), 5);
    expect(Reflect.get(module.norm, 'momentum')).toBe(0.9);
    expect([trainer.maxEpochs, trainer.accumulateGradBatches, trainer.skipsBackward]).toEqual([4, 1, false]);
    trainer.dispose();
    module.dispose();
  });

  it.each<[Partial<StochasticWeightAveragingOptions>, string]>([
    [{ swaLrs: 0 }, '`swaLrs` should be a positive number'],
    [{ swaLrs: [0.1, -1] }, '`swaLrs` should be a positive number'],
    [{ swaEpochStart: 0 }, 'swaEpochStart should be a >0 integer'],
    [{ swaEpochStart: 1.5 }, 'swaEpochStart should be a >0 integer'],
    [{ annealingStrategy: 'exp' as 'cos' }, "'cos' or 'linear'"],
    [{ annealingEpochs: -1 }, '`annealingEpochs` is -1'],
  ])('refuses %o', (options, message) => {
    expect(() => new StochasticWeightAveraging({ swaLrs: 0.1, ...options })).toThrow(message);
  });

  it.each<[string, TrainerOptions, StochasticWeightAveragingOptions, (optimizer: optim.Optimizer) => unknown, string]>([
    ['a part of no end', { maxEpochs: -1, maxSteps: 4 }, { swaLrs: 0.1 }, (optimizer) => optimizer, 'maxEpochs=-1'],
    [
      'two schedulers',
      { maxEpochs: 1 },
      { swaLrs: 0.1 },
      (optimizer) => [[optimizer], [0, 1].map(() => new optim.StepLR(optimizer, { stepSize: 1 }))],
      'more than 1 `lr_scheduler`',
    ],
  ])('refuses %s', async (_name, trainerOptions, options, configure, message) => {
    const module = new TinyModule();
    const optimizers = () => configure(new optim.SGD(module.parameters(), { lr: 0.1 }));
    Object.defineProperty(module, 'configureOptimizers', { value: optimizers });
    const fit = fitScripted(module, { callbacks: new StochasticWeightAveraging(options), ...trainerOptions });
    await expect(fit).rejects.toThrow(message);
    module.dispose();
  });
});
