import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeCheckpoint, writeSafetensorsFile } from '../checkpoint/index.js';
import { dict, op, pickle, tensor, torchZip } from '../checkpoint/torch/testing/makeTorchFile.js';
import { inspect } from './inspect.js';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inspect-'));
  file = join(folder, 'model.ckpt');
});
afterAll(() => rm(folder, { recursive: true }));

async function told(options: { stats?: boolean; json?: boolean } = {}): Promise<string> {
  const parts: string[] = [];
  const request = { kind: 'inspect', file, stats: false, json: false, verbose: false, ...options } as const;
  await inspect(request, async (text) => void parts.push(text));
  return parts.join('\n').replaceAll(file, 'model.ckpt');
}

const floats = (...values: number[]) => ({
  dtype: 'float32' as const,
  shape: [values.length],
  data: Float32Array.from(values),
});

const ours = () =>
  writeCheckpoint(file, {
    epoch: 2,
    global_step: 30,
    'pytorch-lightning_version': '0.1.0',
    state_dict: { 'net.kernel': floats(1, 2, 3), 'net.bias': floats(Number.NaN) },
    loops: {},
    hyper_parameters: { lr: 0.1, layers: [8, 4] },
    callbacks: { 'ModelCheckpoint{}': { best_model_score: Number.POSITIVE_INFINITY } },
    optimizer_states: [
      {
        name: 'Adam',
        paramGroups: [{ options: { lr: 0.1 }, params: ['net.kernel', 'net.bias'] }],
        state: { 'net.kernel': { step: 1, slots: { exp_avg: floats(0, 0, 0) } } },
      },
    ],
    lr_schedulers: [],
  });

describe('lightning inspect', () => {
  it('tells what our checkpoint holds', async () => {
    await ours();
    expect((await told()).replace(/size .*/, 'size')).toBe(
      [
        'file              model.ckpt',
        'format            checkpoint of Lightning for TypeScript',
        'size',
        'saved by version  0.1.0',
        'epoch             2',
        'global_step       30',
        'keys              state_dict, epoch, global_step, pytorch-lightning_version, loops, hyper_parameters, callbacks, optimizer_states, lr_schedulers',
        '',
        'Hyperparameters:',
        '  lr: 0.1',
        '  layers:',
        '    - 8',
        '    - 4',
        '',
        'Callbacks:',
        '  ModelCheckpoint{}:',
        '    best_model_score: inf',
        '',
        'Optimizers:',
        '  - name: Adam',
        '    groups:',
        '      - params: 2',
        '        lr: 0.1',
        '',
        'Tensors: 3, 28 B',
        '  name                                   dtype  shape  size',
        '  state_dict.net.kernel                  F32    [3]    12 B',
        '  state_dict.net.bias                    F32    [1]     4 B',
        '  optimizer_states.0.exp_avg.net.kernel  F32    [3]    12 B',
      ].join('\n'),
    );
  });

  it('adds facts about the values', async () => {
    await ours();
    const lines = (await told({ stats: true })).split('\n').slice(-4);
    expect(lines.map((line) => line.trim().split(/ {2,}/).slice(4))).toEqual([
      ['mean', 'std', 'min', 'max', 'NaN'],
      ['2', '1', '1', '3', '0'],
      ['NaN', 'NaN', 'NaN', 'NaN', '1'],
      ['0', '0', '0', '0', '0'],
    ]);
  });

  it('speaks JSON', async () => {
    await ours();
    const found = JSON.parse(await told({ stats: true, json: true }));
    expect(found).toMatchObject({
      format: 'lightning-tfjs',
      isCheckpoint: true,
      fields: { epoch: 2, callbacks: { 'ModelCheckpoint{}': { best_model_score: 'inf' } } },
    });
    expect(found.tensors[1]).toEqual({
      name: 'state_dict.net.bias',
      dtype: 'F32',
      shape: [1],
      sizeBytes: 4,
      stats: { mean: 'nan', std: 'nan', min: 'nan', max: 'nan', nanCount: 1 },
    });
  });

  it('tells what safetensors of other programs hold', async () => {
    await writeSafetensorsFile(file, new Map([['w', floats(1)]]), { format: 'pt' });
    expect(await told()).toContain(
      'Metadata:\n  format: pt\n\nTensors: 1, 4 B\n  name  dtype  shape  size\n  w     F32',
    );
  });

  it('tells what PyTorch Lightning saved, of classes that it does not know their names', async () => {
    const call = Buffer.concat([op.global('my.project', 'Config'), op.emptyTuple, op.reduce]);
    const content = dict({
      epoch: op.int(1),
      global_step: op.int(6),
      loops: dict({}),
      'pytorch-lightning_version': op.text('2.6.6'),
      state_dict: dict({ 'net.weight': tensor({ shape: [2, 2], strides: [2, 1] }) }),
      hyper_parameters: dict({ config: call, 'red\u001b[31m': op.int(1), start: tensor() }),
    });
    await writeFile(file, torchZip(pickle(content)));
    const text = await told({ stats: true });
    expect(text).toContain('PyTorch Lightning checkpoint (PyTorch)');
    expect(text).toContain('Hyperparameters:\n  config: <my.project.Config>\n');
    expect(text).toContain('start: float32[4]');
    expect(text).toMatch(/state_dict\.net\.weight +float32 +\[2, 2\] +16 B +0 +0 +0 +0 +0/);
    expect(text).not.toContain('\u001b');
  });

  it('reads the header alone: a file of 5 GB is told at once', async () => {
    const size = 5_000_000_000;
    const header = Buffer.from(JSON.stringify({ w: { dtype: 'U8', shape: [size], data_offsets: [0, size] } }));
    const prefix = Buffer.alloc(8);
    prefix.writeBigUInt64LE(BigInt(header.length));
    await writeFile(file, Buffer.concat([prefix, header]));
    const handle = await open(file, 'r+');
    await handle.truncate(8 + header.length + size); // a hole, which takes no room
    await handle.close();
    const before = process.memoryUsage().arrayBuffers;
    expect(await told()).toContain('Tensors: 1, 5 GB');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6);
  });
});
