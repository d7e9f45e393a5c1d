import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Generator } from '../random/index.js';
import type { Checkpoint } from './checkpoint.js';
import { CheckpointError } from './checkpointError.js';
import { readCheckpoint, readCheckpointHeader, writeCheckpoint } from './checkpointFile.js';
import type { TensorData } from './tensorData.js';
import { readSafetensors, writeSafetensorsFile } from './weightsFile.js';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'checkpoint-'));
  file = join(folder, 'epoch=1-step=8.ckpt');
});
afterAll(() => rm(folder, { recursive: true }));

const tensor = (...values: number[]): TensorData => ({
  dtype: 'float32',
  shape: [values.length],
  data: Float32Array.from(values),
});
const minimal: Checkpoint = { epoch: 0, global_step: 1, state_dict: {}, loops: {} };

const full: Checkpoint = {
  epoch: 1,
  global_step: 8,
  'pytorch-lightning_version': '0.1.0',
  state_dict: {
    'net.0.weight': { dtype: 'float32', shape: [2, 1], data: Float32Array.of(1, 2) },
    'net.0.bias': tensor(3),
    'net.1.steps': { dtype: 'int32', shape: [], data: Int32Array.of(4) },
  },
  loops: { fit_loop: { epoch_progress: { total: { ready: 2 } } } },
  callbacks: {
    "ModelCheckpoint{'monitor': 'val_loss'}": {
      best_model_score: tensor(0.5),
      best_k_models: { 'a.ckpt': Number.NaN },
      kth_value: Number.POSITIVE_INFINITY,
    },
  },
  optimizer_states: [
    {
      name: 'Adam',
      state: { 'net.0.weight': { step: 8, slots: { exp_avg: tensor(5, 6), exp_avg_sq: tensor(7, 8) } } },
      paramGroups: [{ lr: 0.1 }],
    },
  ],
  lr_schedulers: [{ last_epoch: 1 }],
  hyper_parameters: { lr: 0.1, layers: [1, 2], name: 'ü', nothing: null },
  hparams_name: 'hparams',
  rng: { state: [1, -2, 3, 4] },
  mine: { deep: [{ tensor: tensor(9) }], big: 10n },
};

/** A file whose JSON part is this text. */
async function withJson(json: string, tensors = new Map<string, TensorData>()): Promise<void> {
  await writeSafetensorsFile(file, tensors, { lightning: json });
}

describe('writeCheckpoint and readCheckpoint', () => {
  it('bring everything back', async () => {
    const size = await writeCheckpoint(file, full);
    expect(await readCheckpoint(file)).toStrictEqual(full);
    expect(size).toBe((await readFile(file)).byteLength);
  });

  it('name tensors by their place, so that other programs find them', async () => {
    await writeCheckpoint(file, full);
    expect([...(await readSafetensors(file)).tensors.keys()].sort()).toEqual([
      "callbacks.ModelCheckpoint{'monitor': 'val_loss'}.best_model_score",
      'mine.deep.0.tensor',
      'optimizer_states.0.exp_avg.net.0.weight',
      'optimizer_states.0.exp_avg_sq.net.0.weight',
      'state_dict.net.0.bias',
      'state_dict.net.0.weight',
      'state_dict.net.1.steps',
    ]);
  });

  it('tell places apart whose names are the same', async () => {
    const extra = { 'a.b': tensor(1), a: { b: tensor(2) } };
    await writeCheckpoint(file, { ...minimal, extra });
    expect((await readCheckpoint(file)).extra).toStrictEqual(extra);
  });

  it('leave out what is undefined', async () => {
    await writeCheckpoint(file, { ...minimal, callbacks: undefined, extra: { a: undefined } });
    expect(await readCheckpoint(file)).toStrictEqual({ ...minimal, extra: {} });
  });

  it.each<[string, Record<string, unknown>, string]>([
    [
      'a function',
      { hyper_parameters: { act: () => 1 } },
      'cannot be written: `hyper_parameters.act` is a function. Allowed: null, booleans',
    ],
    ['an instance', { callbacks: { A: { at: new Date() } } }, '`callbacks.A.at` is an object of class Date'],
    ['a wrong epoch', { epoch: -1 }, '`epoch` is not a count'],
    ['missing loops', { loops: undefined }, '`loops` is missing'],
    ['callback states that are numbers', { callbacks: { A: 1 } }, '`callbacks` is not an object of objects'],
    [
      'a tensor that does not fit its shape',
      { state_dict: { w: { ...tensor(1), shape: [2] } } },
      'cannot hold tensor "state_dict.w"',
    ],
    [
      'a weight that reaches for the prototype',
      { state_dict: JSON.parse('{"__proto__":{"dtype":"float32","shape":[0],"data":[]}}') },
      'a weight has the name `__proto__`',
    ],
    ['more values than can be read back', { big: new Array(2_000_001).fill(0) }, 'it has more than 2000000 values'],
  ])('refuse %s and leave the old file', async (_, fields, message) => {
    await writeCheckpoint(file, minimal);
    await expect(writeCheckpoint(file, { ...minimal, ...fields } as Checkpoint)).rejects.toThrow(message);
    expect(await readCheckpoint(file)).toStrictEqual(minimal);
    expect(await readdir(folder)).toEqual(['epoch=1-step=8.ckpt']);
  });
});

describe('readCheckpointHeader', () => {
  it('tells all but the values of tensors', async () => {
    const sizeBytes = await writeCheckpoint(file, { ...minimal, state_dict: { w: tensor(1, 2) }, best: tensor(3) });
    const weight = { name: 'state_dict.w', dtype: 'F32', shape: [2], sizeBytes: 8 };
    const best = { name: 'best', dtype: 'F32', shape: [1], sizeBytes: 4 };
    expect(await readCheckpointHeader(file)).toEqual({
      sizeBytes,
      tensors: [weight, best],
      fields: { epoch: 0, global_step: 1, loops: {}, best },
    });
  });
});

describe('a file that is not a checkpoint of ours', () => {
  const json = (checkpoint: unknown) => JSON.stringify({ format: 1, checkpoint });
  const fields = { epoch: 0, global_step: 1, loops: {} };
  it.each<[string, string, string, string]>([
    [
      'a newer format',
      '{"format":2}',
      'checkpoint-newer',
      'has format 2; this version reads format 1. Update lightning-tfjs.',
    ],
    ['no format', '{"checkpoint":{}}', 'checkpoint-damaged', 'its metadata `lightning` does not tell its format'],
    ['broken JSON', '{"format":1', 'checkpoint-damaged', 'its metadata `lightning` is not JSON'],
    [
      'deep nesting',
      `{"format":1,"checkpoint":${'['.repeat(10_000)}`,
      'checkpoint-damaged',
      'is nested more than 210 levels deep',
    ],
    [
      'millions of values',
      `{"format":1,"checkpoint":[${'0,'.repeat(3_000_000)}0]}`,
      'checkpoint-damaged',
      'has more than 2000000 values',
    ],
    ['a key twice', '{"format":1,"format":1}', 'checkpoint-damaged', 'has the key "format" twice'],
    ['a list', json([]), 'checkpoint-damaged', '`epoch` is missing'],
    ['no checkpoint', json(null), 'checkpoint-damaged', '`epoch` is missing'],
    ['text as step', json({ ...fields, global_step: '1' }), 'checkpoint-damaged', '`global_step` is not a count'],
    [
      'an unknown tag',
      json({ ...fields, x: { $date: 0 } }),
      'checkpoint-damaged',
      '`$date` holds a value that this version does not know',
    ],
    [
      'a tensor that is missing',
      json({ ...fields, x: { $tensor: 'y' } }),
      'checkpoint-damaged',
      'the tensor "y" is missing',
    ],
    [
      'a tensor in two places',
      json({ ...fields, x: [{ $tensor: 'extra' }, { $tensor: 'extra' }] }),
      'checkpoint-damaged',
      'the tensor "extra" stands in two places',
    ],
    [
      'a weight in two places',
      json({ ...fields, x: { $tensor: 'state_dict.w' } }),
      'checkpoint-damaged',
      'the tensor "state_dict.w" stands in two places',
    ],
  ])('is named: %s', async (_, text, code, message) => {
    await withJson(
      text,
      new Map([
        ['extra', tensor(1)],
        ['state_dict.w', tensor(1)],
      ]),
    );
    for (const read of [readCheckpoint, readCheckpointHeader]) {
      await expect(read(file)).rejects.toThrow(message);
      await expect(read(file)).rejects.toMatchObject({ code, path: file });
    }
  });

  it('is named when it holds weights only, from another program', async () => {
    await writeSafetensorsFile(file, new Map([['w', tensor(1)]]), { format: 'pt' });
    await expect(readCheckpoint(file)).rejects.toThrow('is a safetensors file, but not a checkpoint');
  });

  it('does not read tensors that nothing refers to', async () => {
    await withJson(json(fields), new Map([['unknown', tensor(1)]]));
    expect(await readCheckpoint(file)).toStrictEqual({ ...fields, state_dict: {} });
  });

  it('cannot reach a prototype', async () => {
    await withJson(
      '{"format":1,"checkpoint":{"epoch":0,"global_step":1,"loops":{"__proto__":{"x":1}},"__proto__":{"x":1}}}',
    );
    const checkpoint = await readCheckpoint(file);
    expect(checkpoint).toStrictEqual({ ...fields, state_dict: {} });
    expect(Object.assign({}, checkpoint, checkpoint.loops).x).toBeUndefined();
  });
});

describe('random damage', () => {
  it('is a CheckpointError or a checkpoint, never anything else', async () => {
    await writeCheckpoint(file, full);
    const sound = await readFile(file);
    const header = 8 + Number(sound.readBigUInt64LE());
    const generator = new Generator(7);
    let refused = 0;
    for (let round = 0; round < 2000; round += 1) {
      const bytes = Buffer.from(sound);
      for (let change = generator.int(2); change >= 0; change -= 1) {
        // Within the header, and there with characters that keep it JSON for a while: that reaches the deeper checks.
        bytes[8 + generator.int(header - 8)] = '0123456789{}[]",:$.-tfn\\'.charCodeAt(generator.int(24));
      }
      await writeFile(file, bytes);
      try {
        const { epoch, global_step, state_dict } = await readCheckpoint(file);
        expect([typeof epoch, typeof global_step, typeof state_dict]).toEqual(['number', 'number', 'object']);
      } catch (error) {
        if (!(error instanceof CheckpointError)) throw error;
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(500);
    expect(refused).toBeLessThan(2000);
  }, 120_000);
});
