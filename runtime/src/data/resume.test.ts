import { describe, expect, it } from 'vitest';
import { DataLoader } from './dataLoader.js';
import type { DataLoaderOptions } from './dataLoaderOptions.js';
import { RandomSampler } from './randomSampler.js';

const N = 11;
const samples = Array.from({ length: N }, (_, i) => i);
const collate = (batch: number[]) => batch;
const makers: [string, (options?: DataLoaderOptions) => DataLoader<number[]>][] = [
  ['in order', (options) => new DataLoader(samples, { batchSize: 3, ...options, collate })],
  ['shuffled', (options) => new DataLoader(samples, { batchSize: 3, shuffle: true, ...options, collate })],
  [
    'shuffled, dropLast',
    (options) => new DataLoader(samples, { batchSize: 3, shuffle: true, dropLast: true, ...options, collate }),
  ],
  [
    'by a sampler',
    (options) =>
      new DataLoader(samples, {
        batchSize: 3,
        sampler: new RandomSampler(samples, { replacement: true }),
        ...options,
        collate,
      }),
  ],
  [
    'from a stream',
    (options) => new DataLoader(() => samples[Symbol.iterator](), { batchSize: 3, ...options, collate }),
  ],
  [
    'from a stream, dropLast',
    (options) =>
      new DataLoader(() => samples[Symbol.iterator](), { batchSize: 3, dropLast: true, ...options, collate }),
  ],
];

/** Batches of the next passes, as a trainer sees them; stops after `stop` batches in all and returns what is saved then. */
async function train(loader: DataLoader<number[]>, passes: number, stop = Number.POSITIVE_INFINITY) {
  const seen: string[] = [];
  for (let epoch = 0; epoch < passes; epoch += 1) {
    for await (const batch of loader) {
      seen.push(batch.join());
      if (seen.length === stop) return { seen, saved: JSON.stringify(loader.stateDict()) };
    }
  }
  return { seen, saved: JSON.stringify(loader.stateDict()) };
}

describe.each(makers)('resuming %s', (_, make) => {
  it('goes on after every batch as an uninterrupted run does', async () => {
    const whole = (await train(make(), 1)).seen.length;
    for (let stop = 1; stop <= 3 * whole; stop += 1) {
      const uninterrupted = make();
      const begin = JSON.stringify(uninterrupted.stateDict());
      const { seen: all } = await train(uninterrupted, 4);

      const stopped = make();
      stopped.loadStateDict(JSON.parse(begin)); // the same seed
      const { seen, saved } = await train(stopped, 4, stop);
      const resumed = make();
      resumed.loadStateDict(JSON.parse(saved));
      const rest = await train(resumed, 4 - Math.floor(stop / whole));
      expect([...seen, ...rest.seen]).toEqual(all);
    }
  });

  it('counts on from the batches before it', async () => {
    const loader = make();
    const { saved } = await train(loader, 1, 2);
    const resumed = make();
    resumed.loadStateDict(JSON.parse(saved));
    for await (const { batchIdx } of resumed.batches()) {
      expect(batchIdx).toBe(2);
      break;
    }
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
    await train(loader as never, 2);
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
      '3 batches of 2 samples; this DataLoader has batchSize 5. Resume with batchSize 2',
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
