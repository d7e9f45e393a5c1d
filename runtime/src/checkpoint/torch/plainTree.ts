import { PickledName, TorchObject } from './allowList.js';
import { broken, excessive } from './fault.js';
import { NumpyDtype } from './numpyScalars.js';
import { PickledDict, PickledSet } from './pickle.js';
import { PickledStorage } from './pickledTensors.js';

const MAX_DEPTH = 200;
/** Values of the tree, where one that stands in several places counts at each: who walks over it meets it that often. */
const MAX_VALUES = 5_000_000;

interface Made {
  readonly value: unknown;
  readonly count: number;
}

/**
 * What a pickle left, in plain values: dicts become objects, or Maps where a key is not text, sets become Sets. What stood in
 * two places is one object here, too.
 * @throws TorchFault when it holds itself, is nested too deep, or is far larger as a tree than in the file
 */
export function toPlainTree(root: unknown): unknown {
  return new Converter().convert(root, 0).value;
}

class Converter {
  readonly #made = new Map<object, Made>();
  readonly #open = new Set<object>();

  convert(source: unknown, depth: number): Made {
    if (typeof source !== 'object' || source === null) return { value: source, count: 1 };
    const earlier = this.#made.get(source);
    if (earlier) return earlier;
    if (this.#open.has(source)) throw broken('its content holds itself');
    if (depth > MAX_DEPTH) throw broken(`its content is nested more than ${MAX_DEPTH} levels deep`);
    this.#open.add(source);
    const made = this.#make(source, depth + 1);
    this.#open.delete(source);
    this.#made.set(source, made);
    return made;
  }

  #make(source: object, depth: number): Made {
    if (Array.isArray(source)) {
      const { values, count } = this.#all(source, depth);
      return { value: Object.isFrozen(source) ? Object.freeze(values) : values, count };
    }
    if (source instanceof PickledDict) {
      const { values, count } = this.#all(source.items, depth);
      return { value: toRecord(values), count };
    }
    if (source instanceof PickledSet) {
      const { values, count } = this.#all(source.items, depth);
      return { value: new Set(values), count };
    }
    return { value: opaque(source), count: 1 };
  }

  #all(items: readonly unknown[], depth: number): { values: unknown[]; count: number } {
    let count = 1;
    const values = items.map((item) => {
      const made = this.convert(item, depth);
      count += made.count;
      if (count > MAX_VALUES) throw excessive(`its content unfolds to more than ${MAX_VALUES} values`);
      return made.value;
    });
    return { values, count };
  }
}

/** Keys and values in turn as an object, or as a Map where an object cannot have them. */
function toRecord(items: readonly unknown[]): object {
  const pairs: [unknown, unknown][] = [];
  for (let index = 0; index + 1 < items.length; index += 2) pairs.push([items[index], items[index + 1]]);
  const isText = (pair: [unknown, unknown]): pair is [string, unknown] =>
    typeof pair[0] === 'string' && pair[0] !== '__proto__';
  return pairs.every(isText) ? Object.fromEntries(pairs) : new Map(pairs);
}

/** What has no plain value, by its name; tensors and bytes as they are. */
function opaque(source: object): unknown {
  if (source instanceof PickledName) return new TorchObject(source.name);
  if (source instanceof PickledStorage) return new TorchObject('torch.storage.TypedStorage');
  if (source instanceof NumpyDtype) return new TorchObject('numpy.dtype');
  return source;
}
