import { AsyncLocalStorage } from 'node:async_hooks';

/** Where `Math.random` takes its numbers from while {@link drawFrom} runs something. */
export interface Draws {
  /** A number from 0 (included) to 1 (excluded). */
  next(): number;
  /** The pass through the data that these numbers are for, from 0. */
  readonly pass: number;
}

// On the global object, as in seed.ts: two copies of this package, such as a bundle of tfjs beside our sources, are one here.
const KEY = Symbol.for('lightning-tfjs.draws');
const AWARE = Symbol.for('lightning-tfjs.aware');
const globals: typeof globalThis & { [KEY]?: AsyncLocalStorage<Draws> } = globalThis;

/**
 * Runs `work`, also across its awaits, with `Math.random` drawing from `draws`. What runs at the same time draws what it would
 * have drawn without: data that is fetched ahead does not shift a step's random numbers.
 *
 * Cost: from the first call on, Node follows every promise, some 0.1 µs for each await of the process.
 */
export function drawFrom<Result>(draws: Draws, work: () => Result): Result {
  globals[KEY] ??= new AsyncLocalStorage();
  if (!(AWARE in Math.random)) Math.random = aware(Math.random);
  return globals[KEY].run(draws, work);
}

/** What {@link drawFrom} was given, where it runs something now. */
export function currentDraws(): Draws | undefined {
  return globals[KEY]?.getStore();
}

/** A `Math.random` that heeds {@link drawFrom}, and otherwise is `random`. */
export function aware(random: () => number): () => number {
  return Object.assign(() => currentDraws()?.next() ?? random(), { [AWARE]: true });
}
