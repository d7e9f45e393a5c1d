import * as tf from '../../../tf.js';
import type { TestRandom } from '../random.js';

/** Numbers for one input of an operation. */
export interface OpInput {
  readonly shape: number[];
  readonly values: Float32Array;
}

/** One operation on random inputs, near which it is smooth: no step of a difference quotient crosses a kink. */
export interface OpCase {
  readonly inputs: readonly OpInput[];
  /** Borrows its inputs. A method, so that a row may ask for tensors of a certain rank. */
  run(...inputs: tf.Tensor[]): tf.Tensor | tf.Tensor[];
}

/** Operations by name; each makes a different case for each seed. */
export type OpTable = Readonly<Record<string, (random: TestRandom) => OpCase>>;

/** The inputs' values keep at least this distance from each other where ties matter, and from a function's kinks. */
const APART = 0.1;

/** Numbers in `from … to`. */
export function uniform(random: TestRandom, shape: number[], from = -1, to = 1): OpInput {
  const size = tf.util.sizeFromShape(shape);
  return { shape, values: Float32Array.from({ length: size }, () => from + (to - from) * random.next()) };
}

/** Numbers around 0 of which no two are close to each other, nor to a multiple of `APART`. */
export function distinct(random: TestRandom, shape: number[]): OpInput {
  const size = tf.util.sizeFromShape(shape);
  const values = random.order(size).map((place) => (place - Math.floor(size / 2) + 0.5) * APART);
  return { shape, values: Float32Array.from(values) };
}

/** Numbers in `from … to` that are not close to any of `kinks`. */
export function away(random: TestRandom, shape: number[], kinks: readonly number[], from = -3, to = 3): OpInput {
  const input = uniform(random, shape, from, to);
  const isClose = (value: number) => kinks.some((kink) => Math.abs(value - kink) < APART);
  input.values.forEach((_, i) => {
    while (isClose(input.values[i] as number)) input.values[i] = from + (to - from) * random.next();
  });
  return input;
}

/** Two shapes that broadcast to each other, in one or in both directions. */
export function broadcastShapes(random: TestRandom, longest = 4): [number[], number[]] {
  const full = random.shape(0, 5, longest);
  const shrink = () =>
    full
      .map((size) => (random.next() < 0.35 ? 1 : size))
      .slice(random.next() < 0.4 ? random.integer(0, full.length) : 0);
  return random.pick([
    [full, full],
    [full, shrink()],
    [shrink(), full],
    [shrink(), shrink()],
  ]);
}
