import { beforeAll, describe, expect, it } from 'vitest';
import { quietTrainer, startTestEngine, type TinyBatch, TinyModule, tinyLoaders } from '../testing/tiny.js';
import * as tf from '../tf.js';

beforeAll(startTestEngine);

/** Stores a tensor in a field each step, and a list of them. */
class Storing extends TinyModule {
  lastOutput?: tf.Tensor;
  recent: tf.Tensor[] = [];

  override trainingStep(batch: TinyBatch, batchIdx: number) {
    this.lastOutput = this.forward(batch[0]);
    this.recent = [...this.recent.slice(-2), tf.mean(this.lastOutput)];
    return super.trainingStep(batch, batchIdx);
  }
}

/** Awaits in the middle of its step. */
class Awaiting extends TinyModule {
  override async trainingStep([x, y]: TinyBatch) {
    const loss = this.loss(x, y);
    await loss.data();
    return { loss, extra: tf.mean(x) };
  }
}

/** Counts tensors at the end of each epoch. */
async function tensorsPerEpoch(module: TinyModule, epochs: number): Promise<number[]> {
  const counts: number[] = [];
  module.onTrainEpochEnd = () => {
    counts.push(tf.memory().numTensors);
  };
  const trainer = quietTrainer({ maxEpochs: epochs, logger: false, enableCheckpointing: false, numSanityValSteps: 0 });
  await trainer.fit(module, tinyLoaders({ batchSize: 1 }));
  return counts;
}

describe('memory', () => {
  it.each([
    ['a plain module', TinyModule],
    ['a module that stores tensors in its fields', Storing],
    ['a module that awaits in its step', Awaiting],
  ])('is flat over 2,000 steps: %s', async (_name, Module) => {
    const module = new Module();
    const counts = await tensorsPerEpoch(module, 84); // 24 steps each
    expect(new Set(counts.slice(1)).size).toBe(1);
    module.dispose();
  });

  it('is given back when a step throws', async () => {
    class Throwing extends TinyModule {
      override trainingStep([x]: TinyBatch): never {
        this.forward(x);
        throw new Error('in the middle');
      }
    }
    const module = new Throwing();
    await expect(quietTrainer().fit(module, tinyLoaders())).rejects.toThrow('in the middle'); // engine and caches warm up
    const before = tf.memory().numTensors;
    for (let repeat = 0; repeat < 3; repeat++) {
      await expect(quietTrainer().fit(module, tinyLoaders())).rejects.toThrow('in the middle');
    }
    expect(tf.memory().numTensors).toBe(before);
    module.dispose();
  });

  it('is flat over several fits of a module that stores tensors in its fields', async () => {
    const module = new Storing();
    const counts: number[] = [];
    for (let fit = 0; fit < 4; fit++) {
      const trainer = quietTrainer({ maxEpochs: 1, logger: false, enableCheckpointing: false });
      await trainer.fit(module, tinyLoaders());
      trainer.dispose();
      counts.push(tf.memory().numTensors);
    }
    expect(new Set(counts).size).toBe(1);
    module.dispose();
  });

  it('leaves no listener behind when a teardown hook throws', async () => {
    class Failing extends TinyModule {
      override teardown(): never {
        throw new Error('in teardown');
      }
    }
    const module = new Failing();
    const before = process.listenerCount('warning');
    await expect(quietTrainer({ maxEpochs: 1 }).fit(module, tinyLoaders())).rejects.toThrow('in teardown');
    expect(process.listenerCount('warning')).toBe(before);
    module.dispose();
  });

  it('is flat over validate, test and predict', async () => {
    const module = new TinyModule();
    const dataloaders = tinyLoaders().valDataloaders;
    const trainer = quietTrainer({ logger: false });
    const counts: number[] = [];
    for (let repeat = 0; repeat < 3; repeat++) {
      await trainer.validate(module, { dataloaders });
      await trainer.test(module, { dataloaders });
      tf.dispose((await trainer.predict(module, { dataloaders })) as tf.Tensor[]);
      counts.push(tf.memory().numTensors);
    }
    expect(new Set(counts).size).toBe(1);
    module.dispose();
  });
});
