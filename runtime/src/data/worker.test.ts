import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { quietTrainer, startTestEngine, TinyModule } from '../testing/tiny.js';
import * as tf from '../tf.js';
import { ConcatDataset } from './concatDataset.js';
import { DataLoader } from './dataLoader.js';
import type { DataLoaderOptions } from './dataLoaderOptions.js';
import type { BatchedDataset, Dataset } from './dataset.js';
import { Subset } from './subset.js';
import { moduleOf, NOISE } from './testing/workerModule.js';
import { type WorkerDatasetOptions, workerDataset } from './workerDataset.js';

beforeAll(startTestEngine);
afterEach(() => vi.useRealTimers());

const DIST = new URL('../../dist/', import.meta.url).href;

/** Every batch of one pass. */
async function pass<Batch>(loader: DataLoader<Batch>): Promise<Batch[]> {
  const batches: Batch[] = [];
  for await (const batch of loader) batches.push(batch);
  return batches;
}

/** A batch as plain data. */
function show(value: unknown): unknown {
  if (value instanceof tf.Tensor) return `${value.dtype}[${value.shape}] ${Array.from(value.dataSync())}`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} ${Array.from(value as Float32Array)}`;
  if (Array.isArray(value)) return value.map(show);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, show(part)]));
}

/** All batches of a module's dataset, with and without threads. */
async function bothWays(code: string, options: object, args: readonly unknown[] = []): Promise<unknown[]> {
  const results: unknown[] = [];
  for (const numWorkers of [0, 2]) {
    const dataset = await workerDataset(moduleOf(code), { args });
    const batches = await pass(new DataLoader<unknown, unknown>(dataset, { ...options, numWorkers } as never));
    results.push(batches.map(show));
    tf.dispose(batches as tf.TensorContainer);
  }
  return results;
}

describe('samples from threads', () => {
  it.each<[string, string, object, unknown]>([
    [
      'numbers, vectors, text',
      '[index, [index, 1], Float32Array.of(index), Uint8Array.of(index), "s" + index, index > 0]',
      { batchSize: 2 },
      [['float32[2] 0,1', 'float32[2,2] 0,1,1,1', 'float32[2,1] 0,1', 'int32[2,1] 0,1', ['s0', 's1'], 'bool[2] 0,1']],
    ],
    [
      'objects',
      '({ x: Int32Array.of(index), deep: { y: index } })',
      {},
      [
        { x: 'int32[1,1] 0', deep: { y: 'float32[1] 0' } },
        { x: 'int32[1,1] 1', deep: { y: 'float32[1] 1' } },
      ],
    ],
    ['promises', 'Promise.resolve(index)', { batchSize: 2 }, ['float32[2] 0,1']],
    [
      'samples for a collate function',
      '[index, Float32Array.of(index, 2), { at: new Date(index) }]',
      {
        batchSize: 2,
        collate: (samples: [number, Float32Array, { at: Date }][]) =>
          samples.map(([a, b, { at }]) => [a, b, at.getTime()]),
      },
      [
        [
          [0, 'Float32Array 0,2', 0],
          [1, 'Float32Array 1,2', 1],
        ],
      ],
    ],
    [
      'samples that are batches',
      '[index, Uint8Array.of(index)]',
      { batchSize: null },
      [
        [0, 'Uint8Array 0'],
        [1, 'Uint8Array 1'],
      ],
    ],
  ])('arrive as without: %s', async (_, sample, options, expected) => {
    const code = `export default class { length = 2; get(index) { return ${sample}; } }`;
    const [none, threads] = await bothWays(code, options);
    expect(none).toEqual(expected);
    expect(threads).toEqual(expected);
  });

  it.each<[string, object, unknown]>([
    ['collated', { batchSize: 2 }, [['float32[2] 0,1', 'int32[2,2] 0,1,1,1', 'bool[2,1] 1,0']]],
    [
      'for a collate function',
      { batchSize: 2, collate: (samples: tf.Tensor[][]) => tf.stack(samples.map(([x]) => x!)) },
      ['float32[2] 0,1'],
    ],
    [
      'as batches',
      { batchSize: null },
      [
        ['float32[] 0', 'int32[2] 0,1', 'bool[1] 1'],
        ['float32[] 1', 'int32[2] 1,1', 'bool[1] 0'],
      ],
    ],
  ])('may be tensors, which belong to the receiver: %s', async (_, options, expected) => {
    const before = tf.memory().numTensors;
    const code = `import { tf } from '${DIST}index.js';
      export default class { length = 2;
        get(index) { return [tf.scalar(index), tf.tensor1d([index, 1], 'int32'), tf.tensor1d([index === 0], 'bool')]; } }`;
    const [none, threads] = await bothWays(code, options);
    expect(none).toEqual(expected);
    expect(threads).toEqual(expected);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('may be whole batches of the dataset', async () => {
    const code = `export default class { length = 3; getBatch(indices) { return { x: Float32Array.from(indices), draw: Math.random() }; } }`;
    const dataset = await workerDataset<BatchedDataset<{ x: Float32Array; draw: number }>>(moduleOf(code));
    const read = (numWorkers: number) =>
      pass(new DataLoader(new Subset(dataset, [2, 0]), { batchSize: 2, numWorkers, seed: 1 }));
    const batches = await read(2);
    expect(show(batches)).toEqual([{ x: 'Float32Array 2,0', draw: expect.any(Number) }]);
    expect(await read(0)).toEqual(batches);
  });

  it('leave what the dataset keeps with it', async () => {
    const code = `const all = Float32Array.of(1, 2, 3, 4);
      export const length = 4;
      export function get(index) { return index % 2 ? all.subarray(1, 3) : all; }`;
    const [none, threads] = await bothWays(code, { batchSize: null });
    expect(threads).toEqual(none);
    expect(none).toEqual(['Float32Array 1,2,3,4', 'Float32Array 2,3', 'Float32Array 1,2,3,4', 'Float32Array 2,3']);
  });
});

describe('random numbers', () => {
  const options = { batchSize: 3, shuffle: true, seed: 6 };
  const read = async (numWorkers: number, more: DataLoaderOptions = {}) => {
    const dataset = await workerDataset(moduleOf(NOISE), { args: [10] });
    const loader = new DataLoader(dataset, { ...options, numWorkers, ...more, collate: (samples) => samples });
    const passes = [await pass(loader), await pass(loader)];
    await loader.dispose();
    return passes;
  };

  it('and the order are the same with any number of threads, and new in each pass', async () => {
    const [first, second] = await read(0);
    expect(first?.flat()).toHaveLength(10);
    expect(new Set([...first!, ...second!].flat().map((sample) => (sample as number[])[1])).size).toBe(20);
    expect(await read(1)).toEqual([first, second]);
    expect(await read(3)).toEqual([first, second]);
    expect(await read(2, { persistentWorkers: true, prefetchFactor: 5 })).toEqual([first, second]);
  });

  it('that the dataset is made with are the same on every thread', async () => {
    const code = `export default class { length = 6; offset = Math.random(); get() { return this.offset; } }`;
    const dataset = await workerDataset<Dataset<number> & { offset: number }>(moduleOf(code));
    const values = await pass(new DataLoader(dataset, { numWorkers: 2, batchSize: null }));
    expect(values).toEqual(Array(6).fill(dataset.offset));
  });

  it('of a thread itself follow from its number', async () => {
    const code = `export default class { length = 4; info = null; draw = 0;
      initWorker(info) { this.info = info; this.draw = Math.random(); }
      get() { return [this.info, this.draw]; } }`;
    const dataset = await workerDataset<Dataset<[{ id: number; numWorkers: number; seed: number }, number]>>(
      moduleOf(code),
    );
    const read = () => pass(new DataLoader(dataset, { numWorkers: 2, batchSize: null, seed: 3 }));
    const samples = await read();
    expect(samples.map(([{ id, numWorkers }]) => [id, numWorkers])).toEqual([
      [0, 2],
      [1, 2],
      [0, 2],
      [1, 2],
    ]);
    const [[first], [second]] = samples as [(typeof samples)[0], (typeof samples)[0]];
    expect(second.seed).toBe((first.seed + 1) % 2 ** 32);
    expect(new Set(samples.map(([, draw]) => draw)).size).toBe(2);
    expect(await read()).toEqual(samples);
  });
});

describe('parts of a dataset', () => {
  it('are found by the threads', async () => {
    const code = `export default class { constructor(length, name) { this.length = length; this.name = name; } get(index) { return this.name + index; } }`;
    const make = (length: number, name: string) =>
      workerDataset<Dataset<string>>(moduleOf(code), { args: [length, name] });
    const [a, b] = [await make(3, 'a'), await make(4, 'b')];
    const parts = new Subset(new ConcatDataset([new Subset(a, [2, 0]), b]), [5, 1, 0, 2]);
    expect(await pass(new DataLoader(parts, { numWorkers: 2, batchSize: 2 }))).toEqual([
      ['b3', 'a0'],
      ['a2', 'b0'],
    ]);
  });
});

describe('the order of the batches', () => {
  it('does not depend on which thread is faster', async () => {
    const code = `import { setTimeout } from 'node:timers/promises';
      export default class { length = 8; async get(index) { if (index % 2 === 0) await setTimeout(5); return index; } }`;
    const dataset = await workerDataset<Dataset<number>>(moduleOf(code));
    const batches = await pass(new DataLoader(dataset, { numWorkers: 2, prefetchFactor: 3, batchSize: null }));
    expect(batches).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});

describe('what goes wrong on a thread', () => {
  const read = async (code: string, options: DataLoaderOptions = {}) => {
    const seen: unknown[] = [];
    const dataset = await workerDataset(moduleOf(code));
    try {
      for await (const batch of new DataLoader(dataset, { numWorkers: 2, ...options, collate: (samples) => samples }))
        seen.push(batch);
    } catch (error) {
      return { seen, error: error as Error };
    }
    return { seen, error: undefined };
  };
  const failing = (what: string) =>
    `export default class { length = 6;\n get(index) {\n if (index === 3) ${what}; return index; } }`;

  it('is one error where its batch would have come, with the line of the dataset', async () => {
    const { seen, error } = await read(failing('throw new TypeError("broken")'));
    expect(seen).toEqual([[0], [1], [2]]);
    expect(error?.message).toBe('Worker 1 of a DataLoader failed at sample 3: TypeError: broken');
    const { stack } = (error as Error).cause as Error;
    expect(stack).toMatch(/^TypeError: broken\n\s+at .*get .*module\d+\.mjs:3:\d+/);
  });

  it.each<[string, string, string]>([
    [
      'a rejection',
      'return Promise.reject(new Error("late"))',
      'Worker 1 of a DataLoader failed at sample 3: Error: late',
    ],
    ['what is no error', 'throw "text"', 'Worker 1 of a DataLoader failed at sample 3: Error: text'],
    ['a sample that cannot be sent', 'return () => 1', 'could not be cloned'],
    [
      'the end of the thread',
      'process.exit(4)',
      'Worker 1 of a DataLoader ended with exit code 4, before it had made its batches.',
    ],
    [
      'an error that nobody catches',
      'setImmediate(() => { throw new RangeError("outside"); }); if (index === 3) return new Promise(() => {})',
      'Worker 1 of a DataLoader ended: RangeError: outside, before it had made its batches.',
    ],
  ])('is told: %s', async (_, what, message) => {
    const { seen, error } = await read(failing(what));
    expect(seen).toEqual([[0], [1], [2]]);
    expect(error?.message).toContain(message);
  });

  it('is a fault of the samples, told as without threads', async () => {
    const dataset = await workerDataset(
      moduleOf('export default class { length = 2; get(index) { return index ? [1] : [1, 2]; } }'),
    );
    for (const numWorkers of [0, 1]) {
      await expect(pass(new DataLoader(dataset, { batchSize: 2, numWorkers }))).rejects.toThrow(
        'Sample 1 of the batch is an array of 1; sample 0 makes it numbers of shape [2] throughout.',
      );
    }
  });

  it('is a wait that takes too long, if there is a limit', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const dataset = await workerDataset<Dataset<number>>(moduleOf(failing('return new Promise(() => {})')));
    const batches = new DataLoader(dataset, { numWorkers: 2, timeout: 7, batchSize: null }).batches();
    for (const expected of [0, 1, 2]) expect((await batches.next()).value).toMatchObject({ batch: expected });
    const late = batches.next();
    const told = expect(late).rejects.toThrow('Worker 1 of a DataLoader did not make batch 3 within 7 s.');
    await vi.advanceTimersByTimeAsync(7000);
    await told;
  });

  it('leaves the data usable', async () => {
    const code = `import { existsSync } from 'node:fs';
      export default class { length = 4; constructor(broken) { this.broken = broken; }
        get(index) { if (index === 2 && Atomics.load(this.broken, 0)) throw new Error('once'); return index; } }`;
    const broken = new Int32Array(new SharedArrayBuffer(4)).fill(1);
    const dataset = await workerDataset<Dataset<number>>(moduleOf(code), { args: [broken] });
    const loader = new DataLoader(dataset, { numWorkers: 2, persistentWorkers: true, batchSize: null });
    await expect(pass(loader)).rejects.toThrow('once');
    Atomics.store(broken, 0, 0);
    expect(await pass(loader)).toEqual([0, 1, 2, 3]);
    await loader.dispose();
    expect(await pass(loader)).toEqual([0, 1, 2, 3]);
    await loader.dispose();
  });
});

describe('threads', () => {
  const COUNTING = `export default class { length = 4; constructor(counter) { this.counter = counter; }
    initWorker() { Atomics.add(this.counter, 0, 1); } get(index) { return index; } }`;

  it.each([
    [false, 4],
    [true, 2],
  ])('stay from pass to pass with persistentWorkers %s', async (persistentWorkers, started) => {
    const counter = new Int32Array(new SharedArrayBuffer(4));
    const dataset = await workerDataset(moduleOf(COUNTING), { args: [counter] });
    const loader = new DataLoader(dataset, { numWorkers: 2, persistentWorkers });
    tf.dispose([...(await pass(loader)), ...(await pass(loader))] as tf.Tensor[]);
    expect(counter[0]).toBe(started);
    await loader.dispose();
    await loader.dispose();
  });

  it('that stay end with the run of a Trainer', async () => {
    const counter = new Int32Array(new SharedArrayBuffer(4));
    const dataset = await workerDataset(moduleOf(COUNTING), { args: [counter] });
    const dataloaders = new DataLoader(dataset, { numWorkers: 2, persistentWorkers: true });
    const module = new TinyModule();
    module.validationStep = () => undefined;
    const trainer = quietTrainer({ logger: false });
    await trainer.validate(module, { dataloaders });
    expect(counter[0]).toBe(2);
    await trainer.validate(module, { dataloaders });
    expect(counter[0]).toBe(4);
    module.dispose();
  });

  it('end with a pass that is left, also in the middle of a sample', async () => {
    const code = `export default class { length = 9; get(index) { if (index > 0) for (;;); return index; } }`;
    const dataset = await workerDataset<Dataset<number>>(moduleOf(code));
    for await (const batch of new DataLoader(dataset, { numWorkers: 2, batchSize: null })) {
      expect(batch).toBe(0);
      break;
    }
  });

  it('that stay do not keep a program alive, and one that awaits a batch is not left too early', () => {
    const program = `import { DataLoader, workerDataset } from '${DIST}index.js';
      const dataset = await workerDataset(new URL('${moduleOf(NOISE).href}'), { args: [5] });
      const loader = new DataLoader(dataset, { numWorkers: 2, persistentWorkers: true, collate: (samples) => samples });
      let count = 0;
      for await (const batch of loader) count += batch.length;
      console.log('samples', count);`;
    const out = execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });
    expect(out).toBe('samples 5\n');
  });
});

describe('workerDataset', () => {
  it.each<[string, string, WorkerDatasetOptions]>([
    ['a class', 'export default class { length = 1; get() { return 7; } }', {}],
    ['a class of a name', 'export class Data { length = 1; get() { return 7; } }', { export: 'Data' }],
    ['a function', 'export default (value) => ({ length: 1, get: () => value });', { args: [7] }],
    [
      'an asynchronous function',
      'export async function make(value) { return { length: 1, get: () => value }; }',
      { args: [7], export: 'make' },
    ],
    ['an object', 'export default { length: 1, get: () => 7 };', {}],
    ['the module itself', 'export const length = 1; export const get = () => 7;', {}],
  ])('makes a dataset of %s', async (_, code, options) => {
    const dataset = await workerDataset<Dataset<number>>(moduleOf(code), options);
    for (const numWorkers of [0, 1])
      expect(await pass(new DataLoader(dataset, { batchSize: null, numWorkers }))).toEqual([7]);
  });

  it('takes what CommonJS exports, and a path', async () => {
    const url = moduleOf('exports.Data = class { length = 1; get() { return 7; } };', 'cjs');
    const dataset = await workerDataset<Dataset<number>>(fileURLToPath(url), { export: 'Data' });
    expect(await pass(new DataLoader(dataset, { batchSize: null, numWorkers: 1 }))).toEqual([7]);
  });

  it.each<[string, string, object, string]>([
    ['no default export', 'export class Data {}', {}, 'has no default export. Allowed: one of its exports: Data.'],
    ['no such export', 'export class Data {}', { export: 'Date' }, 'has no export `Date`.'],
    ['no dataset', 'export default class { get() {} }', {}, 'The export `default` of'],
    [
      'a function that makes none',
      'export default () => 3;',
      {},
      'gave no dataset. Allowed: a class, or a function that makes one',
    ],
    [
      'an unknown option',
      '',
      { arg: [1] },
      'workerDataset has no option `arg`. Allowed: args, export. Did you mean `args`?',
    ],
    ['arguments that are no list', '', { args: 3 }, '`args` is not a list.'],
    ['arguments that cannot be copied', '', { args: [() => 1] }, '`args` cannot be copied to a thread:'],
    ['an export that is no name', '', { export: class {} }, '`export` is a function. Allowed: the name of an export'],
    ['an error of the module', 'throw new Error("at load");', {}, 'at load'],
    [
      'an error of the constructor',
      'export default class { constructor() { throw new Error("at start"); } }',
      {},
      'at start',
    ],
  ])('refuses %s', async (_, code, options, message) => {
    await expect(workerDataset(moduleOf(code), options as WorkerDatasetOptions)).rejects.toThrow(message);
  });

  it('refuses a path that is relative to nothing, and a file that Node cannot load', async () => {
    await expect(workerDataset('./dataset.ts')).rejects.toThrow("Write new URL('./dataset.ts', import.meta.url)");
    await expect(workerDataset(new URL('./missing.js', import.meta.url))).rejects.toThrow(
      /^workerDataset: there is no file .*missing\.js\.$/,
    );
    const program = `import { workerDataset } from '${DIST}index.js';
      await workerDataset(new URL('${moduleOf('export default 1;', 'tsx').href}')).catch((error) => console.log(error.message));`;
    const out = execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });
    expect(out).toMatch(
      /^This process cannot load .*\.tsx: Node .* does not know its kind of file\. Run with `lightning fit`/,
    );
  });

  it.each<[string, unknown, DataLoaderOptions, string]>([
    ['an array', [1, 2], { numWorkers: 1 }, 'DataLoader got `numWorkers` for data that only this thread can read'],
    ['a dataset that was made here', { length: 1, get: () => 1 }, { numWorkers: 1 }, 'Put the dataset into a module'],
    ['a part of one', new Subset([1, 2], [0]), { numWorkers: 1 }, 'that only this thread can read'],
    [
      'a stream',
      new Set([1]),
      { numWorkers: 1 },
      '`numWorkers` for data without an index: threads share the work by index.',
    ],
  ])('is what threads need, not %s', (_, source, options, message) => {
    expect(() => new DataLoader(source as number[], options)).toThrow(message);
  });
});
