import { freshTensorsOf, tensorMark } from '../autograd/index.js';
import type { TfDataset } from './dataset.js';

/** True for a `tf.data.Dataset` of whichever copy of tfjs. */
export function isTfDataset(value: unknown): value is TfDataset<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'iterator' in value &&
    typeof value.iterator === 'function' &&
    'forEachAsync' in value &&
    'size' in value
  );
}

/** Elements of a pass, where the dataset tells and there is an end. */
export function sizeOf({ size }: TfDataset<unknown>): number | undefined {
  return typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : undefined;
}

/** One pass through a dataset. Its end, early or not, frees what the dataset fetched ahead, and closes its generators. */
export function openTfDataset(dataset: TfDataset<unknown>): AsyncIterator<unknown> {
  const mark = tensorMark();
  let opening: ReturnType<typeof dataset.iterator> | undefined;
  const end = async (): Promise<IteratorResult<unknown>> => {
    if (opening) await new Ending(mark).end(await opening);
    return { done: true, value: undefined };
  };
  return {
    async next() {
      opening ??= dataset.iterator(); // not before: only now the pass's random numbers are in place
      const result = await (await opening).next();
      // A `take` or a `zip` ends without telling those it took from.
      return result.done ? end() : result;
    },
    return: end,
  };
}

/** An iterator of tfjs-data, as far as we know it. `return` is our own addition to those of generators, see `tfData.ts`. */
interface TfIterator {
  next(): Promise<unknown>;
  summary(): string;
  return?(): Promise<unknown>;
}

/** tfjs-data's buffer of elements, or of promises of results. */
interface TfBuffer {
  isEmpty(): boolean;
  shift(): unknown;
}

/**
 * Ends an iterator and those it is made of. tfjs-data has no such thing, and what a `shuffle` or a `prefetch` fetched ahead would
 * stay for ever: so this goes through the fields of its iterators, as version 4.22, the last one, names them.
 */
class Ending {
  readonly #mark: number;
  readonly #seen = new Set<unknown>();

  /** @param mark tensors from before it are not the dataset's */
  constructor(mark: number) {
    this.#mark = mark;
  }

  async end(iterator: unknown): Promise<void> {
    if (!isIterator(iterator) || this.#seen.has(iterator)) return;
    this.#seen.add(iterator);
    const field = (name: string): unknown => Reflect.get(iterator, name);
    // First what is on its way: it needs the sources.
    for (const name of ['buffer', 'outputQueue']) await this.#drain(field(name));
    for (const name of ['upstream', 'impl', 'iterator', 'moreIterators']) await this.end(field(name));
    await this.#endParts(field('iterators'));
    const items = field('items'); // a user's samples, unless the array was made to concatenate iterators
    if (Array.isArray(items) && isIterator(items[0])) await this.#endParts(items);
    await iterator.return?.();
  }

  /** The structure of iterators that a `zip` was made of. */
  async #endParts(parts: unknown): Promise<void> {
    if (isIterator(parts)) await this.end(parts);
    else if (typeof parts === 'object' && parts !== null) {
      for (const part of Object.values(parts)) await this.#endParts(part);
    }
  }

  async #drain(buffer: unknown): Promise<void> {
    if (!isBuffer(buffer)) return;
    while (!buffer.isEmpty()) {
      const entry = buffer.shift();
      try {
        for (const tensor of freshTensorsOf(await entry, this.#mark)) if (!tensor.kept) tensor.dispose();
      } catch {
        // It failed on its way: nobody will ask for it.
      }
    }
  }
}

function isIterator(value: unknown): value is TfIterator {
  return (
    typeof value === 'object' &&
    value !== null &&
    'next' in value &&
    typeof value.next === 'function' &&
    'summary' in value
  );
}

function isBuffer(value: unknown): value is TfBuffer {
  return typeof value === 'object' && value !== null && 'isEmpty' in value && 'shift' in value;
}
