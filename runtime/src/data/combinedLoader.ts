import { MisconfigurationError, nearest } from '../errors/index.js';
import type * as tf from '../tf.js';
import { DataLoader } from './dataLoader.js';
import { type BatchIterable, Member, type MemberBatch, type MemberState } from './memberPass.js';
import { isPlainObject } from './structure.js';
import { isTfDataset } from './tfDataset.js';

const MODES = ['min_size', 'max_size_cycle', 'max_size', 'sequential'] as const;

/**
 * How several loaders make one: `min_size` ends with the shortest; `max_size` with the longest, with null for those that are
 * over; `max_size_cycle` with the longest, while the others begin again; `sequential` takes one loader after the other.
 */
export type CombinedMode = (typeof MODES)[number];

/** Options of {@link CombinedLoader}. */
export interface CombinedLoaderOptions {
  /** Default `min_size`. */
  readonly mode?: CombinedMode;
}

/** A batch of all loaders, and whether it is the last. */
export interface CombinedBatch {
  readonly batch: unknown;
  readonly isLast: boolean;
  readonly owned: readonly tf.Tensor[];
}

/** Where a {@link CombinedLoader} stands. */
export interface CombinedLoaderState {
  readonly members: readonly MemberState[];
  /** The loaders that have come to their end once. */
  readonly isOver: readonly boolean[];
}

/**
 * Several loaders as one, whose batches have the structure that the loaders were given in: a list, an object, or these in one
 * another. With `sequential` a batch is that of one loader. Follows PyTorch Lightning's `CombinedLoader`.
 *
 * @example
 * trainDataloader() {
 *   return new CombinedLoader({ labelled, unlabelled }, { mode: 'max_size_cycle' });
 * }
 * // trainingStep({ labelled: [x, y], unlabelled: u }) { … }
 */
export class CombinedLoader implements AsyncIterable<unknown> {
  readonly mode: CombinedMode;
  /** The loaders as they were given. */
  readonly iterables: unknown;
  readonly #members: readonly Member[];
  #isOver: boolean[];
  /** True until the pass begins that goes on where a restored one stood. */
  #isRestored = false;

  /** @throws MisconfigurationError for an unknown mode, for no loaders, and for what cannot be iterated */
  constructor(iterables: unknown, options: CombinedLoaderOptions = {}) {
    this.mode = checkMode(options);
    this.iterables = iterables;
    const loaders: BatchIterable[] = [];
    visit(iterables, true, (loader) => loaders.push(loader));
    if (loaders.length === 0) throw noLoader('nothing');
    this.#members = loaders.map((loader) => new Member(loader));
    this.#isOver = loaders.map(() => false);
  }

  /** The loaders in one list. */
  get flattened(): readonly BatchIterable[] {
    return this.#members.map(({ loader }) => loader);
  }

  /** The same combination of other loaders, one for each of these. */
  map(replace: (loader: BatchIterable) => unknown): CombinedLoader {
    return new Combined(visit(this.iterables, true, replace), { mode: this.mode });
  }

  /** Batches of a pass; undefined when nobody knows. */
  get length(): number | undefined {
    return this.lengthWithin(this.#members.map(() => undefined));
  }

  /** Batches of a pass when so many of each loader are wanted, undefined for all. */
  lengthWithin(limits: readonly (number | undefined)[]): number | undefined {
    const lengths = this.#members.map(({ length = Number.POSITIVE_INFINITY }, index) =>
      Math.min(length, limits[index] ?? Number.POSITIVE_INFINITY),
    );
    const total =
      this.mode === 'min_size'
        ? Math.min(...lengths)
        : this.mode === 'sequential'
          ? lengths.reduce((sum, length) => sum + length, 0)
          : Math.max(...lengths);
    return Number.isFinite(total) ? total : undefined;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown, void, undefined> {
    for await (const { batch } of this.batches()) yield batch;
  }

  /** A pass that also tells the last batch, and which tensors are the receiver's to free. */
  async *batches(): AsyncGenerator<CombinedBatch, void, undefined> {
    if (!this.#isRestored) this.#isOver = this.#members.map(() => false);
    this.#isRestored = false;
    try {
      yield* this.mode === 'sequential' ? this.#inTurn() : this.#together();
      this.#isOver = this.#members.map(() => false);
    } finally {
      for (const member of this.#members) await member.close();
    }
  }

  /** Declares the running pass over, although batches of it are left. */
  endPass(): void {
    for (const member of this.#members) member.endPass();
    this.#isOver = this.#members.map(() => false);
  }

  /** Where the loaders stand, fit for JSON where their own states are. */
  stateDict(): CombinedLoaderState {
    return { members: this.#members.map((member) => member.stateDict()), isOver: [...this.#isOver] };
  }

  /** The next pass goes on where the one stood that was saved. @throws MisconfigurationError for the state of other loaders */
  loadStateDict(state: unknown): void {
    if (!isState(state) || state.members.length !== this.#members.length) {
      throw new MisconfigurationError({
        code: 'loader-state',
        found: `A CombinedLoader of ${this.#members.length} loaders was given a state that is not one of as many.`,
        fix: 'Return the same loaders as in the run that was saved.',
      });
    }
    for (const [index, member] of this.#members.entries()) member.loadStateDict(state.members[index] as MemberState);
    this.#isOver = [...state.isOver];
    this.#isRestored = true;
  }

  async *#inTurn(): AsyncGenerator<CombinedBatch, void, undefined> {
    const last = this.#members.length - 1;
    for (const [index, member] of this.#members.entries()) {
      if (this.#isOver[index]) continue;
      await member.begin();
      for (let next = await member.next(); next; next = next.isLast ? undefined : await member.next()) {
        if (next.isLast) this.#isOver[index] = true;
        yield { ...next, isLast: next.isLast && index === last };
      }
      await member.close();
    }
  }

  async *#together(): AsyncGenerator<CombinedBatch, void, undefined> {
    for (const [index, member] of this.#members.entries()) if (!this.#isPast(index)) await member.begin();
    while (true) {
      const parts = await this.#next();
      if (!parts) return;
      const isLast =
        this.mode === 'min_size' ? parts.some((part) => part?.isLast) : this.#isOver.every((isOver) => isOver);
      let index = 0;
      const batch = visit(this.iterables, true, () => parts[index++]?.batch ?? null);
      yield { batch, isLast, owned: parts.flatMap((part) => part?.owned ?? []) };
      if (isLast) return;
    }
  }

  /** One batch of each loader; undefined at the end of the pass. */
  async #next(): Promise<(MemberBatch | undefined)[] | undefined> {
    const parts: (MemberBatch | undefined)[] = [];
    for (const [index, member] of this.#members.entries()) {
      let part = this.#isPast(index) ? undefined : await member.next();
      if (!part && this.mode === 'max_size_cycle') {
        await member.begin();
        part = await member.next();
      }
      parts.push(part);
      if (part ? part.isLast : true) this.#isOver[index] = true;
    }
    const isEnd = this.mode === 'max_size' ? parts.every((part) => !part) : parts.some((part) => !part);
    if (!isEnd) return parts;
    for (const part of parts) for (const tensor of part?.owned ?? []) tensor.dispose();
    return undefined;
  }

  /** True for a loader that has nothing more to give in this pass. */
  #isPast(index: number): boolean {
    return this.mode === 'max_size' && this.#isOver[index] === true;
  }
}

/** A class must not name itself inside itself: bundlers rename it. */
const Combined = CombinedLoader;

/** True for lists and objects of loaders, which make one by {@link CombinedLoader}: told from a list of batches. */
export function isSeveralLoaders(value: unknown): boolean {
  if (Array.isArray(value))
    return value.length > 0 && value.every((entry) => isLoader(entry) || isSeveralLoaders(entry));
  if (!isPlainObject(value) || Symbol.asyncIterator in value || Symbol.iterator in value) return false;
  const entries = Object.values(value);
  return entries.length > 0 && entries.every((entry) => isLoader(entry) || isSeveralLoaders(entry));
}

/** A list may be of batches, and its entries lists of tensors: what else can be iterated is a loader. */
function isLoader(value: unknown): boolean {
  if (isTfDataset(value)) return true;
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value) || ArrayBuffer.isView(value) || value instanceof Map) return false;
  return Symbol.asyncIterator in value || Symbol.iterator in value;
}

/** Puts what `replace` returns into the place of each loader of a structure. */
function visit(value: unknown, isOutermost: boolean, replace: (loader: BatchIterable) => unknown): unknown {
  const inner = (entry: unknown) => visit(entry, false, replace);
  if (isTfDataset(value)) return replace(new DataLoader(value, { batchSize: null })); // its elements are the batches
  if (Array.isArray(value) && (isOutermost || isSeveralLoaders(value))) return value.map(inner);
  if (typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value)) {
    return replace(value as BatchIterable); // it has an iterator
  }
  if (isPlainObject(value))
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, inner(entry)]));
  throw noLoader(value === null ? 'null' : typeof value === 'object' ? value.constructor.name : `a ${typeof value}`);
}

function noLoader(found: string): MisconfigurationError {
  return new MisconfigurationError({
    code: 'invalid-dataloader',
    found: `CombinedLoader was given ${found} where a loader should stand.`,
    allowed: 'loaders in a list or an object: a DataLoader, or anything else that can be iterated',
    fix: 'Wrap the data: new DataLoader(dataset, { batchSize: 32 }).',
  });
}

function checkMode(options: CombinedLoaderOptions): CombinedMode {
  const { mode = 'min_size' } = options;
  if (MODES.includes(mode)) return mode;
  const near = nearest(String(mode), MODES);
  throw new MisconfigurationError({
    code: 'combined-mode',
    found: `CombinedLoader has no mode '${String(mode)}'.`,
    allowed: MODES.map((name) => `'${name}'`).join(', '),
    ...(near && { fix: `Did you mean '${near}'?` }),
  });
}

function isState(value: unknown): value is CombinedLoaderState {
  return isPlainObject(value) && Array.isArray(value.members) && Array.isArray(value.isOver);
}
