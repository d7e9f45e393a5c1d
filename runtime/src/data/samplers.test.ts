import { describe, expect, it } from 'vitest';
import { Generator } from '../random/index.js';
import { RandomSampler } from './randomSampler.js';
import { SequentialSampler } from './sequentialSampler.js';

const four = { length: 4 };

describe('SequentialSampler', () => {
  it('goes from first to last', () => {
    const sampler = new SequentialSampler(four);
    expect([sampler.length, [...sampler.indices()]]).toEqual([4, [0, 1, 2, 3]]);
  });
});

describe('RandomSampler', () => {
  it('gives each index once, in an order that the generator decides', () => {
    const sampler = new RandomSampler(four);
    const draw = (seed: number) => [...sampler.indices(new Generator(seed))];
    expect(draw(1).toSorted()).toEqual([0, 1, 2, 3]);
    expect(draw(1)).toEqual(draw(1));
    expect(new Set([1, 2, 3, 4, 5].map((seed) => draw(seed).join())).size).toBeGreaterThan(1);
  });

  it('repeats whole permutations for more samples than there are', () => {
    const indices = [...new RandomSampler(four, { numSamples: 10 }).indices(new Generator(1))];
    expect(indices.slice(0, 4).toSorted()).toEqual([0, 1, 2, 3]);
    expect(indices.slice(4, 8).toSorted()).toEqual([0, 1, 2, 3]);
    expect(indices).toHaveLength(10);
  });

  it('draws with replacement', () => {
    const sampler = new RandomSampler(four, { replacement: true, numSamples: 1000 });
    const indices = sampler.indices(new Generator(1));
    expect([sampler.length, new Set(indices)]).toEqual([1000, new Set([0, 1, 2, 3])]);
  });

  it('has nothing to draw from an empty source', () => {
    const sampler = new RandomSampler({ length: 0 }, { replacement: true, numSamples: 3 });
    expect([sampler.length, [...sampler.indices(new Generator(1))]]).toEqual([0, []]);
  });

  it.each([0, -1, 2.5, Number.NaN])('refuses numSamples %s', (numSamples) => {
    expect(() => new RandomSampler(four, { numSamples })).toThrow(
      `\`numSamples\` is ${numSamples}. Allowed: a count of at least 1.`,
    );
  });
});
