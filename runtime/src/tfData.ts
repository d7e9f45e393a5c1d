/**
 * tf.data as this package uses it: tfjs's own, with two repairs that only its insides allow. The place with `export *`, as in tf.ts.
 */

import type { TensorContainer } from '@tensorflow/tfjs-core';
import * as tfData from '@tensorflow/tfjs-data';
import { currentDraws, type Draws } from './random/index.js';

export * from '@tensorflow/tfjs-data';

/** Iterators of a dataset; tfjs does not export their type. */
type ElementIterator<T extends TensorContainer> = Awaited<ReturnType<tfData.Dataset<T>['iterator']>>;

/** A dataset that makes each of its iterators anew. */
class OpenedDataset<T extends TensorContainer> extends tfData.Dataset<T> {
  override readonly size: number;
  readonly #open: () => Promise<ElementIterator<T>>;

  constructor(open: () => Promise<ElementIterator<T>>, size: number) {
    super();
    this.size = size;
    this.#open = open;
  }

  override iterator(): Promise<ElementIterator<T>> {
    return this.#open();
  }
}

const { generator: unclosedGenerator } = tfData;

/**
 * tfjs's `tf.data.generator`, whose iterators are closed when a DataLoader's pass ends early: the `finally` of a generator
 * function runs. tfjs forgets them.
 */
export function generator<T extends TensorContainer>(
  make: () => Iterator<T> | Promise<Iterator<T>> | AsyncIterator<T>,
): tfData.Dataset<T> {
  const open = async () => {
    const source = await make();
    const iterator = await unclosedGenerator<T>(() => source as Iterator<T>).iterator(); // either kind, as the parameter says
    return Object.assign(iterator, { return: async () => source.return?.() });
  };
  return new OpenedDataset(open, unclosedGenerator<T>(make).size);
}

const { shuffle: clockShuffle } = tfData.Dataset.prototype;

/**
 * tfjs's `shuffle` takes its seed from the clock, and its order depends on how often the dataset was opened: no run could be
 * repeated or resumed. Here an order without a seed is drawn from `Math.random`, which `seedEverything` and a DataLoader's pass
 * decide; one with a seed follows from the seed and the number of the pass.
 */
tfData.Dataset.prototype.shuffle = function shuffle<T extends TensorContainer>(
  this: tfData.Dataset<T>,
  bufferSize: number,
  seed?: string,
  reshuffleEachIteration = true,
): tfData.Dataset<T> {
  const shuffled = (order: string) => clockShuffle.call(this, bufferSize, order, false) as tfData.Dataset<T>; // of this one's elements
  const { size } = shuffled('checks the arguments');
  const fixed = seed ?? (reshuffleEachIteration ? undefined : String(Math.random()));
  const openings = new Openings();
  const order = () => {
    if (fixed === undefined) return String(Math.random());
    return `${fixed}/${reshuffleEachIteration ? openings.next(currentDraws()) : ''}`;
  };
  return new OpenedDataset(() => shuffled(order()).iterator(), size);
};

/** Numbers the openings of a dataset: by a DataLoader's pass, and within a pass, such as for `repeat`; else by themselves. */
class Openings {
  #free = 0;
  readonly #inPass = new WeakMap<Draws, number>();

  next(draws: Draws | undefined): string {
    if (!draws) return String(this.#free++);
    const count = this.#inPass.get(draws) ?? 0;
    this.#inPass.set(draws, count + 1);
    return count === 0 ? String(draws.pass) : `${draws.pass}/${count}`;
  }
}
