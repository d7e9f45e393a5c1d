import { MisconfigurationError } from '../errors/index.js';
import { aware } from './draws.js';
import { checkSeed, Generator, type GeneratorState, isGeneratorState } from './generator.js';

/** State of the one generator behind all randomness, fit for JSON. Null while nothing was seeded. */
export interface RngState {
  readonly algorithm: 'xoroshiro128plus';
  /** What `seedEverything` was given. */
  readonly seed: number;
  readonly state: GeneratorState;
}

// tfjs draws everything (initialisers, dropout, shuffles) from Math.random, so that is the one place to seed.
// Kept on the global object: two copies of this package in one process must not seed past each other.
const KEY = Symbol.for('lightning-tfjs.random');
interface Installed {
  seed: number;
  generator: Generator;
  readonly original: () => number;
}
const globals: typeof globalThis & { [KEY]?: Installed } = globalThis;

/**
 * Makes all randomness repeatable: initialisers, dropout, shuffles, samplers. From now on `Math.random` draws from a
 * seeded generator. Until the first call it is left alone. Follows PyTorch Lightning's `seed_everything`.
 *
 * @param seed an integer from 0 to 2^32 - 1; default 0, as in PyTorch Lightning
 * @returns the seed
 * @throws MisconfigurationError for any other value
 */
export function seedEverything(seed = 0): number {
  install(checkSeed(seed), new Generator(seed));
  return seed;
}

/** Where the generator of {@link seedEverything} stands; null when nothing was seeded. */
export function rngState(): RngState | null {
  const installed = globals[KEY];
  return installed ? { algorithm: 'xoroshiro128plus', seed: installed.seed, state: installed.generator.state } : null;
}

/**
 * Continues the sequence where {@link rngState} was read, in this process or another. Null, the state of a run that was
 * not seeded, changes nothing.
 * @throws MisconfigurationError when `state` is not such a state
 */
export function setRngState(state: unknown): void {
  if (state === null) return;
  if (!isRngState(state)) {
    throw new MisconfigurationError({
      code: 'rng-state',
      found: 'The state of the random number generator cannot be read.',
      allowed: "{ algorithm: 'xoroshiro128plus', seed, state: four 32-bit integers }, or null",
      fix: 'Pass what rngState() returned; if it comes from a checkpoint, that file may be damaged.',
    });
  }
  install(state.seed, Generator.fromState(state.state));
}

/** Gives `Math.random` back to the engine. For tests, and for hosts that outlive a run. */
export function unseed(): void {
  const installed = globals[KEY];
  if (!installed) return;
  Math.random = installed.original;
  delete globals[KEY];
}

/**
 * Runs `work` and puts the generator back to where it stood, also after a failure: what `work` draws does not shift the
 * numbers that follow. Follows PyTorch Lightning's `isolate_rng`, which the sanity check uses.
 */
export async function isolateRng<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  const state = rngState();
  try {
    return await work();
  } finally {
    if (state) setRngState(state);
    else unseed();
  }
}

function install(seed: number, generator: Generator): void {
  const installed = globals[KEY];
  if (installed) {
    installed.seed = seed;
    installed.generator = generator;
    return;
  }
  const fresh: Installed = { seed, generator, original: Math.random };
  globals[KEY] = fresh;
  Math.random = aware(() => fresh.generator.next());
}

function isRngState(value: unknown): value is RngState {
  if (typeof value !== 'object' || value === null) return false;
  const { algorithm, seed, state }: Partial<Record<keyof RngState, unknown>> = value;
  return (
    algorithm === 'xoroshiro128plus' &&
    typeof seed === 'number' &&
    Number.isInteger(seed) &&
    seed >= 0 &&
    isGeneratorState(state)
  );
}
