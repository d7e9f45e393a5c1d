import { beforeAll, describe, expect, it } from 'vitest';
import { ModelCheckpoint } from '../callbacks/index.js';
import { DataLoader, randomSplit, TensorDataset } from '../data/index.js';
import { quietTrainer, startTestEngine, TinyModule } from '../testing/tiny.js';
import * as tf from '../tf.js';
import { LightningDataModule } from './index.js';

beforeAll(startTestEngine);

const dataset = (samples: number) =>
  new TensorDataset(
    { data: Float32Array.from({ length: samples * 4 }, (_, i) => i), shape: [samples, 4] },
    { data: new Float32Array(samples), shape: [samples, 1] },
  );
const loader = (samples = 4) => new DataLoader(dataset(samples), { batchSize: 2 });

/** Notes which of its hooks are called. */
class Noting extends LightningDataModule {
  readonly calls: string[] = [];
  split = 1;

  override prepareData() {
    this.calls.push('prepareData');
  }
  override setup(stage: string) {
    this.calls.push(`setup ${stage}`);
  }
  override teardown(stage: string) {
    this.calls.push(`teardown ${stage}`);
  }
  override trainDataloader() {
    this.calls.push('trainDataloader');
    return loader();
  }
  override valDataloader() {
    this.calls.push('valDataloader');
    return loader();
  }
  override testDataloader() {
    this.calls.push('testDataloader');
    return loader();
  }
  override predictDataloader() {
    this.calls.push('predictDataloader');
    return loader();
  }
  override stateDict() {
    this.calls.push('stateDict');
    return { split: this.split };
  }
  override loadStateDict(state: Record<string, unknown>) {
    this.calls.push('loadStateDict');
    this.split = Number(state.split);
  }
  override onException(error: Error) {
    this.calls.push(`onException ${error.message}`);
  }
}

const trainer = () => quietTrainer({ maxEpochs: 1, logger: false, enableCheckpointing: false });

describe('a data module’s hooks', () => {
  it.each<['fit' | 'validate' | 'test' | 'predict', string[]]>([
    ['fit', ['prepareData', 'setup fit', 'valDataloader', 'trainDataloader', 'teardown fit']],
    ['validate', ['prepareData', 'setup validate', 'valDataloader', 'teardown validate']],
    ['test', ['prepareData', 'setup test', 'testDataloader', 'teardown test']],
    ['predict', ['prepareData', 'setup predict', 'predictDataloader', 'teardown predict']],
  ])('are called by %s in PyTorch Lightning’s order', async (kind, calls) => {
    const [module, datamodule, runner] = [new TinyModule(), new Noting(), trainer()];
    const result = await runner[kind](module, { datamodule });
    if (kind === 'predict') tf.dispose(result as tf.Tensor[]);
    expect(datamodule.calls).toEqual(calls);
    expect(datamodule.trainer).toBe(runner);
    module.dispose();
  });

  it('end with onException when the run fails', async () => {
    const [module, datamodule] = [new TinyModule(), new Noting()];
    module.trainingStep = () => {
      throw new Error('in the middle');
    };
    await expect(trainer().fit(module, { datamodule })).rejects.toThrow('in the middle');
    expect(datamodule.calls.at(-1)).toBe('onException in the middle');
    expect(datamodule.calls).not.toContain('teardown fit');
    module.dispose();
  });

  it('carry its state through a checkpoint', async () => {
    const [module, datamodule] = [new TinyModule(), new Noting()];
    datamodule.split = 5;
    const checkpoint = new ModelCheckpoint({ saveLast: true });
    await quietTrainer({ maxEpochs: 1, logger: false, callbacks: [checkpoint] }).fit(module, { datamodule });
    expect(datamodule.calls).toContain('stateDict');
    const other = new Noting();
    await quietTrainer({ maxEpochs: 2, logger: false }).fit(module, {
      datamodule: other,
      ckptPath: checkpoint.lastModelPath,
    });
    expect(other.split).toBe(5);
    expect(other.calls.slice(0, 3)).toEqual(['prepareData', 'setup fit', 'loadStateDict']);
    module.dispose();
  });
});

describe('saveHyperparameters', () => {
  it('keeps the object, and a plain copy for files', () => {
    const hparams = { batchSize: 4, folder: { path: 'data' }, transform: () => 1 };
    class Saving extends LightningDataModule<typeof hparams> {
      constructor() {
        super();
        this.saveHyperparameters(hparams);
      }
    }
    const datamodule = new Saving();
    expect(datamodule.hparams).toBe(hparams);
    expect(datamodule.hparamsInitial).toEqual({ batchSize: 4, folder: { path: 'data' } });
  });
});

describe('fromDatasets', () => {
  it('makes a shuffled loader for training, and loaders in order for the rest', async () => {
    const [trainDataset, valDataset] = randomSplit(dataset(12), [8, 4], { seed: 1 });
    const datamodule = LightningDataModule.fromDatasets({ trainDataset, valDataset, batchSize: 4 });
    const train = (await datamodule.trainDataloader()) as DataLoader<unknown>;
    const val = (await datamodule.valDataloader()) as DataLoader<unknown>;
    expect([train.length, train.batchSize, train.shuffle]).toEqual([2, 4, true]);
    expect([val.length, val.batchSize, val.shuffle]).toEqual([1, 4, false]);
    expect(await datamodule.testDataloader()).toBeUndefined();
    const module = new TinyModule();
    const runner = trainer();
    await runner.fit(module, { datamodule });
    expect(runner.globalStep).toBe(2);
    await expect(runner.test(module, { datamodule })).rejects.toThrow('There are no batches');
    module.dispose();
  });

  it('takes lists of datasets, arrays of samples, streams and tf.data', async () => {
    const datamodule = LightningDataModule.fromDatasets({
      trainDataset: () => [1, 2, 3],
      valDataset: [dataset(2), tf.data.array([1, 2]), { length: 3, get: (index: number) => index }],
      testDataset: [1, 2, 3, 4],
      predictDataset: tf.data.array([1, 2, 3]),
      batchSize: 2,
    });
    expect(((await datamodule.trainDataloader()) as DataLoader<unknown>).shuffle).toBe(false);
    const lengths = ((await datamodule.valDataloader()) as DataLoader<unknown>[]).map(({ length }) => length);
    expect(lengths).toEqual([1, 1, 2]);
    expect(((await datamodule.testDataloader()) as DataLoader<unknown>).length).toBe(2);
    expect(((await datamodule.predictDataloader()) as DataLoader<unknown>).length).toBe(2);
  });

  it('makes an instance of the class it is called on, with its other hooks', async () => {
    const datamodule = Noting.fromDatasets({ testDataset: dataset(4) });
    expect(datamodule).toBeInstanceOf(Noting);
    expect(((await datamodule.testDataloader()) as unknown as DataLoader<unknown>).batchSize).toBe(1);
    await datamodule.trainDataloader();
    expect(datamodule.calls).toEqual(['trainDataloader']);
  });

  it('refuses a misspelt name', () => {
    expect(() => LightningDataModule.fromDatasets({ train_dataset: [1] } as object)).toThrow(
      'fromDatasets has no option `train_dataset`. Allowed: trainDataset, valDataset, testDataset, predictDataset, batchSize, numWorkers. Did you mean `trainDataset`?',
    );
  });
});
