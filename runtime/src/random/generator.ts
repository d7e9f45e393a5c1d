import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { mersenne } from 'pure-rand/generator/mersenne';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import { MisconfigurationError } from '../errors/index.js';

/** Largest seed, as in PyTorch Lightning: the seeds are the unsigned 32-bit integers. */
export const MAX_SEED = 0xffff_ffff;

/** Where a {@link Generator} stands in its sequence: four signed 32-bit integers, fit for JSON. */
export type GeneratorState = readonly number[];

/**
 * A sequence of random numbers that a seed determines (xoroshiro128+). Not for secrets.
 *
 * @example
 * const order = new Generator(42).permutation(3); // the same on every machine
 */
export class Generator {
  #source: ReturnType<typeof xoroshiro128plusFromState>;

  /** @param seed an integer from 0 to 2^32 - 1; anything else throws a MisconfigurationError */
  constructor(seed: number) {
    this.#source = xoroshiro128plusFromState(expand(checkSeed(seed)));
  }

  /**
   * A generator that continues where another's {@link Generator.state} was read.
   * @throws MisconfigurationError when `state` is not such a state
   */
  static fromState(state: unknown): Generator {
    if (!isGeneratorState(state)) {
      throw new MisconfigurationError({
        code: 'generator-state',
        found: `${JSON.stringify(state)?.slice(0, 80)} is not the state of a random number generator.`,
        allowed: 'four 32-bit integers that are not all 0',
        fix: 'Pass what `state` of a Generator returned.',
      });
    }
    const generator = new Generator(0);
    generator.#source = xoroshiro128plusFromState(state);
    return generator;
  }

  /** Where this generator stands; does not change it. */
  get state(): GeneratorState {
    return this.#source.getState();
  }

  /** A number of 53 random bits, from 0 (included) to 1 (excluded), like `Math.random`. */
  next(): number {
    return uniformFloat64(this.#source);
  }

  /** An integer from 0 to `n - 1`, without bias. */
  int(n: number): number {
    if (!Number.isSafeInteger(n) || n < 1) {
      throw new MisconfigurationError({
        code: 'generator-range',
        found: `Generator.int got ${n}.`,
        allowed: 'an integer of at least 1: the number of values to choose from',
      });
    }
    return uniformInt(this.#source, 0, n - 1);
  }

  /** Shuffles in place (Fisher and Yates) and returns its argument. */
  shuffle<Values extends Int32Array | unknown[]>(values: Values): Values;
  shuffle(values: unknown[]): unknown[] {
    for (let last = values.length - 1; last > 0; last -= 1) {
      const other = uniformInt(this.#source, 0, last);
      [values[last], values[other]] = [values[other], values[last]];
    }
    return values;
  }

  /** The integers from 0 to `n - 1` in random order. */
  permutation(n: number): Int32Array {
    return this.shuffle(Int32Array.from({ length: n }, (_, index) => index));
  }
}

/** Whether a value from a file can be a {@link GeneratorState}. A state of zeros would repeat 0 for ever. */
export function isGeneratorState(value: unknown): value is GeneratorState {
  return (
    Array.isArray(value) &&
    value.length === 4 &&
    value.every((word) => typeof word === 'number' && (word | 0) === word) &&
    value.some((word) => word !== 0)
  );
}

/** @throws MisconfigurationError unless `seed` is an integer from 0 to 2^32 - 1 */
export function checkSeed(seed: unknown): number {
  if (typeof seed === 'number' && Number.isInteger(seed) && seed >= 0 && seed <= MAX_SEED) return seed;
  throw new MisconfigurationError({
    code: 'seed',
    found: `The seed is ${typeof seed === 'string' ? JSON.stringify(seed) : String(seed)}.`,
    allowed: `an integer from 0 to ${MAX_SEED} (2^32 - 1)`,
  });
}

/** xoroshiro128+'s own seeding hands the seed itself out as first number; the Mersenne twister's mixes it well. */
function expand(seed: number): GeneratorState {
  const mixer = mersenne(seed);
  return [mixer.next(), mixer.next(), mixer.next(), mixer.next()];
}
