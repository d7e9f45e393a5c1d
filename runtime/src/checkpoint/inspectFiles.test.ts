import { mkdtemp, open, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeCheckpoint } from './checkpointFile.js';
import { compareWeights } from './compareWeights.js';
import { exportWeights } from './exportWeights.js';
import { withCheckpointFile } from './openCheckpointFile.js';
import type { TensorData } from './tensorData.js';
import { tensorStatistics } from './tensorStatistics.js';
import { readSafetensors } from './weightsFile.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inspect-'));
});
afterAll(() => rm(folder, { recursive: true }));

const floats = (values: readonly number[], shape: readonly number[] = [values.length]): TensorData => ({
  dtype: 'float32',
  shape: [...shape],
  data: Float32Array.from(values),
});

/** A safetensors file of these tensors, each given by its bytes. */
async function safetensors(name: string, tensors: Record<string, [dtype: string, shape: number[], ArrayBufferView]>) {
  const header: Record<string, unknown> = {};
  const parts: Buffer[] = [];
  let end = 0;
  for (const [key, [dtype, shape, { buffer, byteOffset, byteLength }]] of Object.entries(tensors)) {
    header[key] = { dtype, shape, data_offsets: [end, end + byteLength] };
    parts.push(Buffer.from(buffer, byteOffset, byteLength));
    end += byteLength;
  }
  const json = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(json.length));
  const path = join(folder, name);
  await writeFile(path, Buffer.concat([prefix, json, ...parts]));
  return path;
}

async function checkpoint(name: string, weights: Record<string, TensorData>): Promise<string> {
  const path = join(folder, name);
  await writeCheckpoint(path, {
    epoch: 1,
    global_step: 2,
    loops: {},
    optimizer_states: [{ state: { w: { slots: { exp_avg: floats([9, 9]) } } } }],
    state_dict: weights,
  });
  return path;
}

const statistics = (path: string, bins = 4) =>
  withCheckpointFile(path, (file) => {
    const [tensor] = file.tensors;
    if (!tensor) throw new Error('The file has no tensor.');
    return tensorStatistics(file, tensor, { bins });
  });

describe('tensorStatistics', () => {
  it.each<[string, ArrayBufferView]>([
    ['F32', Float32Array.of(-1, 0, 1, 3)],
    ['F64', Float64Array.of(-1, 0, 1, 3)],
    ['F16', Uint16Array.of(0xbc00, 0, 0x3c00, 0x4200)],
    ['BF16', Uint16Array.of(0xbf80, 0, 0x3f80, 0x4040)],
    ['I8', Int8Array.of(-1, 0, 1, 3)],
    ['I16', Int16Array.of(-1, 0, 1, 3)],
    ['I32', Int32Array.of(-1, 0, 1, 3)],
    ['I64', BigInt64Array.of(-1n, 0n, 1n, 3n)],
  ])('reads %s', async (dtype, values) => {
    const path = await safetensors(`${dtype}.safetensors`, { w: [dtype, [2, 2], values] });
    expect(await statistics(path)).toEqual({
      count: 4,
      nanCount: 0,
      infiniteCount: 0,
      zeroCount: 1,
      mean: 0.75,
      std: Math.sqrt(8.75 / 4),
      min: -1,
      max: 3,
      histogram: [1, 1, 1, 1],
    });
  });

  it('counts what is not finite, and leaves it out of the rest', async () => {
    const values = Float32Array.of(Number.NaN, 1, Number.POSITIVE_INFINITY, 3, Number.NEGATIVE_INFINITY);
    const path = await safetensors('nan.safetensors', { w: ['F32', [5], values] });
    expect(await statistics(path, 2)).toMatchObject({
      count: 5,
      nanCount: 1,
      infiniteCount: 2,
      mean: 2,
      std: 1,
      histogram: [1, 1],
    });
  });

  it('has no numbers for a tensor without finite values', async () => {
    const path = await safetensors('empty.safetensors', { w: ['F32', [0, 3], new Float32Array(0)] });
    expect(await statistics(path)).toMatchObject({
      count: 0,
      mean: null,
      std: null,
      min: null,
      max: null,
      histogram: [],
    });
  });

  it('does not lose small deviations beside a large mean, over several pieces', async () => {
    const values = Float64Array.from({ length: 300_000 }, (_, index) => 1e9 + (index % 2));
    const path = await safetensors('large.safetensors', { w: ['F64', [300_000], values] });
    const { mean, std, histogram } = await statistics(path, 2);
    expect(mean).toBeCloseTo(1e9 + 0.5, 5);
    expect(std).toBeCloseTo(0.5, 8);
    expect(histogram).toEqual([150_000, 150_000]);
  });

  it('ends when it is cancelled', async () => {
    const path = await safetensors('cancel.safetensors', { w: ['F32', [300_000], new Float32Array(300_000)] });
    const work = new AbortController();
    const done = withCheckpointFile(path, async (file) => {
      const [tensor] = file.tensors;
      return tensor && tensorStatistics(file, tensor, { signal: work.signal });
    });
    work.abort();
    await expect(done).rejects.toThrow('aborted');
  });
});

describe('withCheckpointFile', () => {
  it('opens a file of 5 GB by its header, and reads only the tensor that is asked for', async () => {
    const size = 5 * 2 ** 30;
    const header = Buffer.from(
      JSON.stringify({
        big: { dtype: 'U8', shape: [size], data_offsets: [0, size] },
        small: { dtype: 'F32', shape: [2], data_offsets: [size, size + 8] },
      }),
    );
    const prefix = Buffer.alloc(8);
    prefix.writeBigUInt64LE(BigInt(header.length));
    const path = join(folder, 'sparse.safetensors');
    await writeFile(path, Buffer.concat([prefix, header]));
    await truncate(path, 8 + header.length + size + 8);
    const file = await open(path, 'r+');
    await file.write(Buffer.from(Float32Array.of(2, 4).buffer), 0, 8, 8 + header.length + size);
    await file.close();
    const read = await withCheckpointFile(path, async (opened) => {
      const small = opened.tensors.find(({ name }) => name === 'small');
      return small && tensorStatistics(opened, small);
    });
    expect(read).toMatchObject({ mean: 3, min: 2, max: 4 });
    await rm(path);
  });
});

describe('compareWeights', () => {
  const compare = (a: string, b: string) =>
    withCheckpointFile(a, (from) => withCheckpointFile(b, (to) => compareWeights(from, to)));

  it('measures how far each weight has moved, and names what is not in both', async () => {
    const a = await checkpoint('a.ckpt', {
      same: floats([1, 2]),
      moved: floats([3, 4]),
      gone: floats([1]),
      shaped: floats([1, 2], [2, 1]),
    });
    const b = await checkpoint('b.ckpt', {
      same: floats([1, 2]),
      moved: floats([4, -3]),
      come: floats([1]),
      shaped: floats([1, 2], [1, 2]),
    });
    const found = await compare(a, b);
    const byName = Object.fromEntries(found.distances.map((one) => [one.name, one]));
    expect(byName.same).toMatchObject({ l2: 0, relative: 0, maxAbs: 0 });
    expect(byName.same?.cosine).toBeCloseTo(1, 12);
    expect(byName.moved).toMatchObject({ maxAbs: 7, cosine: 0 });
    expect(byName.moved?.l2).toBeCloseTo(Math.sqrt(50), 12);
    expect(byName.moved?.relative).toBeCloseTo(Math.sqrt(2), 12);
    expect(found.removed.map(({ name }) => name)).toEqual(['gone']);
    expect(found.added.map(({ name }) => name)).toEqual(['come']);
    expect(found.reshaped).toEqual([{ name: 'shaped', from: [2, 1], to: [1, 2] }]);
  });

  it('compares across formats and element types', async () => {
    const a = await checkpoint('wide.ckpt', { w: floats([1, -2]) });
    const b = await safetensors('half.safetensors', { w: ['BF16', [2], Uint16Array.of(0x3f80, 0xc000)] });
    expect((await compare(a, b)).distances).toMatchObject([{ name: 'w', l2: 0, maxAbs: 0 }]);
  });

  it('says NaN where a value is none', async () => {
    const a = await checkpoint('finite.ckpt', { w: floats([1, 2]) });
    const b = await checkpoint('diverged.ckpt', { w: floats([Number.NaN, 2]) });
    expect((await compare(a, b)).distances).toMatchObject([{ l2: Number.NaN, maxAbs: Number.NaN }]);
  });
});

describe('exportWeights', () => {
  it('writes the weights alone, under the names of the module', async () => {
    const from = await checkpoint('whole.ckpt', { 'net.w': floats([1, 2, 3, 4], [2, 2]), '': floats([5]) });
    const to = join(folder, 'weights.safetensors');
    expect(await exportWeights(from, to)).toMatchObject({ tensors: 2 });
    const { tensors, metadata } = await readSafetensors(to);
    expect(Object.fromEntries(tensors)).toEqual({ 'net.w': floats([1, 2, 3, 4], [2, 2]), '': floats([5]) });
    expect(metadata).toEqual(new Map([['format', 'pt']]));
  });

  it('leaves nothing behind when it is cancelled', async () => {
    const from = await checkpoint('cancelled.ckpt', { w: floats([1]) });
    const work = new AbortController();
    work.abort(new Error('no more'));
    const target = join(folder, 'out', 'weights.safetensors');
    await expect(exportWeights(from, target, { signal: work.signal })).rejects.toThrow('no more');
    expect(await readdir(join(folder, 'out'))).toEqual([]);
  });
});
