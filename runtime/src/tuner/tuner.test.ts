import { beforeAll, describe, expect, it, vi } from 'vitest';
import { BatchSizeFinder, LearningRateFinder } from '../callbacks/index.js';
import { DataLoader, TensorDataset } from '../data/index.js';
import * as optim from '../optim/index.js';
import { quietTrainer, startTestEngine, TinyModule, tinyLoaders, weightsOf } from '../testing/tiny.js';
import * as tf from '../tf.js';
import { isOutOfMemory, LRFinder, Tuner } from './index.js';

beforeAll(startTestEngine);

const SILENT = { logger: false, enableCheckpointing: false } as const;

/** Reads its learning rate and its batch size from fields, and fails on batches above a limit. */
class TunedModule extends TinyModule {
  lr = 0.02;
  batchSize = 2;
  readonly seen: number[] = [];

  constructor(readonly limit = Number.POSITIVE_INFINITY) {
    super();
  }

  override trainDataloader() {
    const x = Float32Array.from({ length: 200 * 4 }, (_, i) => Math.sin(i * 1.7));
    const y = Float32Array.from({ length: 200 }, (_, i) => x[i * 4] ?? 0);
    const dataset = new TensorDataset({ data: x, shape: [200, 4] }, { data: y, shape: [200, 1] });
    return new DataLoader(dataset, { batchSize: this.batchSize, shuffle: true, seed: 3 });
  }

  override validationStep(batch: [tf.Tensor, tf.Tensor]): undefined {
    this.#check(batch);
  }

  override trainingStep(batch: [tf.Tensor, tf.Tensor], batchIdx: number) {
    this.#check(batch);
    return super.trainingStep(batch, batchIdx);
  }

  override configureOptimizers() {
    return new optim.Adam(this.parameters(), { lr: this.lr });
  }

  #check([x]: [tf.Tensor, tf.Tensor]): void {
    const size = x.shape[0] ?? 0;
    if (this.seen.at(-1) !== size) this.seen.push(size);
    if (size > this.limit) throw new RangeError('Array buffer allocation failed');
  }
}

describe('lrFind', () => {
  it('writes the suggestion into the module, and leaves all else as it was', async () => {
    const trainer = quietTrainer({ maxEpochs: 1, ...SILENT });
    const module = new TunedModule();
    const before = weightsOf(module);
    const random = vi.spyOn(Math, 'random');
    const finder = await new Tuner(trainer).lrFind(module, { numTraining: 30 });
    random.mockRestore();
    expect(finder?.results.lr).toHaveLength(30);
    expect(finder?.results.lr.at(-1)).toBeCloseTo(1, 12);
    expect(module.lr).toBe(finder?.suggestion());
    expect(weightsOf(module)).toEqual(before);
    expect([trainer.globalStep, trainer.currentEpoch, trainer.status]).toEqual([0, 0, 'finished']);
  });

  it('does not change the run that follows', async () => {
    const weights = async (isTuned: boolean) => {
      const trainer = quietTrainer({ maxEpochs: 2, ...SILENT });
      const module = new TinyModule();
      const loaders = tinyLoaders({ shuffle: true });
      if (isTuned) await new Tuner(trainer).lrFind(module, { ...loaders, numTraining: 5, updateAttr: false });
      await trainer.fit(module, loaders);
      return weightsOf(module);
    };
    expect(await weights(true)).toEqual(await weights(false));
  });

  it('holds no memory', async () => {
    const run = async () => {
      const trainer = quietTrainer({ maxEpochs: 1, ...SILENT });
      const module = new TunedModule();
      await new Tuner(trainer).lrFind(module, { numTraining: 12, updateAttr: false });
      trainer.dispose();
      module.dispose();
    };
    await run();
    const before = tf.memory().numTensors;
    await run();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('refuses what it cannot search', async () => {
    const tuner = (options = {}) => new Tuner(quietTrainer({ maxEpochs: 1, ...SILENT, ...options }));
    const module = new TunedModule();
    await expect(tuner().lrFind(module, { method: 'test' })).rejects.toThrow(/method 'test'/);
    await expect(tuner().lrFind(module, { mode: 'cubic' as never })).rejects.toThrow(/`mode` is "cubic"/);
    await expect(tuner().lrFind(module, { minLr: 1, maxLr: 0.1 })).rejects.toThrow(/minLr below maxLr/);
    await expect(tuner().lrFind(module, { attrName: 'rate' })).rejects.toThrow(/`rate`/);
    await expect(tuner().lrFind(new TinyModule(), tinyLoaders())).rejects.toThrow(/`lr` or `learningRate`/);
    await expect(tuner({ callbacks: [new LearningRateFinder()] }).lrFind(module)).rejects.toThrow(/already configured/);
  });
});

describe('the finder’s results', () => {
  it('are drawn as SVG, with the suggestion marked', () => {
    const lr = Array.from({ length: 20 }, (_, i) => 10 ** (i / 5 - 4));
    const finder = new LRFinder('exponential', { lr, loss: lr.map((rate) => 2 - Math.log10(rate + 1)) });
    expect(finder.plot()).toMatch(/^<svg[\s\S]*<polyline[\s\S]*<\/svg>\n$/);
    expect(finder.plot()).not.toContain('circle');
    expect(finder.plot({ suggest: true })).toContain('circle');
    expect(finder.plot({ suggest: true })).not.toContain('NaN');
  });

  it('leave out what is not finite', () => {
    const finder = new LRFinder('linear', { lr: [1, 2, 3, 4, 5], loss: [5, Number.NaN, 4, 1, 0] });
    expect(finder.suggestion({ skipBegin: 0, skipEnd: 0 })).toBe(3);
    expect(finder.suggestion({ skipBegin: 3, skipEnd: 1 })).toBeNull();
  });
});

describe('scaleBatchSize', () => {
  it.each([
    ['power', 100, 64],
    ['binsearch', 100, 95],
    ['power', 1, 1],
  ] as const)('finds a size with %s below %i', async (mode, limit, size) => {
    const module = new TunedModule(limit);
    const before = weightsOf(module);
    const trainer = quietTrainer({ maxEpochs: 1, ...SILENT });
    expect(await new Tuner(trainer).scaleBatchSize(module, { mode })).toBe(size);
    expect(module.batchSize).toBe(size);
    expect(weightsOf(module)).toEqual(before);
    expect(trainer.globalStep).toBe(0);
  });

  it('never ends with a size that it did not try', async () => {
    const module = new TunedModule(5);
    const trainer = quietTrainer({ maxEpochs: 1, ...SILENT });
    expect(await new Tuner(trainer).scaleBatchSize(module, { initVal: 16 })).toBe(4);
    expect(module.seen).toContain(16);
  });

  it('throws any other error on, with the size as it was', async () => {
    class Broken extends TunedModule {
      override trainingStep(): never {
        throw new Error('not memory');
      }
    }
    const module = new Broken();
    const trainer = quietTrainer({ maxEpochs: 1, ...SILENT });
    await expect(new Tuner(trainer).scaleBatchSize(module, { initVal: 8 })).rejects.toThrow('not memory');
    expect(module.batchSize).toBe(2);
  });

  it('refuses loaders that were passed directly, and modules without the field', async () => {
    const tuner = () => new Tuner(quietTrainer({ maxEpochs: 1, ...SILENT }));
    await expect(tuner().scaleBatchSize(new TunedModule(), tinyLoaders())).rejects.toThrow(/passed directly/);
    await expect(tuner().scaleBatchSize(new TunedModule(), { batchArgName: 'size' })).rejects.toThrow(/`size`/);
  });
});

describe('the callbacks', () => {
  it('search before training, and train with what they found', async () => {
    const finder = new LearningRateFinder({ numTrainingSteps: 30 });
    const sizes = new BatchSizeFinder({ mode: 'binsearch', margin: 0 });
    const trainer = quietTrainer({ maxEpochs: 1, callbacks: [finder, sizes], ...SILENT });
    const module = new TunedModule(50);
    await trainer.fit(module);
    expect(finder.optimalLr?.results.lr).toHaveLength(30);
    expect(trainer.optimizers[0]?.paramGroups[0]?.lr).toBe(module.lr);
    expect(sizes.optimalBatchSize).toBe(50);
    expect(trainer.globalStep).toBe(4);
  });
});

describe('trainer.tune', () => {
  it('does what the options ask for', async () => {
    const trainer = quietTrainer({ maxEpochs: 1, autoLrFind: true, autoScaleBatchSize: 'binsearch', ...SILENT });
    const module = new TunedModule(20);
    const { lrFind, scaleBatchSize } = await trainer.tune(module, { lrFind: { numTraining: 15 } });
    expect(scaleBatchSize).toBe(19);
    expect(lrFind?.results.lr).toHaveLength(11); // the batches of an epoch
  });
});

describe('isOutOfMemory', () => {
  it.each([
    [new RangeError('Array buffer allocation failed'), true],
    [new RangeError('WebAssembly.Memory.grow(): Maximum memory size exceeded'), true],
    [new RangeError('Invalid typed array length: 8589934592'), true],
    [new RangeError('Invalid typed array length: -1'), false],
    [new RangeError('Maximum call stack size exceeded'), false],
    [new Error('Array buffer allocation failed'), false],
    [new Error('outer', { cause: new RangeError('Array buffer allocation failed') }), true],
  ])('of %s', (error, expected) => {
    expect(isOutOfMemory(error)).toBe(expected);
  });
});
