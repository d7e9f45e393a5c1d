import { beforeAll, describe, expect, it } from 'vitest';
import { startTestEngine } from '../testing/tiny.js';
import * as tf from '../tf.js';
import { BatchSampler } from './batchSampler.js';
import { ConcatDataset } from './concatDataset.js';
import { DataLoader } from './dataLoader.js';
import type { DataLoaderOptions } from './dataLoaderOptions.js';
import { RandomSampler } from './randomSampler.js';
import { Subset } from './subset.js';
import { moduleOf, NOISE } from './testing/workerModule.js';
import { WeightedRandomSampler } from './weightedRandomSampler.js';
import { workerDataset } from './workerDataset.js';

beforeAll(startTestEngine);

const N = 11;
const samples = Array.from({ length: N }, (_, i) => i);
const collate = (batch: number[]) => batch;
const show = (batch: unknown) => JSON.stringify(batch);
/** Shows order and random numbers alike, at whatever pace. */
const noisy = {
  length: N,
  async get(index: number) {
    const first = Math.random();
    if (index % 3 === 0) await Promise.resolve();
    return [index, first, Math.random()];
  },
};
async function* noisyStream() {
  for (const index of samples) yield [index, Math.random()];
}
const noisyTf = () => tf.data.generator(() => noisyStream());
const noiseModule = moduleOf(NOISE);

type Make = (options?: DataLoaderOptions) => DataLoader<unknown> | Promise<DataLoader<unknown>>;
const batches = { batchSize: 3 };
const makers: [string, Make][] = [
  ['in order', (options) => new DataLoader(samples, { ...batches, ...options, collate })],
  ['shuffled', (options) => new DataLoader(samples, { ...batches, shuffle: true, ...options, collate })],
  [
    'shuffled, dropLast',
    (options) => new DataLoader(samples, { ...batches, shuffle: true, dropLast: true, ...options, collate }),
  ],
  [
    'by a sampler',
    (options) => {
      const sampler = new RandomSampler(samples, { replacement: true });
      return new DataLoader(samples, { ...batches, sampler, ...options, collate });
    },
  ],
  [
    'by weights',
    (options) => {
      const sampler = new WeightedRandomSampler(samples, N);
      return new DataLoader(samples, { ...batches, sampler, ...options, collate });
    },
  ],
  [
    'by a batchSampler',
    (options) => {
      const batchSampler = new BatchSampler(new RandomSampler(samples), 4);
      return new DataLoader(samples, { batchSampler, ...options, collate });
    },
  ],
  ['one sample a batch', (options) => new DataLoader(noisy, { shuffle: true, ...options, batchSize: null })],
  [
    'from a dataset that draws random numbers',
    (options) => new DataLoader(noisy, { ...batches, shuffle: true, ...options, collate: (batch) => batch }),
  ],
  [
    'from whole batches that draw random numbers',
    (options) => {
      const dataset = { length: N, getBatch: (indices: Int32Array) => [...indices, Math.random()] };
      return new DataLoader(dataset, { ...batches, shuffle: true, ...options });
    },
  ],
  [
    'with a collate function that draws random numbers',
    (options) =>
      new DataLoader(samples, { ...batches, shuffle: true, ...options, collate: (batch) => [...batch, Math.random()] }),
  ],
  [
    'fetched ahead',
    (options) =>
      new DataLoader(noisy, {
        ...batches,
        shuffle: true,
        prefetchFactor: 2,
        ...options,
        collate: async (batch) => [batch, Math.random()],
      }),
  ],
  ['from a stream', (options) => new DataLoader(noisyStream, { ...batches, ...options, collate: (batch) => batch })],
  [
    'from a stream, dropLast',
    (options) => new DataLoader(noisyStream, { ...batches, dropLast: true, ...options, collate: (batch) => batch }),
  ],
  [
    'from a stream, fetched ahead',
    (options) => new DataLoader(noisyStream, { ...batches, prefetchFactor: 3, ...options, collate: (batch) => batch }),
  ],
  ['from tf.data', (options) => new DataLoader(noisyTf(), { ...batches, ...options, collate: (batch) => batch })],
  [
    'from tf.data, shuffled',
    (options) => new DataLoader(noisyTf().shuffle(5), { ...batches, ...options, collate: (batch) => batch }),
  ],
  [
    'from tf.data, shuffled with a seed',
    (options) => new DataLoader(noisyTf().shuffle(5, 'seed'), { ...batches, ...options, collate: (batch) => batch }),
  ],
  [
    'from tf.data, repeated',
    (options) => {
      const dataset = tf.data.array(samples).shuffle(5, 'seed').repeat(2).prefetch(2);
      return new DataLoader(dataset, { ...batches, ...options, collate: (batch) => batch });
    },
  ],
  [
    'from tf.data, fetched ahead',
    (options) => new DataLoader(noisyTf().shuffle(4).prefetch(2), { prefetchFactor: 2, ...options, batchSize: null }),
  ],
  [
    'from worker threads',
    async (options) => {
      const dataset = await workerDataset(noiseModule, { args: [N] });
      return new DataLoader(dataset, {
        ...batches,
        shuffle: true,
        numWorkers: 2,
        ...options,
        collate: (batch) => batch,
      });
    },
  ],
  [
    'from worker threads that stay, of parts',
    async (options) => {
      const dataset = await workerDataset(noiseModule, { args: [N] });
      const parts = new ConcatDataset([new Subset(dataset, [1, 3, 5]), dataset]);
      return new DataLoader(parts, {
        ...batches,
        shuffle: true,
        numWorkers: 3,
        prefetchFactor: 1,
        persistentWorkers: true,
        ...options,
        collate: (batch) => [batch, Math.random()],
      });
    },
  ],
];

/** Batches of the next passes, as a trainer sees them; stops after `stop` batches in all and returns what is saved then. */
async function train(loader: DataLoader<unknown>, passes: number, stop = Number.POSITIVE_INFINITY) {
  const seen: string[] = [];
  for (let epoch = 0; epoch < passes; epoch += 1) {
    for await (const batch of loader) {
      seen.push(show(batch));
      if (seen.length === stop) return { seen, saved: JSON.stringify(loader.stateDict()) };
    }
  }
  return { seen, saved: JSON.stringify(loader.stateDict()) };
}

describe.each(makers)('resuming %s', (name, make) => {
  it('goes on after every batch as an uninterrupted run does', async () => {
    const whole = (await train(await make(), 1)).seen.length;
    const uninterrupted = await make({ seed: 8 });
    const { seen: all } = await train(uninterrupted, 4);
    expect(new Set(all).size).toBeGreaterThan(whole / 2);
    // Threads take their time to start.
    const stops = name.includes('threads')
      ? [1, whole - 1, whole, whole + 2]
      : Array.from({ length: 3 * whole }, (_, i) => i + 1);
    for (const stop of stops) {
      const stopped = await make({ seed: 8 });
      const { seen, saved } = await train(stopped, 4, stop);
      const resumed = await make();
      resumed.loadStateDict(JSON.parse(saved));
      const rest = await train(resumed, 4 - Math.floor(stop / whole));
      expect([...seen, ...rest.seen]).toEqual(all);
      await Promise.all([stopped.dispose(), resumed.dispose()]);
    }
    await uninterrupted.dispose();
  });

  it('counts on from the batches before it', async () => {
    const loader = await make();
    const { saved } = await train(loader, 1, 2);
    const resumed = await make();
    resumed.loadStateDict(JSON.parse(saved));
    for await (const { batchIdx } of resumed.batches()) {
      expect(batchIdx).toBe(2);
      break;
    }
    await Promise.all([loader.dispose(), resumed.dispose()]);
  });
});

describe('stateDict', () => {
  const make = (options: DataLoaderOptions = {}) =>
    new DataLoader(samples, { batchSize: 2, shuffle: true, ...options, collate });

  it('describes the batches handed out so far, while the iteration goes on', async () => {
    const loader = make();
    const positions: number[] = [];
    for await (const _ of loader) positions.push(loader.stateDict().position);
    expect(positions).toEqual([1, 2, 3, 4, 5, 0]); // the last one is the next pass's start
    expect(loader.stateDict()).toMatchObject({ pass: 1, position: 0 });
  });

  it('is the same after a trip through a new loader', async () => {
    const loader = make();
    const { saved } = await train(loader, 2, 8);
    const other = make();
    other.loadStateDict(JSON.parse(saved));
    expect(JSON.stringify(other.stateDict())).toBe(saved);
  });

  it('does not move when an iterator is made but not used, or used after a newer one', async () => {
    const loader = make();
    const unused = loader.batches();
    expect(loader.stateDict()).toMatchObject({ pass: 0, position: 0 });
    await unused.return();
    const older = loader.batches();
    await older.next();
    const newer = loader.batches();
    await newer.next();
    await older.next();
    expect(loader.stateDict()).toMatchObject({ pass: 1, position: 1 });
    await Promise.all([older.return(), newer.return()]);
  });

  it('is not disturbed by a pass that began before a state was loaded', async () => {
    const loader = make();
    const running = loader.batches();
    await running.next();
    const saved = loader.stateDict();
    loader.loadStateDict(saved);
    await running.next();
    expect(loader.stateDict()).toEqual(saved);
    await running.return();
  });

  it('stays in the pass when the loop is left early, and a further loop is the next pass', async () => {
    const [loader, reference] = [make({ seed: 3 }), make({ seed: 3 })];
    await train(loader, 1, 2);
    expect(loader.stateDict()).toMatchObject({ pass: 0, position: 2 });
    await train(reference, 1);
    expect((await train(loader, 1)).seen).toEqual((await train(reference, 1)).seen);
  });

  it('moves to the next pass with endPass, also before a loaded pass has gone on', async () => {
    const [loader, reference] = [make({ seed: 3 }), make({ seed: 3 })];
    const { saved } = await train(loader, 1, 2);
    loader.endPass();
    loader.endPass();
    const loaded = make();
    loaded.loadStateDict(JSON.parse(saved));
    loaded.endPass();
    await train(reference, 1);
    expect(loader.stateDict()).toEqual(reference.stateDict());
    expect(loaded.stateDict()).toEqual(reference.stateDict());
  });

  it('ends a pass that has no batches', async () => {
    const loader = new DataLoader([] as number[]);
    await train(loader, 2);
    expect(loader.stateDict()).toMatchObject({ pass: 2, position: 0 });
  });
});

describe('loadStateDict', () => {
  const make = (n = 10, batchSize = 2) =>
    new DataLoader(samples.slice(0, n), { batchSize, shuffle: true, seed: 1, collate });
  const good = { pass: 1, position: 3, batchSize: 2, generator: [1, 2, 3, 4] };

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['text', 'state'],
    ['a missing field', { ...good, pass: undefined }],
    ['a negative position', { ...good, position: -1 }],
    ['a fraction', { ...good, position: 1.5 }],
    ['a generator of zeros', { ...good, generator: [0, 0, 0, 0] }],
    ['a short generator', { ...good, generator: [1] }],
  ])('refuses %s and changes nothing', (_, state) => {
    const loader = make();
    const before = loader.stateDict();
    expect(() => loader.loadStateDict(state)).toThrow('The state of a DataLoader cannot be read.');
    expect(loader.stateDict()).toEqual(before);
  });

  it('refuses another batch size in the middle of a pass only', () => {
    expect(() => make(10, 5).loadStateDict(good)).toThrow(
      'The saved position is after 3 batches of 2 samples; this DataLoader makes batches of 5 samples. Resume with the batch',
    );
    expect(() => make(10, 5).loadStateDict({ ...good, position: 0 })).not.toThrow();
  });

  it('refuses a position beyond the data', () => {
    expect(() => make(6).loadStateDict(good)).toThrow('3 batches into a pass; this DataLoader has only 3.');
  });

  it('finds out that a stream has become shorter', async () => {
    const loader = new DataLoader(() => [1, 2, 3], { batchSize: 2, collate });
    loader.loadStateDict(good);
    await expect(train(loader, 1)).rejects.toThrow('3 batches into the data, which now ends in batch 1.');
  });
});
