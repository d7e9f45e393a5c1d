/** Seeded numbers for differential tests: the same seed gives the same case on every machine. */
export class TestRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** Uniform in `0 ≤ value < 1` (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** An integer in `from … to`, both included. */
  integer(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.integer(0, choices.length - 1)] as T;
  }

  /** A shape of `from … to` axes, each of 1 to `longest`. */
  shape(from: number, to: number, longest = 4): number[] {
    return Array.from({ length: this.integer(from, to) }, () => this.integer(1, longest));
  }

  /** Numbers from 0 to `count - 1` in random order. */
  order(count: number): number[] {
    const order = Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const j = this.integer(0, i);
      [order[i], order[j]] = [order[j] as number, order[i] as number];
    }
    return order;
  }

  /** Floats between -1 and 1, shifted: a negative `shift` makes windows without a positive value. */
  floats(shape: readonly number[], shift = 0): Float32Array {
    const size = shape.reduce((product, length) => product * length, 1);
    return Float32Array.from({ length: size }, () => this.next() * 2 - 1 + shift);
  }
}
