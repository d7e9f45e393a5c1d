import { MisconfigurationError, nearest } from '../errors/index.js';
import { checkSeed } from '../random/index.js';
import type { SamplerOfBatches } from './batchSampler.js';
import type { Sampler } from './sampler.js';

/** How a DataLoader makes batches. Names and defaults are those of torch's `DataLoader`. */
export interface DataLoaderOptions {
  /** Samples in a batch; null: each sample is a batch as it is, not collated. Default 1. */
  readonly batchSize?: number | null;
  /** A new random order in each pass; default false. */
  readonly shuffle?: boolean;
  /** Leave out a last batch that is not full; default false. */
  readonly dropLast?: boolean;
  /** The order of the samples, instead of `shuffle`. */
  readonly sampler?: Sampler;
  /** The batches, instead of `batchSize`, `shuffle`, `sampler` and `dropLast`. */
  readonly batchSampler?: SamplerOfBatches;
  /**
   * Decides the order, and what the dataset and `collate` draw from `Math.random`. Default: drawn from `Math.random` when the loader
   * is made, so `seedEverything` decides it.
   */
  readonly seed?: number;
  /** Threads that make samples; the data must come from `workerDataset`. Default 0: samples are made on this thread. */
  readonly numWorkers?: number;
  /**
   * Batches that are fetched ahead while one is used; with threads, for each of them. Default 2 with threads, else 0: ahead of time
   * on this thread is of use only for data that is waited for, such as files.
   */
  readonly prefetchFactor?: number;
  /** Keep the threads for the next pass, and with them their datasets, until `dispose` or the run's end. Default false. */
  readonly persistentWorkers?: boolean;
  /** Longest wait for a batch of a thread, in seconds; default 0: as long as it takes. */
  readonly timeout?: number;
}

/** Makes a batch of samples. Samples are borrowed; the DataLoader's caller owns the batch's tensors. */
export type Collate<Sample, Batch> = (samples: Sample[]) => Batch | Promise<Batch>;

/** Options with their defaults. */
export interface ResolvedOptions {
  readonly batchSize: number | null;
  readonly shuffle: boolean;
  readonly dropLast: boolean;
  readonly collate: Collate<unknown, unknown> | undefined;
  readonly sampler: Sampler | undefined;
  readonly batchSampler: SamplerOfBatches | undefined;
  readonly seed: number | undefined;
  readonly numWorkers: number;
  readonly prefetchFactor: number;
  readonly persistentWorkers: boolean;
  readonly timeout: number;
}

type Given = { readonly [Name in keyof ResolvedOptions]?: unknown };

const NAMES = [
  'batchSize',
  'shuffle',
  'dropLast',
  'collate',
  'sampler',
  'batchSampler',
  'seed',
  'numWorkers',
  'prefetchFactor',
  'persistentWorkers',
  'timeout',
] as const satisfies (keyof ResolvedOptions)[];

/** Options of torch that go by another name here, or need none. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  collateFn: 'It is called `collate`.',
  prefetch: 'It is called `prefetchFactor`.',
  generator: 'Give a `seed`: the order follows from it.',
  workerInitFn:
    'Functions cannot be sent to a thread: give the dataset a method `initWorker({ id, numWorkers, seed })`.',
  pinMemory: 'There is nothing to pin: batches are made in the memory that the engine uses.',
};

/**
 * Checks what a DataLoader was given and fills in the defaults.
 * @throws MisconfigurationError that names the option and what is allowed
 */
export function resolveOptions(options: unknown, isStream: boolean): ResolvedOptions {
  if (typeof options !== 'object' || options === null)
    throw invalid('its options are', options, `an object: { ${NAMES.join(', ')} }`);
  for (const name of Object.keys(options)) if (!NAMES.some((known) => known === name)) throw unknownOption(name);
  const given: Given = options;
  const numWorkers = countOf('numWorkers', given.numWorkers, 0);
  const resolved: ResolvedOptions = {
    batchSize: batchSizeOf(given),
    shuffle: flagOf('shuffle', given.shuffle),
    dropLast: flagOf('dropLast', given.dropLast),
    collate: collateOf(given.collate),
    sampler: samplerOf(given.sampler),
    batchSampler: batchSamplerOf(given.batchSampler),
    seed: given.seed === undefined ? undefined : checkSeed(given.seed),
    numWorkers,
    prefetchFactor: countOf('prefetchFactor', given.prefetchFactor, numWorkers > 0 ? 2 : 0),
    persistentWorkers: flagOf('persistentWorkers', given.persistentWorkers),
    timeout: timeoutOf(given.timeout),
  };
  checkBatches(given, resolved);
  checkOrder(resolved, isStream);
  checkWorkers(resolved, isStream);
  return resolved;
}

function batchSizeOf({ batchSize, batchSampler }: Given): number | null {
  if (batchSize === undefined) return batchSampler === undefined ? 1 : null;
  if (batchSize === null || (typeof batchSize === 'number' && Number.isSafeInteger(batchSize) && batchSize > 0)) {
    return batchSize;
  }
  throw invalid('`batchSize` is', batchSize, 'a count of at least 1, or null for samples that are batches already');
}

function countOf(name: string, value: unknown, fallback: number): number {
  if (value === undefined) return fallback;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw invalid(`\`${name}\` is`, value, 'a count: 0, 1, 2 …');
}

function timeoutOf(value: unknown): number {
  if (value === undefined) return 0;
  if (typeof value === 'number' && value >= 0 && value < 2 ** 31 / 1000) return value;
  throw invalid('`timeout` is', value, 'seconds, or 0 for no limit');
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
  if (has(value, 'indices')) return value as Sampler; // checked; what `indices` returns is checked in each pass
  throw invalid('`sampler` is', value, 'an object with `length` and `indices(generator)`, such as a RandomSampler');
}

function batchSamplerOf(value: unknown): SamplerOfBatches | undefined {
  if (value === undefined) return undefined;
  if (has(value, 'batches')) return value as SamplerOfBatches; // as above
  throw invalid('`batchSampler` is', value, 'an object with `length` and `batches(generator)`, such as a BatchSampler');
}

function has(value: unknown, method: string): boolean {
  return (
    typeof value === 'object' && value !== null && 'length' in value && typeof Reflect.get(value, method) === 'function'
  );
}

function checkBatches(given: Given, { batchSampler, batchSize, dropLast, collate }: ResolvedOptions): void {
  if (batchSampler) {
    const other = (['batchSize', 'shuffle', 'sampler', 'dropLast'] as const).find(
      (name) => given[name] !== undefined && given[name] !== false,
    );
    if (other) throw conflict(`DataLoader got both a \`batchSampler\` and \`${other}\`; each decides the batches.`);
  } else if (batchSize === null && (dropLast || collate)) {
    throw conflict(
      `DataLoader got \`batchSize: null\` and \`${dropLast ? 'dropLast' : 'collate'}\`: each sample is a batch as it is.`,
    );
  }
}

function checkOrder({ shuffle, sampler, batchSampler }: ResolvedOptions, isStream: boolean): void {
  if (shuffle && sampler)
    throw conflict('DataLoader got both `shuffle: true` and a `sampler`; each decides the order.');
  const given = shuffle ? 'shuffle' : sampler ? 'sampler' : batchSampler ? 'batchSampler' : undefined;
  if (isStream && given) {
    throw conflict(
      `DataLoader got \`${given}\` for data without an index: an iterable comes in its own order.`,
      'Shuffle where the samples are made, or pass a dataset with `length` and `get(index)`.',
    );
  }
}

function checkWorkers(options: ResolvedOptions, isStream: boolean): void {
  const { numWorkers, prefetchFactor, persistentWorkers, timeout } = options;
  if (numWorkers === 0) {
    const given = persistentWorkers ? 'persistentWorkers' : timeout > 0 ? 'timeout' : undefined;
    if (given) throw conflict(`DataLoader got \`${given}\`, and no threads.`, 'Set `numWorkers`, or leave it out.');
    return;
  }
  if (prefetchFactor === 0) throw invalid('with threads `prefetchFactor` is', 0, 'a count of at least 1');
  if (isStream) {
    throw conflict(
      'DataLoader got `numWorkers` for data without an index: threads share the work by index.',
      'Leave it out, or pass a `workerDataset` with `length` and `get(index)`.',
    );
  }
}

function unknownOption(name: string): MisconfigurationError {
  const plain = name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  const meant = nearest(name, NAMES);
  return new MisconfigurationError({
    code: 'unknown-option',
    found: `DataLoader has no option \`${name}\`.`,
    allowed: NAMES.join(', '),
    fix: ELSEWHERE[plain] ?? (meant === undefined ? undefined : `Did you mean \`${meant}\`?`),
  });
}

function conflict(found: string, fix = 'Leave one of them out.'): MisconfigurationError {
  return new MisconfigurationError({ code: 'option-conflict', found, fix });
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
