import { MisconfigurationError } from '../errors/index.js';
import type { Generator } from '../random/index.js';
import type { Sampler } from './sampler.js';

/**
 * Indices drawn with the probabilities that weights give them, such as to see rare classes as often as common ones.
 * Source: torch.utils.data.WeightedRandomSampler.
 *
 * @example
 * const weights = labels.map((label) => 1 / countOf[label]);
 * new DataLoader(dataset, { sampler: new WeightedRandomSampler(weights, labels.length) });
 */
export class WeightedRandomSampler implements Sampler {
  readonly length: number;
  readonly #weights: Float64Array;
  readonly #replacement: boolean;

  /**
   * @param weights one for each sample, at least 0; they need not sum up to 1
   * @param numSamples indices a pass
   * @param options.replacement draw each index anew, so that some come twice and some never; default true
   * @throws MisconfigurationError for other weights, or when without replacement there are too few that are not 0
   */
  constructor(weights: ArrayLike<number>, numSamples: number, options: { readonly replacement?: boolean } = {}) {
    this.#weights = Float64Array.from(weights);
    this.length = numSamples;
    this.#replacement = options.replacement ?? true;
    this.#check();
  }

  indices(generator: Generator): Int32Array {
    return this.#replacement ? this.#drawWithReplacement(generator) : this.#drawWithout(generator);
  }

  #drawWithReplacement(generator: Generator): Int32Array {
    let sum = 0;
    const ends = this.#weights.map((weight) => {
      sum += weight;
      return sum;
    });
    return new Int32Array(this.length).map(() => firstAbove(ends, generator.next() * sum));
  }

  /** The smallest of exponential times at these rates. Source: Efraimidis and Spirakis, 2006. */
  #drawWithout(generator: Generator): Int32Array {
    const times = this.#weights.map((weight) => {
      const time = -Math.log1p(-generator.next()); // drawn for all, so that a weight of 0 shifts nobody's numbers
      return weight === 0 ? Number.POSITIVE_INFINITY : time / weight;
    });
    const order = Int32Array.from(times, (_, index) => index).sort((a, b) => times[a]! - times[b]!);
    return order.slice(0, this.length);
  }

  #check(): void {
    const wrong = this.#weights.findIndex((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY));
    if (wrong >= 0) throw invalid(`the weight of sample ${wrong} is ${this.#weights[wrong]}`, 'numbers of at least 0');
    if (!(Number.isSafeInteger(this.length) && this.length > 0)) {
      throw invalid(`\`numSamples\` is ${this.length}`, 'a count of at least 1');
    }
    const possible = this.#weights.reduce((count, weight) => count + (weight > 0 ? 1 : 0), 0);
    const needed = this.#replacement ? 1 : this.length;
    if (possible < needed) {
      throw invalid(
        `${possible} of ${this.#weights.length} weights are above 0, and ${needed} different samples are wanted`,
        this.#replacement ? 'at least one weight above 0' : `\`numSamples\` up to ${possible}, or replacement: true`,
      );
    }
  }
}

/** Position of the first end above a value. The last one with weight, should rounding have made the value the sum itself. */
function firstAbove(ends: Float64Array, value: number): number {
  let [low, high] = [0, ends.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle]! > value) high = middle;
    else low = middle + 1;
  }
  while (low > 0 && ends[low] === ends[low - 1]) low -= 1;
  return low;
}

function invalid(found: string, allowed: string): MisconfigurationError {
  return new MisconfigurationError({ code: 'option-value', found: `WeightedRandomSampler: ${found}.`, allowed });
}
