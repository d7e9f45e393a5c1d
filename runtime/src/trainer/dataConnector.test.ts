import { beforeAll, describe, expect, it, vi } from 'vitest';
import { LightningModule } from '../core/index.js';
import { CombinedLoader, DataLoader } from '../data/index.js';
import type { RawBatch, RawBatches } from '../loops/index.js';
import { startTestEngine } from '../testing/tiny.js';
import * as tf from '../tf.js';
import { DataConnector } from './dataConnector.js';
import { resolveOptions, type TrainerOptions } from './options.js';

beforeAll(startTestEngine);

class Bare extends LightningModule {}

async function connector(train: unknown, options: TrainerOptions = {}): Promise<DataConnector> {
  const given = { train: train as number[] };
  const data = new DataConnector({
    kind: 'fit',
    module: new Bare(),
    datamodule: undefined,
    options: resolveOptions(options),
    given,
  });
  await data.prepareTraining(0);
  return data;
}

async function* each(batches: RawBatches): AsyncGenerator<RawBatch> {
  try {
    for (let batch = await batches.next(); batch; batch = await batches.next()) yield batch;
  } finally {
    await batches.close();
  }
}

async function batchesOf(
  data: DataConnector,
  from = 0,
): Promise<[value: unknown, batchIdx: number, isLast: boolean][]> {
  const seen: [unknown, number, boolean][] = [];
  for await (const { batch, batchIdx, isLast } of each(data.train(from))) seen.push([batch, batchIdx, isLast]);
  return seen;
}

function* unsized(count: number) {
  for (let index = 0; index < count; index++) yield index * 10;
}
const stream = (count: number) => ({ [Symbol.iterator]: () => unsized(count) });

describe('limits', () => {
  it.each<[TrainerOptions, number]>([
    [{}, 4],
    [{ limitTrainBatches: 1 }, 1],
    [{ limitTrainBatches: 3 }, 3],
    [{ limitTrainBatches: 9 }, 4],
    [{ limitTrainBatches: 0.5 }, 2],
    [{ limitTrainBatches: '75%' }, 3],
    [{ limitTrainBatches: 0.3 }, 1],
    [{ limitTrainBatches: 0 }, 0],
    [{ limitTrainBatches: '0%' }, 0],
  ])('%o of four batches are %i', async (options, expected) => {
    const data = await connector([0, 10, 20, 30], options);
    expect(data.trainBatches).toBe(expected);
    expect(await batchesOf(data)).toHaveLength(expected);
  });

  it.each<[string, unknown, TrainerOptions, string]>([
    ['a fraction that is less than a batch', [1, 2], { limitTrainBatches: 0.2 }, 'which is less than one'],
    ['a fraction of a loader without a length', stream(3), { limitTrainBatches: 0.5 }, 'does not tell its length'],
    ['what is no loader', 42, {}, 'returned a number'],
    ['no loader', undefined, {}, 'There are no batches'],
  ])('refuse %s', async (_name, train, options, message) => {
    await expect(connector(train, options)).rejects.toThrow(message);
  });

  it.each<[TrainerOptions, number | undefined]>([
    [{}, undefined],
    [{ valCheckInterval: 0.25 }, 1],
    [{ valCheckInterval: '50%' }, 2],
    [{ valCheckInterval: 0.75 }, 3],
    [{ valCheckInterval: 3 }, 3],
  ])('%o validates after batch %s of four', async (options, expected) => {
    expect((await connector([0, 10, 20, 30], options)).valCheckBatch).toBe(expected);
  });
});

describe('the last batch', () => {
  it.each<[string, unknown, TrainerOptions]>([
    ['a list', [0, 10, 20], {}],
    ['a stream', stream(3), {}],
    ['a stream with a limit', stream(99), { limitTrainBatches: 3 }],
    [
      'an async stream',
      {
        [Symbol.asyncIterator]: async function* () {
          yield* unsized(3);
        },
      },
      {},
    ],
  ])('of %s is known', async (_name, train, options) => {
    expect(await batchesOf(await connector(train, options))).toEqual([
      [0, 0, false],
      [10, 1, false],
      [20, 2, true],
    ]);
  });

  it('is known for a loader of a stream, whose position stays that of the batches handed out', async () => {
    const loader = new DataLoader(stream(4), { batchSize: 2 });
    const data = await connector(loader);
    const seen: [isLast: boolean, state: string][] = [];
    for await (const { isLast, owned } of each(data.train(0))) {
      seen.push([isLast, JSON.stringify(data.stateDict())]);
      tf.dispose([...owned]);
    }
    expect(seen.map(([isLast]) => isLast)).toEqual([false, true]);
    expect(seen[0]?.[1]).toContain('"position":1');
  });
});

describe('a resumed epoch', () => {
  it('skips what was done, of a loader that cannot tell where it stands', async () => {
    expect(await batchesOf(await connector([0, 10, 20]), 2)).toEqual([[20, 2, true]]);
  });
});

describe('ownership', () => {
  it('is the run’s for tensors made for the batch, and the source’s for tensors that were there', async () => {
    const kept = tf.scalar(1);
    const source = {
      *[Symbol.iterator]() {
        yield [kept, tf.scalar(2)];
      },
    };
    const data = await connector(source);
    for await (const { owned } of each(data.train(0))) {
      expect(owned).toHaveLength(1);
      expect(owned).not.toContain(kept);
      tf.dispose([...owned]);
    }
    kept.dispose();
  });

  it('frees what was fetched ahead when the loop is left early', async () => {
    const before = tf.memory().numTensors;
    const source = {
      *[Symbol.iterator]() {
        for (let index = 0; index < 3; index++) yield tf.scalar(index);
      },
    };
    for await (const { owned } of each((await connector(source)).train(0))) {
      tf.dispose([...owned]);
      break;
    }
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('a look ahead', () => {
  it.each([
    ['a list', () => [0, 10, 20], 1],
    ['a stream', () => stream(3), 2],
  ])('of %s fetches no more than needed to know the last batch', async (_name, make, expected) => {
    let fetched = 0;
    const source = make();
    const counting = {
      ...('length' in source && { length: source.length }),
      *[Symbol.iterator]() {
        for (const batch of source) {
          fetched++;
          yield batch;
        }
      },
    };
    const data = await connector(counting);
    for await (const _batch of each(data.train(0))) break;
    expect(fetched).toBe(expected);
  });
});

describe('several training loaders', () => {
  const loader = (from: number, count: number) =>
    new DataLoader(
      Array.from({ length: count }, (_, index) => from + index),
      { batchSize: null },
    );
  it.each<[string, () => unknown, TrainerOptions, unknown[]]>([
    [
      'in a list are cycled',
      () => [loader(0, 3), loader(10, 2)],
      {},
      [
        [0, 10],
        [1, 11],
        [2, 10],
      ],
    ],
    ['in an object keep its names', () => ({ a: loader(0, 1), b: loader(5, 1) }), {}, [{ a: 0, b: 5 }]],
    [
      'are limited',
      () => [loader(0, 3), loader(10, 2)],
      { limitTrainBatches: 2 },
      [
        [0, 10],
        [1, 11],
      ],
    ],
    [
      'are limited by a fraction of each',
      () => [loader(0, 4), loader(10, 2)],
      { limitTrainBatches: 0.5 },
      [
        [0, 10],
        [1, 11],
      ],
    ],
    [
      'may be combined otherwise',
      () => new CombinedLoader([loader(0, 3), loader(10, 2)]),
      {},
      [
        [0, 10],
        [1, 11],
      ],
    ],
  ])('%s', async (_name, make, options, expected) => {
    const data = await connector(make(), options);
    const seen = await batchesOf(data);
    expect(seen.map(([batch]) => batch)).toEqual(expected);
    expect(seen.map(([, , isLast]) => isLast).indexOf(true)).toBe(expected.length - 1);
    expect(data.trainBatches).toBe(expected.length);
  });

  it('refuses loaders one after the other', async () => {
    const sequential = new CombinedLoader([loader(0, 1), loader(0, 1)], { mode: 'sequential' });
    await expect(connector(sequential)).rejects.toThrow("'sequential', which fit does not support");
  });
});

describe('overfitBatches', () => {
  it('takes the same few batches each time, unshuffled, and says so', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const shuffled = new DataLoader([0, 1, 2, 3, 4, 5, 6, 7], { batchSize: null, shuffle: true, seed: 1 });
    const data = await connector(shuffled, { overfitBatches: 3, limitTrainBatches: 1 });
    for (let epoch = 0; epoch < 2; epoch++) expect((await batchesOf(data)).map(([batch]) => batch)).toEqual([0, 1, 2]);
    expect(warn.mock.calls.map(([message]) => String(message))).toEqual([expect.stringContaining('overfit')]);
    warn.mockRestore();
  });
});
