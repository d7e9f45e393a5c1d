import { beforeAll, describe, expect, it } from 'vitest';
import { Generator, seedEverything, unseed } from '../random/index.js';
import { startTestEngine } from '../testing/tiny.js';
import * as tf from '../tf.js';
import { BatchSampler } from './batchSampler.js';
import { ConcatDataset } from './concatDataset.js';
import { DataLoader } from './dataLoader.js';
import { RandomSampler } from './randomSampler.js';
import { randomSplit } from './randomSplit.js';
import { SequentialSampler } from './sequentialSampler.js';
import { Subset } from './subset.js';
import { SubsetRandomSampler } from './subsetRandomSampler.js';
import { TensorDataset } from './tensorDataset.js';
import { WeightedRandomSampler } from './weightedRandomSampler.js';

beforeAll(startTestEngine);

const letters = ['a', 'b', 'c', 'd', 'e'];
const tens = { length: 4, get: (index: number) => index * 10 };
const columns = new TensorDataset({ data: Float32Array.of(0, 1, 2, 3, 4), shape: [5] });
/** All samples of a dataset. */
const all = <Sample>(dataset: { readonly length: number; get(index: number): Sample }) =>
  Array.from({ length: dataset.length }, (_, index) => dataset.get(index));

describe('Subset', () => {
  it('has the samples of its indices, in their order', () => {
    expect(all(new Subset(letters, [3, 0, 3]))).toEqual(['d', 'a', 'd']);
    expect(all(new Subset(tens, [2]))).toEqual([20]);
    expect(all(new Subset(new Subset(letters, [4, 2, 0]), [1, 2]))).toEqual(['c', 'a']);
  });

  it('gathers whole batches where the dataset does', async () => {
    const loader = new DataLoader(new Subset(columns, [4, 1, 2]), { batchSize: 2 });
    const values: number[][] = [];
    for await (const [x] of loader) {
      values.push([...x.dataSync()]);
      x.dispose();
    }
    expect(values).toEqual([[4, 1], [2]]);
  });

  it.each<[unknown, number[], string]>([
    [new Set([1]), [0], 'Subset got an object of class Set. Allowed: an array of samples'],
    [letters, [5], 'The sampler gave the index 5 for data of 5 samples.'],
    [letters, [0.5], 'The sampler gave the index 0.5'],
  ])('refuses %j with %j', (data, indices, message) => {
    expect(() => new Subset(data as string[], indices)).toThrow(message);
  });
});

describe('ConcatDataset', () => {
  it('has the samples of all, one dataset after the other', () => {
    const dataset = new ConcatDataset<string | number>([letters, new Subset(letters, []), tens, ['z']]);
    expect(all(dataset)).toEqual([...letters, 0, 10, 20, 30, 'z']);
  });

  it.each<[unknown[], string]>([
    [[], 'ConcatDataset got no datasets.'],
    [[new Set([1])], 'ConcatDataset got an object of class Set.'],
    [[letters, 3], 'ConcatDataset got 3.'],
  ])('refuses %j', (datasets, message) => {
    expect(() => new ConcatDataset(datasets as string[][])).toThrow(message);
  });
});

describe('randomSplit', () => {
  it.each([
    [5, [3, 2], [3, 2]],
    [5, [0.5, 0.5], [3, 2]],
    [10, [0.7, 0.2, 0.1], [7, 2, 1]],
    [11, [0.3, 0.3, 0.4], [4, 3, 4]],
    [3, [1], [3]],
    [4, [4, 0], [4, 0]],
  ])('of %i samples into %j gives %j, each sample once', (length, lengths, counts) => {
    const samples: readonly number[] = Array.from({ length }, (_, index) => index);
    const parts = randomSplit(samples, lengths, { seed: 1 });
    expect(parts.map((part) => part.length)).toEqual(counts);
    const found = parts.flatMap((part) => all(part)) as number[]; // an array's samples are no promises
    expect(found.toSorted((a, b) => a - b)).toEqual(samples);
  });

  it('follows its seed, or else seedEverything', () => {
    const split = (options?: { seed: number }) => randomSplit(letters, [3, 2], options).map((part) => all(part));
    expect(split({ seed: 1 })).toEqual(split({ seed: 1 }));
    expect(new Set([1, 2, 3, 4, 5].map((seed) => JSON.stringify(split({ seed })))).size).toBeGreaterThan(1);
    seedEverything(3);
    const seeded = split();
    seedEverything(3);
    expect(split()).toEqual(seeded);
    unseed();
  });

  it.each([[[3, 3]], [[0.5, 0.6]], [[-1, 6]], [[Number.NaN]], [[]]])('refuses %j of five samples', (lengths) => {
    expect(() => randomSplit(letters, lengths)).toThrow(
      'Allowed: counts that sum up to 5, or fractions that sum up to 1.',
    );
  });
});

describe('SubsetRandomSampler', () => {
  it('gives each of its indices once, in random order', () => {
    const sampler = new SubsetRandomSampler([7, 3, 5]);
    const draws = [1, 2, 3, 4, 5, 6].map((seed) => [...sampler.indices(new Generator(seed))]);
    for (const draw of draws) expect(draw.toSorted()).toEqual([3, 5, 7]);
    expect(new Set(draws.map(String)).size).toBeGreaterThan(1);
    expect(sampler.length).toBe(3);
  });

  it.each([[[-1]], [[0.5]], [['a']]])('refuses %j', (indices) => {
    expect(() => new SubsetRandomSampler(indices as number[])).toThrow();
  });
});

describe('WeightedRandomSampler', () => {
  /** How often each index comes in many draws. */
  const shares = (sampler: WeightedRandomSampler, draws: number, weights: number) => {
    const counts = new Array<number>(weights).fill(0);
    const generator = new Generator(1);
    for (let draw = 0; draw < draws; draw += 1) for (const index of sampler.indices(generator)) counts[index]! += 1;
    return counts.map((count) => count / (draws * sampler.length));
  };

  it('draws in proportion to the weights, and never one of weight 0', () => {
    const found = shares(new WeightedRandomSampler([0, 1, 0, 3, 6, 0], 1000), 100, 6);
    // 100,000 draws: three standard deviations are below 0.005.
    [0, 0.1, 0, 0.3, 0.6, 0].forEach((share, index) => void expect(found[index]).toBeCloseTo(share, 2));
    expect([found[0], found[2], found[5]]).toEqual([0, 0, 0]);
  });

  it('draws each at most once without replacement, the heavy ones first', () => {
    const sampler = new WeightedRandomSampler([1, 0, 2, 7], 3, { replacement: false });
    const generator = new Generator(1);
    const firsts = [0, 0, 0, 0];
    for (let draw = 0; draw < 20_000; draw += 1) {
      const indices = [...sampler.indices(generator)];
      if (draw < 100) expect(indices.toSorted()).toEqual([0, 2, 3]);
      firsts[indices[0]!]! += 1;
    }
    // As above.
    [0.1, 0, 0.2, 0.7].forEach((share, index) => void expect(firsts[index]! / 20_000).toBeCloseTo(share, 1.5));
  });

  it.each<[number[], number, boolean, string]>([
    [[1, -1], 1, true, 'the weight of sample 1 is -1'],
    [[1, Number.NaN], 1, true, 'the weight of sample 1 is NaN'],
    [[Number.POSITIVE_INFINITY], 1, true, 'the weight of sample 0 is Infinity'],
    [[1], 0, true, '`numSamples` is 0. Allowed: a count of at least 1.'],
    [[0, 0], 1, true, '0 of 2 weights are above 0'],
    [[], 1, true, '0 of 0 weights are above 0'],
    [[1, 0, 1], 3, false, '2 of 3 weights are above 0, and 3 different samples are wanted'],
  ])('refuses %j, %i, %j', (weights, numSamples, replacement, message) => {
    expect(() => new WeightedRandomSampler(weights, numSamples, { replacement })).toThrow(message);
  });
});

describe('BatchSampler', () => {
  it.each([
    [false, 3, [[0, 1], [2, 3], [4]]],
    [
      true,
      2,
      [
        [0, 1],
        [2, 3],
      ],
    ],
  ])('with dropLast %j makes %i batches', (dropLast, length, batches) => {
    const sampler = new BatchSampler(new SequentialSampler(letters), 2, { dropLast });
    expect([sampler.length, [...sampler.batches(new Generator(1))]]).toEqual([length, batches]);
  });

  it('makes what a DataLoader makes by itself', async () => {
    const read = async (loader: DataLoader<string[]>) => {
      const batches: string[][] = [];
      for (let pass = 0; pass < 2; pass += 1) for await (const batch of loader) batches.push(batch);
      return batches;
    };
    const sampler = new RandomSampler(letters);
    expect(await read(new DataLoader(letters, { seed: 4, batchSampler: new BatchSampler(sampler, 2) }))).toEqual(
      await read(new DataLoader(letters, { seed: 4, sampler, batchSize: 2 })),
    );
  });

  it.each([0, -1, 1.5])('refuses batchSize %j', (batchSize) => {
    expect(() => new BatchSampler(new SequentialSampler(letters), batchSize)).toThrow(
      'Allowed: a count of at least 1.',
    );
  });
});

describe('what parts are made of', () => {
  it('is freed like other samples', async () => {
    const before = tf.memory().numTensors;
    const parts = new ConcatDataset([columns, new Subset(columns, [1])]);
    for await (const batch of new DataLoader(parts, { batchSize: 4 })) tf.dispose(batch);
    expect(tf.memory().numTensors).toBe(before);
  });
});
