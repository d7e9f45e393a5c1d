import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { seedEverything, unseed } from '../random/index.js';
import { quietTrainer, startTestEngine, type TinyBatch, TinyModule, weightsOf } from '../testing/tiny.js';
import * as tf from '../tf.js';
import { DataLoader } from './dataLoader.js';

beforeAll(startTestEngine);
afterEach(() => unseed());

const numbers = Array.from({ length: 10 }, (_, i) => i);

/** A pass as plain numbers. */
async function pass(loader: DataLoader<unknown>): Promise<number[][]> {
  const batches: number[][] = [];
  for await (const { batch, owned } of loader.batches()) {
    batches.push(batch instanceof tf.Tensor ? [...batch.dataSync()] : [batch as number].flat());
    tf.dispose([...owned]);
  }
  return batches;
}

/** Elements `{ xs, ys }` for a tiny module, made as a user of tf.data makes them. */
function problem(length: number, onEnd: () => void = () => {}) {
  return tf.data.generator(function* () {
    try {
      for (let i = 0; i < length; i += 1) yield { xs: tf.tensor1d([i, 1, 2, 3]), ys: [i / length] };
    } finally {
      onEnd();
    }
  });
}

const pair = (element: tf.TensorContainer) => {
  const { xs, ys } = element as { xs: tf.Tensor; ys: tf.Tensor };
  return [xs, ys];
};

describe('a tf.data dataset', () => {
  it.each<[string, () => DataLoader<unknown>, number | undefined, number[][]]>([
    [
      'of samples',
      () => new DataLoader(tf.data.array(numbers), { batchSize: 4 }),
      3,
      [
        [0, 1, 2, 3],
        [4, 5, 6, 7],
        [8, 9],
      ],
    ],
    [
      'with dropLast',
      () => new DataLoader(tf.data.array(numbers), { batchSize: 4, dropLast: true }),
      2,
      [
        [0, 1, 2, 3],
        [4, 5, 6, 7],
      ],
    ],
    [
      'of batches',
      () => new DataLoader(tf.data.array(numbers).batch(4), { batchSize: null }),
      3,
      [
        [0, 1, 2, 3],
        [4, 5, 6, 7],
        [8, 9],
      ],
    ],
    [
      'without a size',
      () =>
        new DataLoader(
          tf.data.array(numbers).filter((x) => x < 3),
          { batchSize: null },
        ),
      undefined,
      [[0], [1], [2]],
    ],
    [
      'of a generator',
      () => new DataLoader(tf.data.generator(() => numbers.slice(0, 2)[Symbol.iterator]())),
      undefined,
      [[0], [1]],
    ],
    [
      'that takes some',
      () => new DataLoader(tf.data.array(numbers).repeat().take(3), { batchSize: null }),
      3,
      [[0], [1], [2]],
    ],
    ['without elements', () => new DataLoader(tf.data.array([])), 0, []],
  ])('%s is read', async (_, make, length, expected) => {
    const loader = make();
    expect([loader.length, await pass(loader), await pass(loader)]).toEqual([length, expected, expected]);
  });

  it('reads files', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lightning-test-'));
    const file = join(folder, 'table.csv');
    writeFileSync(file, 'a,b\n1,2\n3,4\n5,6\n');
    const table = tf.data.csv(pathToFileURL(file).href, { columnConfigs: { b: { isLabel: true } } });
    const rows = table.map((row) => Object.values((row as { xs: Record<string, number> }).xs));
    expect(await pass(new DataLoader(rows, { batchSize: 2 }))).toEqual([[1, 3], [5]]);
    rmSync(folder, { recursive: true });
  });

  it('passes its errors on, where they belong', async () => {
    const broken = tf.data.array(numbers).map((x) => {
      if (x === 2) throw new Error('element 2');
      return x;
    });
    const seen: unknown[] = [];
    const read = async () => {
      for await (const element of new DataLoader(broken, { batchSize: null })) seen.push(element);
    };
    await expect(read()).rejects.toThrow('element 2');
    expect(seen).toEqual([0, 1]);
  });
});

describe('shuffle', () => {
  const orders = async (loader: DataLoader<unknown>) => [await pass(loader), await pass(loader)].map(String);

  it('follows the seed of the loader, or seedEverything', async () => {
    const read = (seed?: number) =>
      orders(
        new DataLoader(tf.data.array(numbers).shuffle(10), { batchSize: null, ...(seed !== undefined && { seed }) }),
      );
    const [first, second] = await read(1);
    expect(first).not.toBe(second);
    expect(await read(1)).toEqual([first, second]);
    expect(await read(2)).not.toEqual([first, second]);
    seedEverything(4);
    const seeded = await read();
    seedEverything(4);
    expect(await read()).toEqual(seeded);
  });

  it('follows its own seed, also without a loader', async () => {
    const make = (reshuffle?: boolean) => tf.data.array(numbers).shuffle(10, 'seed', reshuffle);
    const [first, second] = await orders(new DataLoader(make(), { batchSize: null }));
    expect(first).not.toBe(second);
    expect(await orders(new DataLoader(make(), { batchSize: null, seed: 9 }))).toEqual([first, second]);
    const direct = make();
    expect([String(await direct.toArray()), String(await direct.toArray())]).toEqual([first, second]);
    const [once, again] = await orders(new DataLoader(make(false), { batchSize: null }));
    expect(once).toBe(again);
  });

  it('is new in each repetition', async () => {
    for (const seed of [undefined, 'seed']) {
      const [whole] = await orders(
        new DataLoader(tf.data.array(numbers).shuffle(10, seed).repeat(2), { batchSize: null }),
      );
      const elements = whole!.split(',');
      expect(elements.slice(0, 10)).not.toEqual(elements.slice(10));
    }
  });

  it('checks its arguments as tfjs does', () => {
    expect(() => tf.data.array(numbers).shuffle(undefined as never)).toThrow('requires bufferSize to be specified');
  });
});

describe('the tensors of tf.data', () => {
  class OnPairs extends TinyModule {
    override validationStep = undefined as never; // no validation here
    override async trainingStep(batch: TinyBatch, batchIdx: number) {
      const loss = await super.trainingStep(batch, batchIdx);
      await new Promise((resolve) => setImmediate(resolve)); // what tf.data does ahead of time happens now
      return loss;
    }
  }

  it('are freed over 2,000 batches, some of them left', async () => {
    const ends: number[] = [];
    const module = new OnPairs();
    const counts: number[] = [];
    module.onTrainEpochEnd = () => {
      counts.push(tf.memory().numTensors);
    };
    const trainDataloader = problem(140, () => ends.push(1))
      .shuffle(20)
      .batch(2)
      .map(pair)
      .prefetch(3);
    const trainer = quietTrainer({
      maxEpochs: 40,
      limitTrainBatches: 50,
      logger: false,
      enableCheckpointing: false,
    });
    await trainer.fit(module, { trainDataloader });
    expect(trainer.globalStep).toBe(2000);
    expect(ends).toHaveLength(40);
    expect(new Set(counts.slice(1)).size).toBe(1);
    module.dispose();
  });

  it.each<[string, (onEnd: () => void) => { readonly size: number }]>([
    ['plain', (onEnd) => problem(50, onEnd)],
    ['batched', (onEnd) => problem(50, onEnd).batch(3)],
    ['shuffled and fetched ahead', (onEnd) => problem(50, onEnd).shuffle(8).batch(3).prefetch(2)],
    ['taken', (onEnd) => problem(50, onEnd).shuffle(8).take(3)],
    ['repeated', (onEnd) => problem(50, onEnd).repeat(2).shuffle(4)],
    [
      'skipped and filtered',
      (onEnd) =>
        problem(50, onEnd)
          .skip(2)
          .filter(() => true),
    ],
    ['concatenated', (onEnd) => problem(1).concatenate(problem(50, onEnd)).shuffle(5)],
    ['zipped', (onEnd) => tf.data.zip({ a: problem(50, onEnd).prefetch(2), b: [tf.data.array(numbers)] })],
    [
      'mapped asynchronously',
      (onEnd) =>
        problem(50, onEnd)
          .mapAsync(async (element) => element)
          .shuffle(3),
    ],
  ])('are freed and their generator closed when a pass is left: %s', async (_, make) => {
    for (const leaveAfter of [1, 2, 3]) {
      const before = tf.memory().numTensors;
      let ends = 0;
      const loader = new DataLoader(make(() => (ends += 1)) as tf.data.Dataset<tf.TensorContainer>, {
        batchSize: null,
      });
      let count = 0;
      for await (const { owned } of loader.batches()) {
        tf.dispose([...owned]);
        count += 1;
        if (count === leaveAfter) break;
      }
      expect([ends, tf.memory().numTensors]).toEqual([1, before]);
    }
  });

  it('that were there before stay their owner’s', async () => {
    const owned = numbers.map((value) => tf.scalar(value));
    const dataset = tf.data.generator(() => owned[Symbol.iterator]()).shuffle(4);
    for await (const _ of new DataLoader(dataset, { batchSize: null })) break;
    await pass(new DataLoader(dataset, { batchSize: null }));
    expect(owned.some((tensor) => tensor.isDisposed)).toBe(false);
    tf.dispose(owned);
  });
});

describe('a tf.data dataset as a loader', () => {
  it('is what hooks may return: its elements are the batches', async () => {
    class WithData extends TinyModule {
      readonly seen: number[] = [];
      override trainDataloader() {
        return problem(6).batch(4).map(pair);
      }
      override valDataloader() {
        return [problem(2).batch(2).map(pair), problem(4).batch(2).map(pair)];
      }
      override onTrainBatchStart(batch: unknown) {
        this.seen.push((batch as TinyBatch)[0].shape[0] ?? 0);
        return undefined;
      }
      override validationStep(_batch: unknown, batchIdx = 0, dataloaderIdx = 0) {
        this.seen.push(100 + 10 * dataloaderIdx + batchIdx);
        return undefined;
      }
    }
    const module = new WithData();
    const before = tf.memory().numTensors;
    const trainer = quietTrainer({ maxEpochs: 1, numSanityValSteps: 0, logger: false, enableCheckpointing: false });
    await trainer.fit(module);
    expect(module.seen).toEqual([4, 2, 100, 110, 111]);
    trainer.dispose();
    module.dispose();
    expect(tf.memory().numTensors).toBeLessThanOrEqual(before);
  });

  it('goes on in mid-epoch after a stop, to the weights of the uninterrupted run', async () => {
    class Shuffled extends TinyModule {
      override validationStep = undefined as never; // no validation here
      override trainDataloader() {
        return problem(12).shuffle(6).batch(2).map(pair);
      }
    }
    const options = { maxEpochs: 3, logger: false } as const;
    const weights = async (stopAfter?: number) => {
      const module = new Shuffled();
      const trainer = quietTrainer(options);
      let batches = 0;
      module.onTrainBatchEnd = () => {
        batches += 1;
        if (batches === stopAfter) void trainer.command({ command: 'stop' });
      };
      seedEverything(5);
      await trainer.fit(module);
      if (stopAfter === undefined) return weightsOf(module);
      const resumed = new Shuffled();
      unseed(); // the order comes from the checkpoint
      await quietTrainer(options).fit(resumed, { ckptPath: trainer.checkpointCallback?.lastModelPath ?? '' });
      return weightsOf(resumed);
    };
    const whole = await weights();
    for (const stopAfter of [2, 6, 9]) expect(await weights(stopAfter)).toEqual(whole);
  });
});
