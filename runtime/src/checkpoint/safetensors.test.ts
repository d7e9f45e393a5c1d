import { mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Generator } from '../random/index.js';
import { CheckpointError } from './checkpointError.js';
import { withSafetensors } from './safetensorsReader.js';
import type { TensorData } from './tensorData.js';
import { readSafetensors, writeSafetensorsFile } from './weightsFile.js';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safetensors-'));
  file = join(folder, 'weights.safetensors');
});
afterAll(() => rm(folder, { recursive: true }));

const floats = (...values: number[]): TensorData => ({
  dtype: 'float32',
  shape: [values.length],
  data: Float32Array.from(values),
});

/** The bytes of a file with this header and so many bytes of data. */
function bytesOf(header: unknown, dataBytes = 0, length?: bigint): Buffer {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(length ?? BigInt(json.byteLength));
  return Buffer.concat([prefix, json, Buffer.alloc(dataBytes)]);
}

async function faultOf(bytes: Uint8Array): Promise<CheckpointError> {
  await writeFile(file, bytes);
  const error: unknown = await readSafetensors(file).catch((fault: unknown) => fault);
  if (error instanceof CheckpointError) return error;
  throw new Error(`expected a CheckpointError, got ${String(error)}`);
}

describe('writeSafetensorsFile', () => {
  it('is read back by readSafetensors', async () => {
    const tensors = new Map<string, TensorData>([
      ['flag', { dtype: 'bool', shape: [3], data: Uint8Array.of(1, 0, 1) }],
      [
        'net.weight',
        { dtype: 'float32', shape: [2, 2], data: Float32Array.of(1.5, Number.NaN, Number.POSITIVE_INFINITY, -0) },
      ],
      ['count', { dtype: 'int32', shape: [], data: Int32Array.of(-7) }],
      ['empty', { dtype: 'float32', shape: [0, 3], data: new Float32Array() }],
      ['ünï "quoted"\n', floats(1)],
      ['__proto__', floats(2)],
    ]);
    const size = await writeSafetensorsFile(file, tensors, { format: 'pt', note: 'ü' });
    const content = await readSafetensors(file);
    expect(content).toEqual({
      tensors,
      metadata: new Map([
        ['format', 'pt'],
        ['note', 'ü'],
      ]),
    });
    expect([...content.tensors.keys()]).toEqual([...tensors.keys()]);
    expect(size).toBe(await withSafetensors(file, async ({ sizeBytes }) => sizeBytes));
  });

  it('aligns header and tensors, so that the file can be mapped into memory', async () => {
    await writeSafetensorsFile(
      file,
      new Map([
        ['b', { dtype: 'bool', shape: [1], data: Uint8Array.of(1) }],
        ['f', floats(1)],
      ]),
    );
    const handle = await open(file);
    const prefix = Buffer.alloc(8);
    await handle.read(prefix, 0, 8, 0);
    await handle.close();
    expect(prefix.readBigUInt64LE() % 8n).toBe(0n);
    expect(await withSafetensors(file, async ({ tensors }) => tensors.get('f')?.begin)).toBe(0);
  });

  it('writes a part of a larger buffer as just that part', async () => {
    const data = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
    await writeSafetensorsFile(file, new Map([['part', { dtype: 'float32', shape: [2], data }]]));
    expect((await readSafetensors(file)).tensors.get('part')?.data).toEqual(Float32Array.of(2, 3));
  });

  it('converts values that an engine keeps in an array of another type', async () => {
    await writeSafetensorsFile(
      file,
      new Map([
        ['i', { dtype: 'int32', shape: [2], data: Float32Array.of(1, 2) }],
        ['b', { dtype: 'bool', shape: [2], data: Int32Array.of(5, 0) }],
      ]),
    );
    const { tensors } = await readSafetensors(file);
    expect([tensors.get('i')?.data, tensors.get('b')?.data]).toEqual([Int32Array.of(1, 2), Uint8Array.of(1, 0)]);
  });

  it.each<[string, Map<string, TensorData>, string]>([
    [
      'a shape that does not fit',
      new Map([['w', { ...floats(1, 2), shape: [3] }]]),
      'cannot hold tensor "w": it has 2 values, but its shape [3] needs 3.',
    ],
    ['the reserved name', new Map([['__metadata__', floats(1)]]), 'cannot hold a tensor of the name `__metadata__`'],
  ])('refuses %s', async (_, tensors, message) => {
    await expect(writeSafetensorsFile(file, tensors)).rejects.toThrow(message);
  });

  it('refuses a header beyond the limit of the format', async () => {
    await expect(writeSafetensorsFile(file, new Map(), { long: 'x'.repeat(100_000_001) })).rejects.toThrow(
      'where 100000000 are the limit. Keep large values',
    );
  });
});

describe('withSafetensors', () => {
  it('reads single tensors, and says which there is not', async () => {
    await writeSafetensorsFile(
      file,
      new Map([
        ['a', floats(1)],
        ['b', floats(2, 3)],
      ]),
    );
    await withSafetensors(file, async ({ read }) => {
      expect((await read('b')).data).toEqual(Float32Array.of(2, 3));
      await expect(read('c')).rejects.toThrow(`The checkpoint ${file} has no tensor "c".`);
    });
  });

  it('notices that the file became shorter while it was open', async () => {
    await writeSafetensorsFile(file, new Map([['a', floats(1, 2, 3)]]));
    await withSafetensors(file, async ({ read, sizeBytes }) => {
      await truncate(file, sizeBytes - 4);
      await expect(read('a')).rejects.toThrow('became shorter while it was read');
    });
  });

  it.each([
    [
      'F16',
      [0x3e00, 0xc000, 0x7c00, 0xfc00, 0x0001, 0x7e00],
      [1.5, -2, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** -24, Number.NaN],
    ],
    [
      'BF16',
      [0x3fc0, 0xc000, 0x7f80, 0x0000, 0x4049, 0x7fc0],
      [1.5, -2, Number.POSITIVE_INFINITY, 0, 3.140625, Number.NaN],
    ],
  ])('reads %s as float32', async (dtype, bits, values) => {
    const bytes = bytesOf({ x: { dtype, shape: [6], data_offsets: [0, 12] } }, 12);
    for (const [index, value] of bits.entries()) bytes.writeUInt16LE(value, bytes.length - 12 + index * 2);
    await writeFile(file, bytes);
    expect((await readSafetensors(file)).tensors.get('x')).toEqual({
      dtype: 'float32',
      shape: [6],
      data: Float32Array.from(values),
    });
  });

  it.each([
    ['I64', 2n ** 31n, 'but the value 2147483648 does not fit into a 32-bit integer.'],
    ['U64', 2n ** 63n, 'but the value 9223372036854775808 does not fit'],
    ['C64', 0n, 'as C64, which cannot be read. Allowed: F32, I32, BOOL, F16'],
  ])('says that a value of %s cannot be held', async (dtype, value, message) => {
    const bytes = bytesOf({ x: { dtype, shape: [1], data_offsets: [0, 8] } }, 8);
    bytes.writeBigUInt64LE(value, bytes.length - 8);
    expect((await faultOf(bytes)).message).toContain(message);
  });
});

const f32 = (begin: number, end: number, shape: unknown = [(end - begin) / 4]) => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
});

describe('a file that is not sound', () => {
  it.each<[string, Uint8Array, string, string]>([
    ['empty', Buffer.alloc(0), 'checkpoint-truncated', 'is empty. Was the copy interrupted?'],
    ['five bytes', Buffer.alloc(5), 'checkpoint-truncated', 'has only 5 bytes.'],
    [
      'cut in the header',
      bytesOf({ x: f32(0, 4) }).subarray(0, 20),
      'checkpoint-truncated',
      'its header has 54 bytes, the file only 20.',
    ],
    [
      'cut in the data',
      bytesOf({ x: f32(0, 40) }, 12),
      'checkpoint-truncated',
      'is truncated: its header describes 40 bytes of tensors, the file has 12. Was the copy interrupted?',
    ],
    [
      'an image',
      Buffer.from('\x89PNG\r\n\x1a\n0000', 'latin1'),
      'checkpoint-foreign',
      'is not a safetensors file: its first 8 bytes announce a header of',
    ],
    ['a text', Buffer.from('epoch,step,loss\n1,2,3\n'), 'checkpoint-foreign', 'is not a safetensors file'],
    [
      'a PyTorch zip',
      Buffer.from('PK\x03\x04\x14\x00\x00\x00\x00\x00'),
      'checkpoint-foreign',
      'was written by PyTorch',
    ],
    [
      'an old PyTorch pickle',
      Buffer.from('80028a0a6cfc9c46f9206aa850192e', 'hex'),
      'checkpoint-foreign',
      'was written by PyTorch',
    ],
    [
      'a header length of 2^64 - 1',
      bytesOf('{}', 0, 2n ** 64n - 1n),
      'checkpoint-foreign',
      'a header of 18446744073709551615 bytes, where 100000000 are the limit',
    ],
    [
      'a header length over the limit',
      bytesOf('{}', 0, 100_000_001n),
      'checkpoint-foreign',
      'a header of 100000001 bytes',
    ],
    ['no header', bytesOf(''), 'checkpoint-damaged', 'its header does not begin with `{`'],
    ['a list as header', bytesOf('[]'), 'checkpoint-damaged', 'its header does not begin with `{`'],
    ['broken JSON', bytesOf('{"x": '), 'checkpoint-damaged', 'its header is not JSON'],
    ['no UTF-8', bytesOf('{"x":').fill(0xff, 10), 'checkpoint-damaged', 'its header is not UTF-8 text'],
    [
      'a name that stands twice',
      bytesOf(
        '{"x":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"\\u0078":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}',
      ),
      'checkpoint-damaged',
      'its header has the key "x" twice',
    ],
    [
      'metadata that is not text',
      bytesOf({ __metadata__: { a: 1 } }),
      'checkpoint-damaged',
      'its metadata "a" is not text',
    ],
    ['metadata that is a list', bytesOf({ __metadata__: [] }), 'checkpoint-damaged', 'its metadata is not an object'],
    ['an entry that is text', bytesOf({ x: 'F32' }), 'checkpoint-damaged', 'the entry of tensor "x" is not an object'],
    ['an entry that is null', bytesOf({ x: null }), 'checkpoint-damaged', 'the entry of tensor "x" is not an object'],
    [
      'an unknown dtype',
      bytesOf({ x: { ...f32(0, 4), dtype: 'F128' } }, 4),
      'checkpoint-damaged',
      'tensor "x" has the unknown dtype "F128"',
    ],
    [
      'a dtype from the prototype',
      bytesOf({ x: { ...f32(0, 4), dtype: 'toString' } }, 4),
      'checkpoint-damaged',
      'the unknown dtype "toString"',
    ],
    [
      'a dtype that is a number',
      bytesOf({ x: { ...f32(0, 4), dtype: 32 } }, 4),
      'checkpoint-damaged',
      'the unknown dtype 32',
    ],
    ['a negative size', bytesOf({ x: f32(0, 4, [-1]) }, 4), 'checkpoint-damaged', 'tensor "x" has the shape [-1]'],
    ['a fraction as size', bytesOf({ x: f32(0, 4, [0.5]) }, 4), 'checkpoint-damaged', 'has the shape [0.5]'],
    ['a shape that is text', bytesOf({ x: f32(0, 4, '1') }, 4), 'checkpoint-damaged', 'has the shape "1"'],
    [
      'no shape',
      bytesOf({ x: { dtype: 'F32', data_offsets: [0, 4] } }, 4),
      'checkpoint-damaged',
      'has the shape nothing',
    ],
    [
      'sizes that overflow',
      bytesOf({ x: f32(0, 4, [2 ** 52, 2 ** 52, 2 ** 52]) }, 4),
      'checkpoint-damaged',
      'but its offsets [0, 4] give it 4',
    ],
    [
      'sizes that overflow to nothing',
      bytesOf({ x: f32(0, 0, [...new Array(30).fill(2 ** 52), 0]) }),
      'checkpoint-damaged',
      'which takes NaN bytes',
    ],
    [
      'one offset',
      bytesOf({ x: { dtype: 'F32', shape: [1], data_offsets: [0] } }, 4),
      'checkpoint-damaged',
      'has the offsets [0]',
    ],
    ['negative offsets', bytesOf({ x: f32(-4, 0, [1]) }, 4), 'checkpoint-damaged', 'has the offsets [-4,0]'],
    [
      'offsets beyond 2^53',
      bytesOf('{"x":{"dtype":"F32","shape":[1],"data_offsets":[9007199254740996,9007199254741000]}}', 4),
      'checkpoint-damaged',
      'has the offsets',
    ],
    ['offsets backwards', bytesOf({ x: f32(4, 0, [1]) }, 4), 'checkpoint-damaged', 'its offsets [4, 0] give it -4'],
    [
      'offsets that do not fit the shape',
      bytesOf({ x: f32(0, 8, [1]) }, 8),
      'checkpoint-damaged',
      'tensor "x" is F32[1], which takes 4 bytes, but its offsets [0, 8] give it 8',
    ],
    [
      'huge offsets',
      bytesOf({ x: f32(2 ** 50, 2 ** 50 + 4) }, 4),
      'checkpoint-damaged',
      'leaves a gap to the one before it, which ends at 0',
    ],
    [
      'a huge tensor',
      bytesOf({ x: f32(0, 2 ** 50) }, 4),
      'checkpoint-truncated',
      'its header describes 1125899906842624 bytes of tensors, the file has 4',
    ],
    [
      'tensors that overlap',
      bytesOf({ x: f32(0, 8), y: f32(4, 12) }, 12),
      'checkpoint-damaged',
      'the data of tensor "y" begins at 4 and overlaps the one before it, which ends at 8',
    ],
    [
      'tensors on the same place',
      bytesOf({ x: f32(0, 8), y: f32(0, 8) }, 8),
      'checkpoint-damaged',
      'overlaps the one before it',
    ],
    [
      'a gap',
      bytesOf({ x: f32(0, 4), y: f32(8, 12) }, 12),
      'checkpoint-damaged',
      'the data of tensor "y" begins at 8 and leaves a gap',
    ],
    [
      'bytes at the end',
      bytesOf({ x: f32(0, 4) }, 9),
      'checkpoint-damaged',
      '5 bytes follow after the 4 bytes of tensors',
    ],
  ])('is named: %s', async (_, bytes, code, message) => {
    const error = await faultOf(bytes);
    expect(error.message).toContain(`The checkpoint ${file} `);
    expect(error.message).toContain(message);
    expect([error.code, error.path]).toEqual([code, file]);
  });

  it('is named when it is a folder, a file that is missing, or in a folder that is missing', async () => {
    await writeFile(join(folder, 'a.ckpt'), '');
    await expect(readSafetensors(folder)).rejects.toThrow(
      `The checkpoint ${folder} is a folder. Give the path of the file in it.`,
    );
    await expect(readSafetensors(join(folder, 'b.ckpt'))).rejects.toThrow('b.ckpt does not exist. There are: a.ckpt.');
    await expect(readSafetensors(join(folder, 'no', 'b.ckpt'))).rejects.toThrow(
      'does not exist, nor does its folder. Check the path.',
    );
  });
});

describe('a header made to exhaust memory', () => {
  it.each([
    ['deep nesting', `{"a":${'['.repeat(50_000_000)}`, 'its header is nested more than 3 levels deep'],
    ['tens of millions of lists', `{"a":[${'[],'.repeat(15_000_000)}[]]}`, 'its header has more than 2000000 values'],
    ['one endless text', `{"a":"${'\\\\'.repeat(20_000_000)}`, 'its header is not JSON'],
    ['nothing but quotes', `{${'"'.repeat(30_000_000)}`, 'its header is not JSON'],
  ])('is refused early: %s', async (_, header, message) => {
    const before = process.memoryUsage().rss;
    expect((await faultOf(bytesOf(header))).message).toContain(message);
    // The file's bytes exist a few times (here, on disk, as text); the objects that they ask for would take far more.
    expect(process.memoryUsage().rss - before).toBeLessThan(600e6);
  });
});

describe('random damage', () => {
  it('is a CheckpointError or a sound file, never anything else', async () => {
    const tensors = new Map<string, TensorData>([
      ['state_dict.layer.weight', { dtype: 'float32', shape: [4, 3], data: new Float32Array(12).fill(0.5) }],
      ['state_dict.layer.bias', floats(1, 2, 3, 4)],
      ['flag', { dtype: 'bool', shape: [2], data: Uint8Array.of(1, 0) }],
    ]);
    await writeSafetensorsFile(file, tensors, { lightning: '{"format":1,"checkpoint":{"epoch":1}}' });
    const sound = await withSafetensors(file, async () => (await import('node:fs')).readFileSync(file));
    const damagedFile = join(folder, 'damaged.safetensors');
    const generator = new Generator(20);
    const outcomes = { sound: 0, refused: 0 };
    for (let round = 0; round < 10_000; round += 1) {
      await writeFile(damagedFile, mutate(sound, generator));
      try {
        const content = await readSafetensors(damagedFile);
        for (const { shape, data } of content.tensors.values()) {
          expect(data.length).toBe(shape.reduce((product, size) => product * size, 1));
        }
        outcomes.sound += 1;
      } catch (error) {
        if (!(error instanceof CheckpointError)) throw error;
        outcomes.refused += 1;
      }
    }
    // Both must happen, or the test tests nothing: damage to values alone leaves a sound file.
    expect(outcomes.sound).toBeGreaterThan(100);
    expect(outcomes.refused).toBeGreaterThan(2000);
  }, 120_000);
});

/** One to three changes: bytes set, bits flipped, digits exchanged, pieces cut out, doubled or moved, the end cut off. */
function mutate(bytes: Uint8Array, generator: Generator): Uint8Array {
  let result = Buffer.from(bytes);
  for (let change = generator.int(3); change >= 0; change -= 1) {
    const at = generator.int(Math.max(1, result.length));
    const end = Math.min(result.length, at + 1 + generator.int(16));
    switch (generator.int(7)) {
      case 0:
        result[at] = generator.int(256);
        break;
      case 1:
        result[at] = (result[at] ?? 0) ^ (1 << generator.int(8));
        break;
      case 2: {
        // Digits are where lengths, shapes and offsets stand.
        const digits = [...result.keys()].filter((index) => /\d/.test(String.fromCharCode(result[index] ?? 0)));
        const digit = digits[generator.int(Math.max(1, digits.length))];
        if (digit !== undefined) result[digit] = 0x30 + generator.int(10);
        break;
      }
      case 3:
        result = Buffer.concat([result.subarray(0, at), result.subarray(end)]);
        break;
      case 4:
        result = Buffer.concat([result.subarray(0, end), result.subarray(at)]);
        break;
      case 5:
        result = result.subarray(0, at);
        break;
      default:
        result.writeUInt8(generator.int(256), generator.int(Math.min(8, Math.max(1, result.length)) || 1));
    }
    if (result.length === 0) break;
  }
  return result;
}
