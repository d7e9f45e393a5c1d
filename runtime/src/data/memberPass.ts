import { freshTensorsOf, tensorMark } from '../autograd/index.js';
import type * as tf from '../tf.js';

/** A loader as `CombinedLoader` takes it: anything that can be iterated. */
export interface BatchIterable {
  readonly length?: number | undefined;
  [Symbol.asyncIterator]?(): AsyncIterator<unknown>;
  [Symbol.iterator]?(): Iterator<unknown>;
}

/** A batch, whether it is the last of its pass, and the tensors that were made for it. */
export interface MemberBatch {
  readonly batch: unknown;
  readonly isLast: boolean;
  readonly owned: readonly tf.Tensor[];
}

/** What loaders may do beyond being iterated, as our DataLoader does. */
interface Abilities {
  batches?(): AsyncIterator<{
    readonly batch: unknown;
    readonly isLast: boolean;
    readonly owned?: readonly tf.Tensor[];
  }>;
  stateDict?(): unknown;
  loadStateDict?(state: unknown): void;
  endPass?(): void;
}

/** A batch, and whether it is the last one, where the loader tells. */
type Fetched = Omit<MemberBatch, 'isLast'> & { readonly told?: boolean };

/** Where a member stands: its own state when it can tell it, else the batches of its pass that were handed out. */
export interface MemberState {
  readonly loader?: unknown;
  readonly handedOut: number;
}

/** One loader of several: its pass, which always tells the last batch, and its position. */
export class Member {
  readonly loader: BatchIterable;
  readonly #abilities: Abilities;
  #iterator: AsyncIterator<unknown> | Iterator<unknown> | undefined;
  #pending: Fetched | undefined;
  /** The loader's state before a look ahead moved it. */
  #stateBefore: { readonly state: unknown } | undefined;
  #handedOut = 0;
  /** True until the pass begins that goes on where a restored one stood. */
  #isRestored = false;

  constructor(loader: BatchIterable) {
    this.loader = loader;
    this.#abilities = abilitiesOf(loader);
  }

  /** Batches of a pass; undefined when nobody knows. */
  get length(): number | undefined {
    const { length } = this.loader;
    return typeof length === 'number' ? length : undefined;
  }

  /** Begins a pass: from where a restored one stood. */
  async begin(): Promise<void> {
    await this.close();
    this.#iterator =
      this.#abilities.batches?.() ?? this.loader[Symbol.asyncIterator]?.() ?? this.loader[Symbol.iterator]?.();
    const before = this.#isRestored ? this.#handedOut : 0;
    this.#isRestored = false;
    this.#handedOut = 0;
    if (this.#tellsPosition) this.#handedOut = before;
    else for (let index = 0; index < before; index++) dispose((await this.next())?.owned);
  }

  /** The next batch of the pass; undefined at its end. */
  async next(): Promise<MemberBatch | undefined> {
    const fetched = this.#pending ?? (await this.#fetch());
    this.#pending = undefined;
    this.#stateBefore = undefined;
    if (!fetched) return undefined;
    this.#handedOut++;
    const isLast = await this.#isLast(fetched);
    if (isLast) this.#handedOut = 0;
    return { batch: fetched.batch, owned: fetched.owned, isLast };
  }

  /** Ends the running pass. What was fetched and not handed out is freed. */
  async close(): Promise<void> {
    dispose(this.#pending?.owned);
    this.#pending = undefined;
    this.#stateBefore = undefined;
    const iterator = this.#iterator;
    this.#iterator = undefined;
    await iterator?.return?.();
  }

  /** Declares the pass over, so that the next one begins at the first batch, also after a restart. */
  endPass(): void {
    this.#handedOut = 0;
    this.#abilities.endPass?.();
  }

  stateDict(): MemberState {
    const handedOut = this.#handedOut;
    if (!this.#tellsPosition) return { handedOut };
    return { handedOut, loader: this.#stateBefore ? this.#stateBefore.state : this.#abilities.stateDict?.() };
  }

  loadStateDict({ handedOut, loader }: MemberState): void {
    this.#handedOut = handedOut;
    this.#isRestored = true;
    if (this.#tellsPosition) this.#abilities.loadStateDict?.(loader);
  }

  /** True for a loader that goes on by itself where it stood; of any other the first batches are fetched again. */
  get #tellsPosition(): boolean {
    return this.#abilities.stateDict !== undefined && this.#abilities.loadStateDict !== undefined;
  }

  async #isLast({ told }: Fetched): Promise<boolean> {
    if (told !== undefined) return told;
    if (this.length !== undefined) return this.#handedOut >= this.length; // a look ahead would move a saved position
    this.#stateBefore = { state: this.#abilities.stateDict?.() };
    this.#pending = await this.#fetch();
    return this.#pending === undefined;
  }

  async #fetch(): Promise<Fetched | undefined> {
    const mark = tensorMark();
    const result = await this.#iterator?.next();
    if (!result || result.done) return undefined;
    if (!this.#abilities.batches) return { batch: result.value, owned: freshTensorsOf(result.value, mark) };
    // What `batches` hands out.
    const { batch, isLast, owned } = result.value as Omit<MemberBatch, 'owned'> & Partial<MemberBatch>;
    return { batch, owned: owned ?? freshTensorsOf(batch, mark), told: isLast };
  }
}

function abilitiesOf(loader: object): Abilities {
  const names = ['batches', 'stateDict', 'loadStateDict', 'endPass'];
  const methods = names.flatMap((name): [string, unknown][] => {
    const method: unknown = Reflect.get(loader, name);
    return typeof method === 'function' ? [[name, method.bind(loader)]] : []; // a list of this name is the loader's own business
  });
  return Object.fromEntries(methods) as Abilities; // methods of these names do what ours do
}

function dispose(owned: readonly tf.Tensor[] = []): void {
  for (const tensor of owned) tensor.dispose();
}
