import { beforeAll, describe, expect, it } from 'vitest';
import { startTestEngine } from '../testing/tiny.js';
import * as tf from '../tf.js';
import { CombinedLoader, type CombinedMode, DataLoader, isSeveralLoaders, TensorDataset } from './index.js';

beforeAll(startTestEngine);

/** Numbers from `from` on, with a length. */
class Counting {
  constructor(
    readonly from: number,
    readonly length: number,
  ) {}

  *[Symbol.iterator](): Generator<number> {
    for (let index = 0; index < this.length; index++) yield this.from + index;
  }
}

/** The same without a length. */
async function* stream(from: number, count: number): AsyncGenerator<number> {
  for (let index = 0; index < count; index++) yield from + index;
}

const streaming = (from: number, count: number) => ({ [Symbol.asyncIterator]: () => stream(from, count) });

async function collect(loader: CombinedLoader, limit = 20): Promise<unknown[]> {
  const batches: unknown[] = [];
  for await (const batch of loader) if (batches.push(batch) === limit) break;
  return batches;
}

async function isLastOf(loader: CombinedLoader): Promise<boolean[]> {
  const flags: boolean[] = [];
  for await (const { isLast } of loader.batches()) flags.push(isLast);
  return flags;
}

// What PyTorch Lightning 2.6's CombinedLoader hands out for range(0, 3) and range(10, 12).
const TOGETHER: readonly (readonly [CombinedMode, number, unknown])[] = [
  [
    'min_size',
    2,
    [
      [0, 10],
      [1, 11],
    ],
  ],
  [
    'max_size_cycle',
    3,
    [
      [0, 10],
      [1, 11],
      [2, 10],
    ],
  ],
  [
    'max_size',
    3,
    [
      [0, 10],
      [1, 11],
      [2, null],
    ],
  ],
  ['sequential', 5, [0, 1, 2, 10, 11]],
];

describe('CombinedLoader', () => {
  it.each(TOGETHER)('combines by %s', async (mode, length, expected) => {
    const loader = new CombinedLoader([new Counting(0, 3), new Counting(10, 2)], { mode });
    expect([loader.length, await collect(loader), await collect(loader)]).toEqual([length, expected, expected]);
    const last = await isLastOf(loader);
    expect([last.filter(Boolean).length, last.at(-1)]).toEqual([1, true]);
  });

  it.each(TOGETHER)('combines what has no length by %s', async (mode, _length, expected) => {
    const loader = new CombinedLoader([streaming(0, 3), streaming(10, 2)], { mode });
    expect([loader.length, await collect(loader), await collect(loader)]).toEqual([undefined, expected, expected]);
    const last = await isLastOf(loader);
    expect([last.filter(Boolean).length, last.at(-1)]).toEqual([1, true]);
  });

  it('keeps the structure: objects, and lists in them', async () => {
    const loader = new CombinedLoader({ a: new Counting(0, 2), b: [new Counting(10, 2), streaming(20, 2)] });
    expect(await collect(loader)).toEqual([
      { a: 0, b: [10, 20] },
      { a: 1, b: [11, 21] },
    ]);
    expect(loader.flattened).toHaveLength(3);
  });

  it('takes a list of batches as a loader, except as the outermost structure', async () => {
    expect(await collect(new CombinedLoader([['a', 'b'], new Counting(0, 2)]))).toEqual([
      ['a', 0],
      ['b', 1],
    ]);
    expect([isSeveralLoaders([[1, 2], [3]]), isSeveralLoaders([streaming(0, 1)]), isSeveralLoaders({})]).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('counts batches within limits', () => {
    const of = (mode: CombinedMode) => new CombinedLoader([new Counting(0, 4), streaming(0, 9)], { mode });
    expect(of('min_size').lengthWithin([2, undefined])).toBe(2);
    expect(of('max_size').lengthWithin([2, 3])).toBe(3);
    expect(of('max_size').lengthWithin([2, undefined])).toBeUndefined();
    expect(of('sequential').lengthWithin([9, 3])).toBe(7);
  });

  it('ends when a loader is empty', async () => {
    for (const mode of ['min_size', 'max_size_cycle'] as const)
      expect(await collect(new CombinedLoader([new Counting(0, 3), new Counting(0, 0)], { mode }))).toEqual([]);
    expect(await collect(new CombinedLoader([new Counting(0, 1), new Counting(0, 0)], { mode: 'max_size' }))).toEqual([
      [0, null],
    ]);
  });

  describe.each(['min_size', 'max_size_cycle', 'max_size', 'sequential'] as const)('restored in a pass, %s', (mode) => {
    const samples = (count: number) =>
      new TensorDataset({ data: Float32Array.from({ length: count }, (_, index) => index), shape: [count] });
    const make = () =>
      new CombinedLoader(
        [
          new DataLoader(samples(5), { shuffle: true, seed: 3 }),
          new Counting(10, 3),
          new DataLoader(samples(4), { shuffle: true, seed: 4 }),
          streaming(20, 2),
        ],
        { mode },
      );
    const numbers = (batch: unknown): unknown =>
      Array.isArray(batch) ? batch.map(numbers) : batch instanceof tf.Tensor ? [...batch.dataSync()] : batch;

    it('goes on as if it had not stopped', async () => {
      const whole: unknown[] = [];
      const first = make();
      for (let pass = 0; pass < 2; pass++) for await (const batch of first) whole.push(numbers(batch));
      for (let stopAt = 1; stopAt < whole.length / 2; stopAt++) {
        const stopped = make();
        let seen = 0;
        for await (const _batch of stopped) if (++seen === stopAt) break;
        const again = make();
        again.loadStateDict(JSON.parse(JSON.stringify(stopped.stateDict())));
        const rest: unknown[] = [];
        for (let pass = 0; pass < 2; pass++) for await (const batch of again) rest.push(numbers(batch));
        expect(rest).toEqual(whole.slice(stopAt));
      }
    });
  });

  it('hands over all tensors that it made, and frees what it does not hand out', async () => {
    const fresh = (count: number) => ({
      async *[Symbol.asyncIterator]() {
        for (let index = 0; index < count; index++) yield tf.scalar(index);
      },
    });
    const before = tf.memory().numTensors;
    for (const mode of ['min_size', 'max_size_cycle', 'max_size', 'sequential'] as const) {
      for (const limit of [1, 2, 9]) {
        let seen = 0;
        for await (const { owned } of new CombinedLoader([fresh(3), fresh(2)], { mode }).batches()) {
          for (const tensor of owned) tensor.dispose();
          if (++seen === limit) break;
        }
      }
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each([
    ['an unknown mode', [new Counting(0, 1)], { mode: 'maxsize' }, "Did you mean 'max_size'?"],
    ['no loaders', [], {}, 'nothing'],
    ['a number among loaders', { a: new Counting(0, 1), b: 42 }, {}, 'a number'],
  ])('refuses %s', (_name, loaders, options, message) => {
    expect(() => new CombinedLoader(loaders, options as never)).toThrow(message);
  });

  it('refuses the state of other loaders', () => {
    const two = new CombinedLoader([new Counting(0, 1), new Counting(0, 1)]);
    expect(() => new CombinedLoader([new Counting(0, 1)]).loadStateDict(two.stateDict())).toThrow('same loaders');
  });
});
