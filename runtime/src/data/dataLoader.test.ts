import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startEngine } from '../accelerators/index.js';
import { seedEverything, unseed } from '../random/index.js';
import * as tf from '../tf.js';
import { DataLoader } from './dataLoader.js';
import type { DataLoaderOptions } from './dataLoaderOptions.js';
import { RandomSampler } from './randomSampler.js';
import { TensorDataset } from './tensorDataset.js';

beforeAll(async () => {
  await startEngine('cpu', { engine: 'cpu' });
});
afterEach(() => unseed());

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const asIs = <Sample>(samples: Sample[]) => samples;

/** Every batch of one pass, not collated. */
async function pass<Batch>(loader: DataLoader<Batch>): Promise<Batch[]> {
  const batches: Batch[] = [];
  for await (const batch of loader) batches.push(batch);
  return batches;
}

/** A loader that hands out plain arrays of the numbers 0 to n - 1. */
function numbers(n: number, options: DataLoaderOptions = {}): DataLoader<number[]> {
  return new DataLoader(range(n), { ...options, collate: asIs });
}

async function* stream(n: number, onEnd: (how: string) => void = () => {}): AsyncGenerator<number> {
  let how = 'closed';
  try {
    for (const value of range(n)) yield value;
    how = 'exhausted';
  } finally {
    onEnd(how);
  }
}

describe('DataLoader', () => {
  it.each<[string, number, DataLoaderOptions, number[][], number]>([
    ['one sample a batch by default', 2, {}, [[0], [1]], 2],
    ['a last batch that is smaller', 5, { batchSize: 2 }, [[0, 1], [2, 3], [4]], 3],
    [
      'no last batch with dropLast',
      5,
      { batchSize: 2, dropLast: true },
      [
        [0, 1],
        [2, 3],
      ],
      2,
    ],
    [
      'full batches with dropLast',
      4,
      { batchSize: 2, dropLast: true },
      [
        [0, 1],
        [2, 3],
      ],
      2,
    ],
    ['nothing from no samples', 0, { batchSize: 2 }, [], 0],
    ['nothing when the only batch is dropped', 1, { batchSize: 2, dropLast: true }, [], 0],
  ])('hands out %s', async (_, n, options, batches, length) => {
    const indexed = numbers(n, options);
    expect([await pass(indexed), indexed.length]).toEqual([batches, length]);
    const streamed = new DataLoader(() => stream(n), { ...options, collate: asIs });
    expect([await pass(streamed), streamed.length]).toEqual([batches, undefined]);
  });

  it('hands out samples as they are without a batch size', async () => {
    const kept = tf.keep(tf.scalar(7));
    const before = tf.memory().numTensors;
    const dataset = { length: 2, get: (index: number) => ({ x: tf.scalar(index), kept, id: index }) };
    const loader = new DataLoader(dataset, { batchSize: null, shuffle: true, seed: 2 });
    expect([loader.batchSize, loader.length]).toEqual([null, 2]);
    const ids: number[] = [];
    for await (const { batch, owned } of loader.batches()) {
      expect(owned).toEqual([batch.x]);
      ids.push(batch.id);
      tf.dispose(batch.x);
    }
    expect(ids.toSorted()).toEqual([0, 1]);
    expect(tf.memory().numTensors).toBe(before);
    kept.dispose();
    expect(await pass(new DataLoader(() => stream(3), { batchSize: null }))).toEqual([0, 1, 2]);
  });

  it('takes the batches from a batchSampler', async () => {
    const batchSampler = { length: 2, batches: () => [[2, 0, 1], Int32Array.of(2)] };
    const loader = numbers(3, { batchSampler });
    expect([loader.batchSize, loader.length, await pass(loader)]).toEqual([null, 2, [[2, 0, 1], [2]]]);
  });

  it.each<[string, number, number[][], string]>([
    ['an index beyond the data', 1, [[0, 3]], 'The sampler gave the index 3 for data of 3 samples.'],
    ['an empty batch', 2, [[0], []], 'The batchSampler gave a batch without indices.'],
    ['too few batches', 2, [[0]], 'The batchSampler gave 1 batches, but its length is 2.'],
  ])('refuses a batchSampler with %s', async (_, length, batches, message) => {
    await expect(pass(numbers(3, { batchSampler: { length, batches: () => batches } }))).rejects.toThrow(message);
  });

  it('has a length for an iterable that tells its own, and says when that is wrong', async () => {
    const told = (length: number) => ({ length, [Symbol.iterator]: () => range(5)[Symbol.iterator]() });
    const length = (samples: number, options: DataLoaderOptions) => new DataLoader(told(samples), options).length;
    expect([length(5, {}), length(5, { batchSize: 2 }), length(5, { batchSize: 2, dropLast: true })]).toEqual([
      5, 3, 2,
    ]);
    expect(new DataLoader(new Set([1])).length).toBeUndefined();
    expect(() => length(-1, {})).toThrow("The dataset's length is -1.");
    const warnings: string[] = [];
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation((text) => void warnings.push(String(text)));
    await pass(new DataLoader<number, number[]>(told(5), { collate: asIs }));
    await pass(new DataLoader<number, number[]>(told(3), { collate: asIs }));
    warn.mockRestore();
    expect(warnings).toEqual(['The data of a DataLoader has more samples than its length of 3 says.']);
  });

  it('reads arrays, typed arrays, datasets, iterables and generator functions', async () => {
    const dataset = { length: 2, get: async (index: number) => index };
    const sources = [
      [0, 1],
      Int32Array.of(0, 1),
      dataset,
      new Set([0, 1]),
      () => stream(2),
      { [Symbol.asyncIterator]: () => stream(2) },
    ];
    for (const source of sources)
      expect(await pass(new DataLoader<number, number[]>(source as number[], { collate: asIs }))).toEqual([[0], [1]]);
  });

  it('collates samples into tensors that belong to the receiver', async () => {
    const loader = new DataLoader(
      [
        { x: [1, 2], y: 3 },
        { x: [4, 5], y: 6 },
      ],
      { batchSize: 2 },
    );
    const before = tf.memory().numTensors;
    const [batch] = await pass(loader);
    expect([[...batch!.x.dataSync()], [...batch!.y.dataSync()]]).toEqual([
      [1, 2, 4, 5],
      [3, 6],
    ]);
    tf.dispose(batch!);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('gathers whole batches from a TensorDataset', async () => {
    const dataset = new TensorDataset(
      { data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [3, 2] },
      { data: Int32Array.of(7, 8, 9), shape: [3] },
    );
    const batches = await pass(new DataLoader(dataset, { batchSize: 2 }));
    expect(batches.map(([x, y]) => [x.shape, [...x.dataSync()], [...y.dataSync()]])).toEqual([
      [
        [2, 2],
        [1, 2, 3, 4],
        [7, 8],
      ],
      [[1, 2], [5, 6], [9]],
    ]);
    tf.dispose(batches);
  });

  it('tells the number of each batch and which is the last one', async () => {
    for (const source of [range(5), () => stream(5)]) {
      for (const dropLast of [false, true]) {
        const seen: unknown[] = [];
        for await (const { batchIdx, isLast } of new DataLoader<number, number[]>(source, {
          batchSize: 2,
          dropLast,
          collate: asIs,
        }).batches()) {
          seen.push([batchIdx, isLast]);
        }
        expect(seen).toEqual(
          dropLast
            ? [
                [0, false],
                [1, true],
              ]
            : [
                [0, false],
                [1, false],
                [2, true],
              ],
        );
      }
    }
  });

  it('waits for samples and batches that are promises, one sample at a time', async () => {
    let running = 0;
    const dataset = {
      length: 4,
      async get(index: number) {
        running += 1;
        expect(running).toBe(1);
        await Promise.resolve();
        running -= 1;
        return index;
      },
    };
    const loader = new DataLoader(dataset, { batchSize: 2, collate: async (samples) => samples.length });
    expect(await pass(loader)).toEqual([2, 2]);
  });

  it('passes an error of the data on as it is', async () => {
    const boom = new Error('boom');
    const broken = {
      length: 2,
      get: (): number => {
        throw boom;
      },
    };
    await expect(pass(new DataLoader(broken))).rejects.toBe(boom);
  });
});

describe('a source that is left early', () => {
  it.each([
    [
      'break',
      async (loader: DataLoader<number[]>) => {
        for await (const _ of loader) break;
      },
    ],
    [
      'throw',
      async (loader: DataLoader<number[]>) => {
        for await (const _ of loader) throw new Error('out');
      },
    ],
    [
      'return()',
      async (loader: DataLoader<number[]>) => {
        const batches = loader.batches();
        await batches.next();
        await batches.return();
      },
    ],
  ])('is closed by %s', async (_, leave) => {
    const ends: string[] = [];
    await leave(new DataLoader(() => stream(5, (how) => ends.push(how)), { collate: asIs })).catch(() => {});
    expect(ends).toEqual(['closed']);
  });

  it('is closed when the collation fails', async () => {
    const ends: string[] = [];
    const loader = new DataLoader(() => stream(5, (how) => ends.push(how)), {
      collate: () => {
        throw new Error('no');
      },
    });
    await expect(pass(loader)).rejects.toThrow('no');
    expect(ends).toEqual(['closed']);
  });

  it('is not closed when it ended or failed by itself', async () => {
    const calls: string[] = [];
    const source = (fail: boolean) => ({
      [Symbol.iterator]: () => ({
        next: () => {
          if (fail) throw new Error('broken');
          return { done: true as const, value: undefined };
        },
        return: () => {
          calls.push('return');
          return { done: true as const, value: undefined };
        },
      }),
    });
    await pass(new DataLoader(source(false)));
    await expect(pass(new DataLoader(source(true)))).rejects.toThrow('broken');
    expect(calls).toEqual([]);
  });
});

describe('tensors inside samples', () => {
  it('are freed once they are in a batch when `get` made them', async () => {
    const dataset = { length: 6, get: (index: number) => [tf.scalar(index), tf.ones([2])] };
    const before = tf.memory().numTensors;
    for await (const batch of new DataLoader(dataset, { batchSize: 2 })) tf.dispose(batch);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('live on when they were there before, or are held by tf.keep', async () => {
    const samples = [tf.scalar(1), tf.scalar(2)];
    const cache = new Map<number, tf.Tensor>();
    const cached = (index: number) => {
      const tensor = cache.get(index) ?? tf.keep(tf.scalar(index));
      cache.set(index, tensor);
      return tensor;
    };
    for (const source of [samples, { length: 2, get: cached }]) {
      const loader = new DataLoader(source, { batchSize: 2 });
      tf.dispose([...(await pass(loader)), ...(await pass(loader))]);
    }
    expect([...samples, ...cache.values()].some((tensor) => tensor.isDisposed)).toBe(false);
    tf.dispose([...samples, ...cache.values()]);
  });

  it('stay alive when the batch is made of them', async () => {
    const dataset = { length: 2, get: (index: number) => tf.scalar(index) };
    const [batch] = await pass(new DataLoader(dataset, { batchSize: 2, collate: asIs }));
    expect(batch!.map((tensor) => tensor.dataSync()[0])).toEqual([0, 1]);
    tf.dispose(batch!);
  });

  it('are freed when a later sample fails, and when the pass is left', async () => {
    const before = tf.memory().numTensors;
    const failing = {
      length: 2,
      get: (index: number) => {
        if (index === 1) throw new Error('boom');
        return tf.scalar(0);
      },
    };
    await expect(pass(new DataLoader(failing, { batchSize: 2 }))).rejects.toThrow('boom');
    const endless = function* () {
      for (;;) yield tf.scalar(1);
    };
    for await (const batch of new DataLoader(endless, { batchSize: 3 })) {
      batch.dispose();
      break;
    }
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('shuffle', () => {
  it('has a new order in each pass, with every sample once', async () => {
    const loader = numbers(20, { batchSize: 5, shuffle: true, seed: 1 });
    const [first, second] = [(await pass(loader)).flat(), (await pass(loader)).flat()];
    expect(first.toSorted((a, b) => a - b)).toEqual(range(20));
    expect(second.toSorted((a, b) => a - b)).toEqual(range(20));
    expect(second).not.toEqual(first);
  });

  it('follows its seed, or else seedEverything', async () => {
    const order = async (options: DataLoaderOptions) => (await pass(numbers(20, { shuffle: true, ...options }))).flat();
    expect(await order({ seed: 1 })).toEqual(await order({ seed: 1 }));
    expect(await order({ seed: 1 })).not.toEqual(await order({ seed: 2 }));
    seedEverything(5);
    const seeded = await order({});
    seedEverything(5);
    expect(await order({})).toEqual(seeded);
    expect(await order({})).not.toEqual(seeded);
  });

  it('leaves Math.random alone when nothing is random', () => {
    seedEverything(5);
    const expected = Math.random();
    seedEverything(5);
    new DataLoader([1, 2, 3]);
    new DataLoader(new TensorDataset({ data: Float32Array.of(1), shape: [1] }));
    numbers(3, { shuffle: true, seed: 1 });
    expect(Math.random()).toBe(expected);
  });

  it('takes the order from a sampler', async () => {
    const backwards = { length: 3, indices: () => [2, 1, 0] };
    const loader = numbers(3, { sampler: backwards, batchSize: 2 });
    expect([loader.length, await pass(loader)]).toEqual([2, [[2, 1], [0]]]);
    const few = numbers(100, {
      sampler: new RandomSampler(range(100), { replacement: true, numSamples: 10 }),
      seed: 3,
    });
    expect([few.length, (await pass(few)).length]).toEqual([10, 10]);
  });

  it.each<[string, number, Iterable<number>, string]>([
    ['an index beyond the data', 2, [0, 3], 'The sampler gave the index 3 for data of 3 samples.'],
    ['a fraction', 2, [0, 0.5], 'The sampler gave the index 0.5'],
    ['too few indices', 3, [0], 'The sampler gave 1 indices, but its length is 3.'],
  ])('refuses a sampler with %s', async (_, length, indices, message) => {
    await expect(pass(numbers(3, { sampler: { length, indices: () => indices } }))).rejects.toThrow(message);
  });
});

const BATCHES = { length: 1, batches: () => [[0]] };

describe('what DataLoader refuses', () => {
  it.each<[unknown, string]>([
    [
      { batch_size: 2 },
      'DataLoader has no option `batch_size`. Allowed: batchSize, shuffle, dropLast, collate, sampler, batchSampler, seed, numWorkers, prefetchFactor, persistentWorkers, timeout. Did you mean `batchSize`?',
    ],
    [{ shufle: true }, 'Did you mean `shuffle`?'],
    [{ collate_fn: () => 1 }, 'DataLoader has no option `collate_fn`.'],
    [{ workerInitFn: () => 1 }, 'give the dataset a method `initWorker({ id, numWorkers, seed })`.'],
    [{ pin_memory: true }, 'There is nothing to pin'],
    [{ generator: {} }, 'Give a `seed`: the order follows from it.'],
    [{ prefetch: 2 }, 'It is called `prefetchFactor`.'],
    [{ numWorkers: -1 }, '`numWorkers` is -1. Allowed: a count: 0, 1, 2 …'],
    [{ prefetchFactor: 1.5 }, '`prefetchFactor` is 1.5.'],
    [{ numWorkers: 1, prefetchFactor: 0 }, 'with threads `prefetchFactor` is 0. Allowed: a count of at least 1.'],
    [{ timeout: -1 }, '`timeout` is -1. Allowed: seconds, or 0 for no limit.'],
    [{ timeout: 3 }, 'DataLoader got `timeout`, and no threads. Set `numWorkers`, or leave it out.'],
    [{ persistentWorkers: true }, 'DataLoader got `persistentWorkers`, and no threads.'],
    [
      { batchSize: 0 },
      '`batchSize` is 0. Allowed: a count of at least 1, or null for samples that are batches already.',
    ],
    [{ batchSize: 2.5 }, '`batchSize` is 2.5.'],
    [{ batchSize: '32' }, '`batchSize` is "32".'],
    [{ batchSize: null, dropLast: true }, 'DataLoader got `batchSize: null` and `dropLast`: each sample is a batch'],
    [{ batchSize: null, collate: () => 1 }, 'DataLoader got `batchSize: null` and `collate`'],
    [{ batchSampler: [[1]] }, '`batchSampler` is an object. Allowed: an object with `length` and `batches(generator)`'],
    [{ batchSampler: BATCHES, batchSize: 2 }, 'got both a `batchSampler` and `batchSize`; each decides the batches.'],
    [{ batchSampler: BATCHES, shuffle: true }, 'got both a `batchSampler` and `shuffle`'],
    [{ batchSampler: BATCHES, dropLast: true }, 'got both a `batchSampler` and `dropLast`'],
    [{ shuffle: 1 }, '`shuffle` is 1. Allowed: true or false.'],
    [{ dropLast: 'yes' }, '`dropLast` is "yes".'],
    [{ collate: {} }, '`collate` is an object. Allowed: a function from an array of samples to a batch.'],
    [{ sampler: [1, 2] }, '`sampler` is an object. Allowed: an object with `length` and `indices(generator)`'],
    [{ shuffle: true, seed: -1 }, 'The seed is -1. Allowed: an integer from 0 to 4294967295'],
    [{ shuffle: true, sampler: { length: 0, indices: () => [] } }, 'got both `shuffle: true` and a `sampler`'],
    [null, 'DataLoader: its options are null.'],
    [32, 'DataLoader: its options are 32.'],
  ])('the options %j', (options, message) => {
    expect(() => new DataLoader([1], options as DataLoaderOptions)).toThrow(message);
  });

  it.each<[unknown, string]>([
    [null, 'DataLoader got null as data. Allowed: an array, a dataset'],
    [42, 'DataLoader got a number as data.'],
    ['text', 'DataLoader got a string as data.'],
    [{}, 'DataLoader got an object of class Object as data.'],
    [{ get: () => 1 }, 'DataLoader got an object of class Object as data.'],
    [{ length: -1, get: () => 1 }, "The dataset's length is -1. Allowed: a count of samples"],
    [{ length: undefined, get: () => 1 }, "The dataset's length is undefined."],
  ])('the data %j', (source, message) => {
    expect(() => new DataLoader(source as number[])).toThrow(message);
  });

  it.each<[DataLoaderOptions, string]>([
    [{ shuffle: true }, 'DataLoader got `shuffle` for data without an index: an iterable comes in its own order.'],
    [{ sampler: { length: 0, indices: () => [] } }, 'DataLoader got `sampler` for data without an index'],
    [{ batchSampler: BATCHES }, 'DataLoader got `batchSampler` for data without an index'],
  ])('an order for an iterable: %j', (options, message) => {
    expect(() => new DataLoader(new Set([1]), options)).toThrow(message);
  });

  it('a collate function for a dataset that has no samples', () => {
    const dataset = { length: 1, getBatch: () => 1 };
    expect(() => new DataLoader(dataset as never, { collate: asIs })).toThrow(
      'a dataset that only makes whole batches',
    );
  });

  it('a second pass over a generator that is used up', async () => {
    const loader = new DataLoader(stream(2), { collate: asIs });
    expect(await pass(loader)).toEqual([[0], [1]]);
    await expect(pass(loader)).rejects.toThrow(
      'Pass what makes a new one for each pass: the generator function itself',
    );
  });

  it('a function that makes nothing iterable', async () => {
    await expect(pass(new DataLoader((() => 5) as never))).rejects.toThrow(
      'The function given to DataLoader returned a number.',
    );
  });
});
