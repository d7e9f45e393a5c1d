import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Generator } from '../../random/index.js';
import { CheckpointError } from '../checkpointError.js';
import { readCheckpoint, readCheckpointHeader } from '../checkpointFile.js';
import { TorchObject } from './allowList.js';
import { readTorchFile } from './readTorchFile.js';
import type { TorchTensor } from './tensor.js';
import { dict, op, pickle, tensor, torchZip, tuple, zip } from './testing/makeTorchFile.js';
import { mutate } from './testing/mutate.js';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'torch-'));
  file = join(folder, 'file.pt');
});
afterAll(() => rm(folder, { recursive: true }));

async function read(bytes: Uint8Array): Promise<unknown> {
  await writeFile(file, bytes);
  return (await readTorchFile(file)).content;
}

async function faultOf(bytes: Uint8Array): Promise<string> {
  const error: unknown = await read(bytes).catch((fault: unknown) => fault);
  if (error instanceof CheckpointError) return `${error.code}: ${error.message.replace(file, 'F')}`;
  throw new Error(`expected a CheckpointError, got ${String(error)}`);
}

const call = (module: string, name: string, ...args: Buffer[]) =>
  Buffer.concat([op.global(module, name), tuple(...args), op.reduce]);
const list = (...items: Buffer[]) => Buffer.concat([op.emptyList, op.mark, ...items, op.appends]);
const floats = (...values: number[]) => ({ content: new Uint8Array(Float32Array.from(values).buffer) });

describe('readTorchFile', () => {
  it('interprets the classes on its list', async () => {
    const namespace = Buffer.concat([call('argparse', 'Namespace'), dict({ lr: op.int(3) }), op.build]);
    const content = await read(
      torchZip(
        pickle(
          dict({
            ordered: call('collections', 'OrderedDict', list(list(op.text('a'), op.int(1)))),
            size: call('torch', 'Size', list(op.int(2), op.int(3))),
            dtype: op.global('torch', 'float16'),
            device: call('torch', 'device', op.text('cuda'), op.int(1)),
            path: call('pathlib', 'PosixPath', op.text('/'), op.text('data'), op.text('x')),
            newPath: call('pathlib._local', 'WindowsPath', op.text('C:\\'), op.text('x')),
            empty: call('pathlib', 'PosixPath'),
            namespace,
            set: call('__builtin__', 'set', list(op.int(1), op.int(2))),
            bytes: call('_codecs', 'encode', op.text('ÿ'), op.text('latin1')),
            complex: call('__builtin__', 'complex', op.int(1), op.int(2)),
            big: op.long(-(2n ** 70n), 10),
            hparams: call('lightning.fabric.utilities.data', 'AttributeDict'),
          }),
        ),
      ),
    );
    expect(content).toEqual({
      ordered: { a: 1 },
      size: [2, 3],
      dtype: 'torch.float16',
      device: 'cuda:1',
      path: '/data/x',
      newPath: 'C:\\x',
      empty: '.',
      namespace: { lr: 3 },
      set: new Set([1, 2]),
      bytes: Uint8Array.of(255),
      complex: { real: 1, imag: 2 },
      big: -(2n ** 70n),
      hparams: {},
    });
  });

  it('executes nothing: every other class is a name', async () => {
    const content = await read(
      torchZip(
        pickle(
          list(
            call('os', 'system', op.text('touch pwned')),
            call('__builtin__', 'eval', op.text('1')),
            call('__builtin__', 'getattr', op.global('os', 'path'), op.text('sep')),
            op.global('torch.nn', 'ReLU'),
            Buffer.concat([call('my.project', 'Model'), dict({ secret: op.int(1) }), op.build]),
          ),
        ),
      ),
    );
    const names = ['os.system', 'builtins.eval', 'builtins.getattr', 'torch.nn.ReLU', 'my.project.Model'];
    expect(content).toEqual(names.map((name) => new TorchObject(name)));
  });

  it('shares what was shared', async () => {
    const bytes = pickle(
      list(
        Buffer.concat([tensor(), op.put(1)]),
        op.get(1),
        tensor({ shape: [2], offset: 2 }),
        tensor({ shape: [2, 2], strides: [0, 2] }),
      ),
    );
    const [first, again, tail, expanded] = (await read(torchZip(bytes, { 0: floats(1, 2, 3, 4) }))) as TorchTensor[];
    expect(again).toBe(first);
    expect(tail?.storage).toBe(first?.storage);
    expect(tail?.values()).toEqual(Float32Array.of(3, 4));
    expect(expanded?.values()).toEqual(Float32Array.of(1, 3, 1, 3));
  });

  it('keeps keys that an object cannot have in a Map', async () => {
    const bytes = pickle(dict({ a: dict({ ['__proto__']: op.int(1) }) }));
    expect(await read(torchZip(bytes))).toEqual({ a: new Map([['__proto__', 1]]) });
    expect(Object.getPrototypeOf(await read(torchZip(pickle(dict({}))))).constructor).toBe(Object);
  });

  it('reads archives that were packed again', async () => {
    const bytes = zip({
      'a/data.pkl': { content: pickle(list(tensor())), isDeflated: true },
      'a/data/0': { ...floats(1, 2, 3, 4), isDeflated: true },
    });
    const [found] = (await read(bytes)) as TorchTensor[];
    expect(found?.values()).toEqual(Float32Array.of(1, 2, 3, 4));
  });
});

describe('a file that is not as it should be', () => {
  const one = pickle(list(tensor()));
  const many = (count: number, piece: Buffer) => Buffer.concat(Array.from({ length: count }, () => piece));
  /** Ten lists, each with the one before ten times: ten thousand million values in a hundred bytes. */
  const laughs = Array.from({ length: 10 }, (_, level) =>
    list(...Array.from({ length: 10 }, () => (level === 0 ? op.int(1) : op.get(level - 1)))),
  ).flatMap((level, index) => [level, op.put(index), Buffer.from('0')]);
  const nested = (depth: number) => Buffer.concat([many(depth, op.emptyList), many(depth - 1, op.append)]);

  it.each<[string, string, Buffer]>([
    ['an empty file', 'checkpoint-truncated: The checkpoint F is empty.', Buffer.alloc(0)],
    ['text', 'checkpoint-foreign: The checkpoint F was not written by PyTorch.', Buffer.from('hello world')],
    ['a zip archive of something else', 'no data.pkl', zip({ 'a.txt': { content: Buffer.from('a') } })],
    [
      'a TorchScript program',
      'TorchScript',
      zip({ 'a/data.pkl': { content: one }, 'a/constants.pkl': { content: one } }),
    ],
    [
      'a big-endian file',
      'big-endian',
      zip({ 'a/data.pkl': { content: one }, 'a/byteorder': { content: Buffer.from('big') } }),
    ],
    ['a wrong checksum', 'checksum', torchZip(one, { 0: { content: new Uint8Array(16), crc: 7 } })],
    ['a missing storage', 'storage "1" is missing', torchZip(pickle(tensor({ key: '1' })))],
    ['a short storage', 'has 8 bytes, where 16', torchZip(one, { 0: { content: new Uint8Array(8) } })],
    [
      'two records on the same bytes',
      'overlaps',
      torchZip(one, { 0: { content: new Uint8Array(16) }, 1: { content: new Uint8Array(16), position: 10 } }),
    ],
    [
      'a record that reaches into the next',
      'overlaps',
      torchZip(one, {
        0: { content: new Uint8Array(16), packedBytes: 200, sizeBytes: 200 },
        1: { content: new Uint8Array(16) },
      }),
    ],
    ['a record in two sizes', 'has two sizes', torchZip(one, { 0: { content: new Uint8Array(16), sizeBytes: 4_000 } })],
    [
      'a record that does not unpack',
      'cannot be unpacked',
      torchZip(one, { 0: { content: new Uint8Array(1e6), isDeflated: true, sizeBytes: 16 } }),
    ],
    ['a zip bomb', 'checkpoint-limit', torchZip(one, { 0: { content: new Uint8Array(100e6), isDeflated: true } })],
    ['a pickle that ends early', 'ends early', torchZip(one.subarray(0, -1))],
    ['a pickle of protocol 0', 'protocol 0', torchZip(Buffer.of(0x80, 0, 0x4e, 0x2e))],
    ['an unknown operation', 'operation 0xff', torchZip(pickle(Buffer.of(0xff)))],
    ['an empty stack', 'takes what is not there', torchZip(pickle(op.reduce))],
    ['a value that was not kept', 'recalls value 9', torchZip(pickle(op.get(9)))],
    ['billion laughs', 'unfolds to more', torchZip(pickle(...laughs, op.get(9)))],
    ['a list that holds itself', 'holds itself', torchZip(pickle(op.emptyList, op.put(0), op.get(0), op.append))],
    ['deep nesting', 'nested more than 200', torchZip(pickle(nested(100_000)))],
    ['ten million dicts', 'makes more than', torchZip(pickle(many(10_000_000, op.emptyDict), op.emptyTuple))],
    [
      'a huge integer',
      'an integer of 90000 bytes',
      torchZip(pickle(Buffer.of(0x8b, 0x90, 0x5f, 1, 0), Buffer.alloc(90_000))),
    ],
    ['text of 4 GB', 'ends early', torchZip(pickle(Buffer.of(0x58, 0xff, 0xff, 0xff, 0xff)))],
    ['a tensor outside of its storage', 'needs 5 elements', torchZip(pickle(tensor({ offset: 1 })))],
    ['a tensor with negative strides', 'not counts', torchZip(pickle(tensor({ strides: [-1] })))],
    [
      'a tensor far larger than its storage',
      'repeats the 4',
      torchZip(pickle(tensor({ shape: [1e9, 1e9], strides: [0, 0] }))),
    ],
    [
      'a tensor of sizes beyond all numbers',
      'repeats the 4',
      torchZip(pickle(tensor({ shape: Array(60).fill(2 ** 52), strides: Array(60).fill(0) }))),
    ],
    [
      'a tensor of 65 dimensions',
      '65 dimensions',
      torchZip(pickle(tensor({ shape: Array(65).fill(1), strides: Array(65).fill(1) }))),
    ],
    ['a storage of an unknown class', 'torch.QInt8Storage', torchZip(pickle(tensor({ type: 'QInt8Storage' })))],
    ['a reference that is no storage', 'no storage', torchZip(pickle(op.none, op.persistent))],
    ['bytes behind the end', 'truncated', Buffer.concat([torchZip(one), Buffer.from('tail')])],
  ])('%s is one clear error', async (_, expected, bytes) => {
    expect(await faultOf(bytes)).toContain(expected);
  });

  it('takes the memory of its tensors once they are read, and not more than the file is the reason for', async () => {
    // A hundred views of 64 Mi elements on a storage of one: 25 GB of values in 20 KB.
    const views = Object.fromEntries(
      Array.from({ length: 100 }, (__, index) => [`w${index}`, tensor({ shape: [2 ** 26], strides: [0], numel: 4 })]),
    );
    const bytes = torchZip(
      pickle(dict({ epoch: op.int(0), global_step: op.int(0), loops: dict({}), state_dict: dict(views) })),
    );
    await writeFile(file, bytes);
    await expect(readCheckpoint(file)).rejects.toThrow(/more than .* far more than the file/);
    expect((await readCheckpointHeader(file)).tensors).toHaveLength(100);
  });

  it('is an error or a value after any change of its bytes', { timeout: 60_000 }, async () => {
    const generator = new Generator(4);
    const content = dict({
      a: tensor({ shape: [2, 2], strides: [1, 2] }),
      b: list(op.int(5), op.text('text'), op.long(2n ** 40n, 6)),
      c: call('pathlib', 'PosixPath', op.text('x')),
    });
    const sound = torchZip(pickle(content), { 0: floats(1, 2, 3, 4) });
    const counts = { value: 0, error: 0 };
    for (let round = 0; round < 2_500; round++) {
      const result: unknown = await read(mutate(sound, generator)).catch((fault: unknown) => fault);
      if (result instanceof Error && !(result instanceof CheckpointError)) throw result;
      counts[result instanceof CheckpointError ? 'error' : 'value']++;
    }
    expect(counts.error).toBeGreaterThan(1_000);
    expect(counts.value).toBeGreaterThan(100);
  });
});
