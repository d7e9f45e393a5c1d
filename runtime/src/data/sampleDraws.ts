import { type Draws, Generator, type GeneratorState } from '../random/index.js';

/** What the random numbers of a pass's samples follow from; fit for another thread. */
export interface PassKey {
  /** From 0. */
  readonly pass: number;
  /** The loader's generator once the order of the pass was drawn. */
  readonly generator: GeneratorState;
}

/**
 * What `Math.random` gives to a dataset. Each sample has a sequence of its own, which follows from the loader's seed, the pass
 * and the sample's place in the pass: so an augmentation draws the same whatever thread it runs on, however far it is fetched
 * ahead, and after a resume.
 */
export class SampleDraws implements Draws {
  readonly pass: number;
  readonly #key: GeneratorState;
  #place = 0;
  #generator: Generator | undefined;

  constructor(key: PassKey) {
    this.pass = key.pass;
    this.#key = key.generator;
  }

  /** From here on the numbers are those of the sample at a place in the pass, from 0. */
  moveToSample(place: number): void {
    this.#place = place;
    this.#generator = undefined;
  }

  /** From here on the numbers are those of a batch as a whole: of its collation. */
  moveToBatch(batchIdx: number): void {
    this.moveToSample(-1 - batchIdx); // where no sample is
  }

  next(): number {
    // Most samples draw nothing.
    this.#generator ??= Generator.fromState(stateAt(this.#key, this.pass, this.#place));
    return this.#generator.next();
  }
}

/** The seed of a thread, as torch's: that of the pass plus the thread's number. */
export function workerSeed({ pass, generator }: PassKey, workerId: number): number {
  const words = stateAt(generator, pass, 0);
  return ((words[0] ?? 0) + workerId) >>> 0;
}

/** Each word is a one-to-one image of the place, so no two samples of a pass share a state. */
function stateAt(key: GeneratorState, pass: number, place: number): GeneratorState {
  const words = key.map((word, i) =>
    mix(mix(word + Math.imul(pass + i, GOLDEN)) ^ mix(place ^ Math.imul(i + 1, GOLDEN))),
  );
  return words.some((word) => word !== 0) ? words : [1, 0, 0, 0]; // a generator of zeros would stand still
}

const GOLDEN = 0x9e3779b9; // 2^32 divided by the golden ratio: multiples of it are far apart

/** Spreads each bit over all 32. Source: MurmurHash3's finalizer, public domain. */
function mix(value: number): number {
  let word = value | 0;
  word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
  return word ^ (word >>> 16);
}
