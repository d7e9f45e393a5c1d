import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckpointHostMessage } from '@lightning-typescript/webview/checkpoint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CheckpointSession } from './checkpointSession.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'session-'));
});
afterAll(() => rm(folder, { recursive: true }));

const EMPTY = { epoch: 3, global_step: 120, loops: {} };

/** A checkpoint with one weight of two float32, and these fields. */
async function checkpoint(name: string, fields: object, values: readonly number[] = [1, 3]): Promise<string> {
  const lightning = JSON.stringify({ format: 1, checkpoint: { ...EMPTY, ...fields } });
  const header = { __metadata__: { lightning }, 'state_dict.w': { dtype: 'F32', shape: [2], data_offsets: [0, 8] } };
  return file(name, JSON.stringify(header), Buffer.from(Float32Array.from(values).buffer));
}

async function file(name: string, header: string, data: Buffer, length?: bigint): Promise<string> {
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(length ?? BigInt(Buffer.byteLength(header)));
  const path = join(folder, name);
  await writeFile(path, Buffer.concat([prefix, Buffer.from(header), data]));
  return path;
}

function setUp(...paths: [string] | [string, string]) {
  const said: CheckpointHostMessage[] = [];
  return { said, session: new CheckpointSession(paths, (message) => said.push(message)) };
}

describe('CheckpointSession', () => {
  it('describes a file: counters, fields and tensors', async () => {
    const path = await checkpoint('a.ckpt', { hyper_parameters: { lr: 0.1, net: { width: 8 } }, extra: 'x' });
    const { said, session } = setUp(path);
    await session.handle({ type: 'ready' });
    expect(said).toMatchObject([
      {
        type: 'checkpoint',
        title: 'a.ckpt',
        format: 'lightning-tfjs',
        epoch: 3,
        globalStep: 120,
        tensors: [{ name: 'state_dict.w', dtype: 'F32', shape: [2], sizeBytes: 8 }],
      },
    ]);
    const sections = said[0]?.type === 'checkpoint' ? said[0].sections : [];
    expect(sections.find(({ kind }) => kind === 'hyperparameters')?.nodes).toEqual([
      { key: 'lr', text: '0.1' },
      { key: 'net', text: '{1}', children: [{ key: 'width', text: '8' }] },
    ]);
    expect(sections.find(({ kind }) => kind === 'other')?.nodes).toEqual([{ key: 'extra', text: '"x"' }]);
  });

  it('reads a tensor when asked', async () => {
    const { said, session } = setUp(await checkpoint('b.ckpt', {}));
    await session.handle({ type: 'statistics', tensor: 0 });
    expect(said).toMatchObject([{ type: 'statistics', tensor: 0, statistics: { mean: 2, std: 1, min: 1, max: 3 } }]);
  });

  it('says nothing any more of what was given up', async () => {
    const { said, session } = setUp(await checkpoint('c.ckpt', {}));
    const asked = session.handle({ type: 'statistics', tensor: 0 });
    await session.handle({ type: 'cancel' });
    await asked;
    expect(said).toEqual([]);
  });

  it('compares two files', async () => {
    const from = await checkpoint('from.ckpt', { hyper_parameters: { lr: 0.1, same: 1, old: true } });
    const to = await checkpoint('to.ckpt', { hyper_parameters: { lr: 0.2, same: 1, fresh: 'a' } }, [1, 5]);
    const { said, session } = setUp(from, to);
    await session.handle({ type: 'ready' });
    expect(said.at(-1)).toMatchObject({
      type: 'comparison',
      hyperparameters: [
        { name: 'lr', from: '0.1', to: '0.2' },
        { name: 'old', from: 'true', to: null },
        { name: 'fresh', from: null, to: '"a"' },
      ],
      distances: [{ name: 'w', l2: 2, maxAbs: 2 }],
    });
  });

  it.each<[string, string, number, bigint?]>([
    ['a header longer than the file', '{}', 0, 1n << 40n],
    ['a header that is a bit longer than the file', '{}', 0, 90_000_000n],
    [
      'offsets that overlap',
      '{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}',
      6,
    ],
    ['an absurd shape', '{"a":{"dtype":"F32","shape":[1e300,1e300],"data_offsets":[0,4]}}', 4],
    ['no JSON at all', '{<script>', 0],
    ['nothing behind the header', '{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}', 0],
  ])('says one sentence about a file with %s', async (_, header, dataBytes, length) => {
    const { said, session } = setUp(await file('hostile.ckpt', header, Buffer.alloc(dataBytes), length));
    await session.handle({ type: 'ready' });
    expect(said).toMatchObject([{ type: 'failure', message: expect.stringContaining('hostile.ckpt') }]);
  });

  it('takes names from a stranger as names', async () => {
    const header =
      '{"__metadata__":{"__proto__":"polluted","<b>":"x"},"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}';
    const { said, session } = setUp(await file('proto.safetensors', header, Buffer.alloc(1)));
    await session.handle({ type: 'ready' });
    expect(said).toMatchObject([{ type: 'checkpoint', tensors: [{ name: '__proto__' }] }]);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});
