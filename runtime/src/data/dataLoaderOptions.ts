import { MisconfigurationError, nearest } from '../errors/index.js';
import { checkSeed } from '../random/index.js';
import type { Sampler } from './sampler.js';

/** How a DataLoader makes batches. */
export interface DataLoaderOptions {
  /** Samples in a batch; default 1. */
  readonly batchSize?: number;
  /** A new random order in each pass; default false. */
  readonly shuffle?: boolean;
  /** Leave out a last batch that is not full; default false. */
  readonly dropLast?: boolean;
  /** The order of the samples, instead of `shuffle`. */
  readonly sampler?: Sampler;
  /** Seed of this loader's order; default: drawn from `Math.random` when the loader is made, so `seedEverything` decides it. */
  readonly seed?: number;
}

/** Makes a batch of samples. Samples are borrowed; the DataLoader's caller owns the batch's tensors. */
export type Collate<Sample, Batch> = (samples: Sample[]) => Batch | Promise<Batch>;

/** Options with their defaults. */
export interface ResolvedOptions {
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly dropLast: boolean;
  readonly collate: Collate<unknown, unknown> | undefined;
  readonly sampler: Sampler | undefined;
  readonly seed: number | undefined;
}

const NAMES = [
  'batchSize',
  'shuffle',
  'dropLast',
  'collate',
  'sampler',
  'seed',
] as const satisfies (keyof ResolvedOptions)[];

/**
 * Checks what a DataLoader was given and fills in the defaults.
 * @throws MisconfigurationError that names the option and what is allowed
 */
export function resolveOptions(options: unknown, isStream: boolean): ResolvedOptions {
  if (typeof options !== 'object' || options === null)
    throw invalid('its options are', options, `an object: { ${NAMES.join(', ')} }`);
  for (const name of Object.keys(options)) if (!NAMES.some((known) => known === name)) throw unknownOption(name);
  const given: { readonly [Name in keyof ResolvedOptions]?: unknown } = options;
  const resolved: ResolvedOptions = {
    batchSize: batchSizeOf(given.batchSize),
    shuffle: flagOf('shuffle', given.shuffle),
    dropLast: flagOf('dropLast', given.dropLast),
    collate: collateOf(given.collate),
    sampler: samplerOf(given.sampler),
    seed: given.seed === undefined ? undefined : checkSeed(given.seed),
  };
  checkOrder(resolved, isStream);
  return resolved;
}

function batchSizeOf(value: unknown): number {
  if (value === undefined) return 1;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value;
  throw invalid('`batchSize` is', value, 'a count of at least 1');
}

function flagOf(name: string, value: unknown): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? false;
  throw invalid(`\`${name}\` is`, value, 'true or false');
}

function collateOf(value: unknown): ResolvedOptions['collate'] {
  if (value === undefined) return undefined;
  if (typeof value === 'function') return (samples) => value(samples);
  throw invalid('`collate` is', value, 'a function from an array of samples to a batch');
}

function samplerOf(value: unknown): Sampler | undefined {
  if (value === undefined) return undefined;
  if (
    typeof value === 'object' &&
    value !== null &&
    'indices' in value &&
    typeof value.indices === 'function' &&
    'length' in value
  ) {
    return value as Sampler; // checked; what `indices` returns is checked in each pass
  }
  throw invalid('`sampler` is', value, 'an object with `length` and `indices(generator)`, such as a RandomSampler');
}

function checkOrder({ shuffle, sampler, seed }: ResolvedOptions, isStream: boolean): void {
  if (shuffle && sampler) {
    throw new MisconfigurationError({
      code: 'option-conflict',
      found: 'DataLoader got both `shuffle: true` and a `sampler`; each decides the order.',
      fix: 'Leave one of them out.',
    });
  }
  const given = shuffle ? 'shuffle' : sampler ? 'sampler' : seed !== undefined ? 'seed' : undefined;
  if (isStream && given) {
    throw new MisconfigurationError({
      code: 'option-conflict',
      found: `DataLoader got \`${given}\` for data without an index: an iterable comes in its own order.`,
      fix: 'Shuffle where the samples are made, or pass a dataset with `length` and `get(index)`.',
    });
  }
}

function unknownOption(name: string): MisconfigurationError {
  const meant = nearest(name, NAMES);
  return new MisconfigurationError({
    code: 'unknown-option',
    found: `DataLoader has no option \`${name}\`.`,
    allowed: NAMES.join(', '),
    fix: meant === undefined ? undefined : `Did you mean \`${meant}\`?`,
  });
}

function invalid(subject: string, value: unknown, allowed: string): MisconfigurationError {
  const shown =
    typeof value === 'string' ? JSON.stringify(value) : typeof value === 'object' ? 'an object' : String(value);
  return new MisconfigurationError({
    code: 'option-value',
    found: `DataLoader: ${subject} ${value === null ? 'null' : shown}.`,
    allowed,
  });
}
