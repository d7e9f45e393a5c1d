import { beforeAll, describe, expect, it } from 'vitest';
import { LightningModule } from '../core/index.js';
import { DataLoader } from '../data/index.js';
import { startTestEngine } from '../testing/tiny.js';
import * as tf from '../tf.js';
import { DataConnector } from './dataConnector.js';
import { resolveOptions, type TrainerOptions } from './options.js';

beforeAll(startTestEngine);

class Bare extends LightningModule {}

async function connector(train: unknown, options: TrainerOptions = {}): Promise<DataConnector> {
  const data = new DataConnector(new Bare(), undefined, resolveOptions(options), { train: train as number[] });
  await data.prepareTraining();
  return data;
}

async function batchesOf(
  data: DataConnector,
  from = 0,
): Promise<[value: unknown, batchIdx: number, isLast: boolean][]> {
  const seen: [unknown, number, boolean][] = [];
  for await (const { batch, batchIdx, isLast } of data.train(from)) seen.push([batch, batchIdx, isLast]);
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
    for await (const { isLast, owned } of data.train(0)) {
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
    for await (const { owned } of data.train(0)) {
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
    for await (const { owned } of (await connector(source)).train(0)) {
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
    for await (const _batch of data.train(0)) break;
    expect(fetched).toBe(expected);
  });
});

describe('several training loaders', () => {
  const loader = () => new DataLoader([1, 2, 3]);
  it.each([
    ['a list', [loader(), loader()]],
    ['an object', { a: loader(), b: loader() }],
  ])('in %s are refused by name', async (_name, loaders) => {
    await expect(connector(loaders)).rejects.toThrow('several loaders');
  });
});
