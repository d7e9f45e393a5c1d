import { freshTensorsOf, tensorMark } from '../autograd/index.js';
import type { BatchSource } from '../core/index.js';
import { RunError } from '../errors/index.js';
import type { RawBatch, RawBatches } from '../loops/index.js';
import type * as tf from '../tf.js';

/** A loader that can tell and take back where it stands. */
export interface StatefulSource extends BatchSource {
  stateDict(): unknown;
  loadStateDict(state: never): void;
}

/** Which batches of a source are wanted. */
export interface Feed {
  readonly dataloaderIdx: number;
  /** Batches of the epoch; undefined: as many as there are. */
  readonly limit: number | undefined;
  /** Number of the first batch. */
  readonly fromBatch: number;
  /** Batches that the source hands out again although they are done. */
  readonly skips: number;
}

/** What is there at once, or has to be waited for. */
type Awaitable<T> = T | Promise<T>;

/** The batches of one pass through a source, which begins with the first batch that is asked for. */
export class BatchFeed implements RawBatches {
  readonly #source: BatchSource;
  readonly #feed: Feed;
  #pass: SourcePass | undefined;
  #batchIdx: number;
  /** Fetched to see whether there is one. */
  #ahead: FedBatch | undefined;

  constructor(source: BatchSource, feed: Feed) {
    this.#source = source;
    this.#feed = feed;
    this.#batchIdx = feed.fromBatch;
  }

  next(): Awaitable<RawBatch | undefined> {
    const { limit, skips } = this.#feed;
    if (limit !== undefined && this.#batchIdx >= limit) return undefined;
    if (this.#pass) return this.#fetch(this.#pass);
    const pass = passThrough(this.#source);
    this.#pass = pass;
    return skips === 0 ? this.#fetch(pass) : skip(pass, skips).then(() => this.#fetch(pass));
  }

  async close(): Promise<void> {
    dispose(this.#ahead?.owned);
    this.#ahead = undefined;
    await this.#pass?.close();
  }

  #fetch(pass: SourcePass): Awaitable<RawBatch | undefined> {
    const fetched = this.#ahead ?? pass.next();
    this.#ahead = undefined;
    return fetched instanceof Promise ? fetched.then((batch) => this.#handOut(batch)) : this.#handOut(fetched);
  }

  #handOut(fetched: FedBatch | undefined): Awaitable<RawBatch | undefined> {
    if (!fetched) return undefined;
    const { dataloaderIdx, limit } = this.#feed;
    const { batch, owned, indices } = fetched;
    const batchIdx = this.#batchIdx++;
    const isLast = this.#isLast(fetched, this.#batchIdx === limit);
    if (isLast instanceof Promise)
      return isLast.then((known) => ({ batch, owned, batchIdx, dataloaderIdx, isLast: known, indices }));
    return { batch, owned, batchIdx, dataloaderIdx, isLast, indices };
  }

  #isLast({ isLast }: FedBatch, isAtLimit: boolean): Awaitable<boolean> {
    if (isAtLimit) {
      endPass(this.#source);
      return true;
    }
    if (isLast !== undefined) return isLast;
    return lengthOf(this.#source) === undefined ? this.#lookAhead() : false; // a look ahead would move a saved position
  }

  /** Only a look ahead tells whether a source without a length is at its end. */
  async #lookAhead(): Promise<boolean> {
    this.#ahead = await this.#pass?.next();
    return this.#ahead === undefined;
  }
}

/** The batches of several feeds, one feed after the other. */
export class FeedSequence implements RawBatches {
  readonly #feeds: BatchFeed[];

  constructor(feeds: readonly BatchFeed[]) {
    this.#feeds = [...feeds];
  }

  async next(): Promise<RawBatch | undefined> {
    for (let feed = this.#feeds[0]; feed; feed = this.#feeds[0]) {
      const batch = await feed.next();
      if (batch) return batch;
      await feed.close();
      this.#feeds.shift();
    }
    return undefined;
  }

  async close(): Promise<void> {
    await this.#feeds[0]?.close(); // those behind it have not begun
  }
}

/** True for a loader that can tell and take back where it stands. */
export function isStateful(source: BatchSource): source is StatefulSource {
  return 'stateDict' in source && 'loadStateDict' in source;
}

/** A limit ends the epoch before the loader's end: its next pass begins at the first batch, also after a restart. */
function endPass(source: BatchSource): void {
  if ('endPass' in source && typeof source.endPass === 'function') source.endPass();
}

/** Batches of a pass, where the source tells. */
export function lengthOf(source: BatchSource): number | undefined {
  return typeof source.length === 'number' ? source.length : undefined;
}

/** A batch, the tensors in it that were made for it, and whether it is the last, where the source tells. */
interface FedBatch {
  readonly batch: unknown;
  readonly owned: readonly tf.Tensor[];
  readonly isLast: boolean | undefined;
  readonly indices?: Int32Array | undefined;
}

/** One pass through a source. */
interface SourcePass {
  next(): Awaitable<FedBatch | undefined>;
  close(): Promise<void>;
}

/** Our DataLoader: what it hands out tells all that a feed wants to know, and often at once. */
interface PassingSource {
  beginPass(): SourcePass;
}

/**
 * A source that tells the last batch by itself, as our CombinedLoader does: a look ahead would move its saved position. It may also
 * tell which tensors it made for a batch, which may have been long before it was asked for.
 */
interface TellingSource {
  batches(): AsyncIterator<ToldBatch>;
}

interface ToldBatch {
  readonly batch: unknown;
  readonly isLast: boolean;
  readonly owned?: readonly tf.Tensor[];
  readonly indices?: Int32Array | undefined;
}

function passThrough(source: BatchSource): SourcePass {
  if ('beginPass' in source && typeof source.beginPass === 'function') return (source as PassingSource).beginPass();
  if ('batches' in source && typeof source.batches === 'function') {
    return new IteratorPass((source as TellingSource).batches(), (value, mark) => {
      const { batch, isLast, owned, indices } = value as ToldBatch; // by TellingSource
      return { batch, owned: owned ?? freshTensorsOf(batch, mark), isLast, indices };
    });
  }
  const batches = source[Symbol.asyncIterator]?.() ?? source[Symbol.iterator]?.();
  if (batches) {
    return new IteratorPass(batches, (batch, mark) => {
      return { batch, owned: freshTensorsOf(batch, mark), isLast: undefined };
    });
  }
  throw new RunError({
    code: 'invalid-dataloader',
    found: 'A loader returned no iterator.',
    fix: 'Give it a [Symbol.asyncIterator] method.',
  });
}

/** A pass through what can be iterated. Tensors that were there before a batch was asked for stay their owner's. */
class IteratorPass implements SourcePass {
  readonly #batches: AsyncIterator<unknown> | Iterator<unknown>;
  readonly #read: (value: unknown, mark: number) => FedBatch;

  constructor(batches: AsyncIterator<unknown> | Iterator<unknown>, read: (value: unknown, mark: number) => FedBatch) {
    this.#batches = batches;
    this.#read = read;
  }

  async next(): Promise<FedBatch | undefined> {
    const mark = tensorMark();
    const { done, value } = await this.#batches.next();
    return done ? undefined : this.#read(value, mark);
  }

  async close(): Promise<void> {
    await this.#batches.return?.();
  }
}

/** Fetches batches that are done already, and frees them. */
async function skip(pass: SourcePass, batches: number): Promise<void> {
  for (let index = 0; index < batches; index++) dispose((await pass.next())?.owned);
}

function dispose(owned: readonly tf.Tensor[] = []): void {
  for (const tensor of owned) tensor.dispose();
}
