import { MisconfigurationError } from '../errors/index.js';
import { checkSeed, Generator } from '../random/index.js';
import { checkPartable } from './indexedData.js';
import { Subset, type WholeData } from './subset.js';

/**
 * Splits a dataset at random into parts that do not overlap. Source: torch.utils.data.random_split; the order is that of our
 * generator, not torch's.
 *
 * @param lengths counts that sum up to the length of the data, or fractions that sum up to 1: then each part gets its share
 *   rounded down, and what is left goes to the parts one by one, from the first
 * @param options.seed default: drawn from `Math.random`, so `seedEverything` decides it
 * @throws MisconfigurationError when the lengths do not fit
 * @example
 * const [train, val] = randomSplit(dataset, [0.8, 0.2], { seed: 42 });
 */
export function randomSplit<Data extends WholeData, const Lengths extends readonly number[]>(
  dataset: Data,
  lengths: Lengths,
  options: { readonly seed?: number } = {},
): { -readonly [K in keyof Lengths]: Subset<Data> } {
  checkPartable(dataset, 'randomSplit');
  const counts = countsOf(lengths, dataset.length);
  const seed = options.seed === undefined ? Math.floor(Math.random() * 2 ** 32) : checkSeed(options.seed);
  const order = new Generator(seed).permutation(dataset.length);
  let end = 0;
  const parts = counts.map((count) => {
    end += count;
    return new Subset(dataset, order.slice(end - count, end));
  });
  return parts as { -readonly [K in keyof Lengths]: Subset<Data> }; // map keeps the number of parts
}

function countsOf(lengths: readonly number[], available: number): readonly number[] {
  const sum = lengths.reduce((total, length) => total + length, 0);
  const isCounts = lengths.every((length) => Number.isInteger(length) && length >= 0);
  if (isCounts && sum === available) return lengths;
  const isFractions = lengths.every((length) => length >= 0 && length <= 1) && Math.abs(sum - 1) < 1e-9; // 0.7 + 0.2 + 0.1
  if (!isFractions) {
    throw new MisconfigurationError({
      code: 'option-value',
      found: `randomSplit: the lengths are [${lengths.join(', ')}], for ${available} samples.`,
      allowed: `counts that sum up to ${available}, or fractions that sum up to 1`,
    });
  }
  const counts = lengths.map((fraction) => Math.floor(fraction * available));
  const left = available - counts.reduce((total, count) => total + count, 0);
  return counts.map((count, part) => count + (part < left ? 1 : 0));
}
