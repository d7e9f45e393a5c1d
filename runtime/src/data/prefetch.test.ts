import { beforeAll, describe, expect, it } from 'vitest';
import { quietTrainer, startTestEngine, type TinyBatch, TinyModule } from '../testing/tiny.js';
import * as tf from '../tf.js';
import { DataLoader } from './dataLoader.js';
import type { DataLoaderOptions } from './dataLoaderOptions.js';
import type { Dataset } from './dataset.js';
import { moduleOf } from './testing/workerModule.js';
import { workerDataset } from './workerDataset.js';

beforeAll(startTestEngine);

/** Lets everything that can go on without us go on. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A dataset of scalars that notes which were asked for, and awaits before it makes them. */
function scalars(length: number, fail: (index: number) => boolean = () => false) {
  const asked: number[] = [];
  const get = async (index: number) => {
    asked.push(index);
    await Promise.resolve();
    if (fail(index)) throw new Error(`sample ${index}`);
    return tf.scalar(index);
  };
  return { length, get, asked };
}

async function* scalarStream(length: number, onEnd: () => void = () => {}) {
  try {
    for (let index = 0; index < length; index += 1) yield tf.scalar(index);
  } finally {
    onEnd();
  }
}

describe('prefetchFactor', () => {
  it.each([
    [0, [1, 2, 3]],
    [1, [2, 3, 4]],
    [2, [3, 4, 5]],
    [9, [6, 6, 6]],
  ])('%i fetches as many batches while one is used', async (prefetchFactor, expected) => {
    const dataset = scalars(6);
    const counts: number[] = [];
    for await (const batch of new DataLoader(dataset, { prefetchFactor })) {
      await settle();
      counts.push(dataset.asked.length);
      batch.dispose();
    }
    expect(counts.slice(0, 3)).toEqual(expected);
    expect(dataset.asked).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it.each([
    ['a dataset', () => scalars(8)],
    ['a stream', () => () => scalarStream(8)],
    ['tf.data', () => tf.data.generator(() => scalarStream(8)).prefetch(3)],
  ])('keeps what is fetched from the scope of the step that is running: %s', async (_, make) => {
    const before = tf.memory().numTensors;
    const seen: number[] = [];
    const loader = new DataLoader<tf.Tensor>(make() as never, { prefetchFactor: 2 });
    for await (const batch of loader) {
      tf.engine().startScope();
      await settle();
      tf.add(batch, 1);
      tf.engine().endScope();
      seen.push(...batch.dataSync());
      batch.dispose();
    }
    expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('counts what was handed out, not what was fetched', async () => {
    const loader = new DataLoader(scalars(6), { prefetchFactor: 3 });
    const positions: number[] = [];
    for await (const batch of loader) {
      await settle();
      positions.push(loader.stateDict().position);
      batch.dispose();
    }
    expect(positions).toEqual([1, 2, 3, 4, 5, 0]);
  });

  it.each([0, 1, 4])('%i: an error comes where its batch would have come', async (prefetchFactor) => {
    const before = tf.memory().numTensors;
    for (const source of [
      scalars(6, (index) => index === 3),
      async function* () {
        yield* scalarStream(3);
        throw new Error('sample 3');
      },
    ]) {
      const seen: number[] = [];
      const pass = async () => {
        for await (const batch of new DataLoader<tf.Tensor>(source as never, { prefetchFactor })) {
          await settle();
          seen.push(...batch.dataSync());
          batch.dispose();
        }
      };
      await expect(pass()).rejects.toThrow('sample 3');
      expect(seen).toEqual([0, 1, 2]);
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each([
    ['break', false],
    ['throw', true],
  ])('frees what was fetched and not used, and closes the data: %s', async (_, throws) => {
    const before = tf.memory().numTensors;
    const ends: string[] = [];
    const kept = tf.scalar(7);
    const sources = [
      scalars(9),
      () => scalarStream(9, () => ends.push('stream')),
      tf.data.generator(() => scalarStream(9, () => ends.push('tf.data'))).shuffle(4),
      { length: 9, get: async () => kept },
    ];
    for (const source of sources) {
      const leave = async () => {
        const loader = new DataLoader<tf.Tensor>(source as never, { prefetchFactor: 3, batchSize: null });
        for await (const { owned } of loader.batches()) {
          await settle();
          tf.dispose([...owned]);
          if (throws) throw new Error('out');
          break;
        }
      };
      await leave().catch(() => undefined);
    }
    expect(ends).toEqual(['stream', 'tf.data']);
    expect(kept.isDisposed).toBe(false);
    kept.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('gives the same batches with any factor, although samples and steps draw random numbers', async () => {
    const draws = async (prefetchFactor: number) => {
      const dataset = {
        length: 6,
        async get(index: number) {
          if (index % 2 === 0) await settle();
          return [index, Math.random()];
        },
      };
      const loader = new DataLoader(dataset, {
        batchSize: 2,
        shuffle: true,
        seed: 4,
        prefetchFactor,
        collate: (batch) => batch,
      });
      const seen: unknown[] = [];
      for (let pass = 0; pass < 2; pass += 1) {
        for await (const batch of loader) {
          Math.random();
          await settle();
          seen.push(batch);
        }
      }
      return seen;
    };
    const reference = await draws(0);
    expect(reference).toHaveLength(6);
    expect(new Set(reference.map((batch) => JSON.stringify(batch))).size).toBe(6);
    for (const factor of [1, 2, 5]) expect(await draws(factor)).toEqual(reference);
  });
});

describe('a Trainer over 2,000 batches', () => {
  /** Awaits in its step, so that batches are fetched while its scope is open. */
  class Waiting extends TinyModule {
    override validationStep = undefined as never; // no validation here
    readonly counts: number[] = [];

    override async trainingStep(batch: TinyBatch, batchIdx: number) {
      const loss = await super.trainingStep(batch, batchIdx);
      await settle();
      return loss;
    }
    override onTrainEpochEnd() {
      this.counts.push(tf.memory().numTensors);
    }
  }

  it.each<[string, DataLoaderOptions, () => Dataset<unknown> | Promise<Dataset<unknown>>]>([
    [
      'fetched ahead',
      { prefetchFactor: 3 },
      () => ({
        length: 220,
        async get(index) {
          const x = tf.tensor1d([index, 1, 2, 3]);
          await Promise.resolve();
          return [x, [index / 220]];
        },
      }),
    ],
    [
      'from threads',
      { numWorkers: 2, persistentWorkers: true },
      () =>
        workerDataset(
          moduleOf('export default { length: 220, get: (i) => [Float32Array.of(i, 1, 2, 3), [i / 220]] };'),
        ),
    ],
  ])('keeps no tensor and loses none: %s', async (_, options, make) => {
    const module = new Waiting();
    const trainer = quietTrainer({
      maxEpochs: 40,
      limitTrainBatches: 50,
      logger: false,
      enableCheckpointing: false,
    });
    const trainDataloader = new DataLoader(await make(), { batchSize: 4, shuffle: true, ...options });
    await trainer.fit(module, { trainDataloader });
    expect(trainer.globalStep).toBe(2000);
    expect(new Set(module.counts.slice(1)).size).toBe(1);
    module.dispose();
  });
});
