/** A checkpoint that cannot be written ends the run with an error that names it, and the one before stays. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ModelCheckpoint } from '../callbacks/index.js';
import { AsyncCheckpointIO, readCheckpoint } from '../checkpoint/index.js';
import { quietTrainer, startTestEngine, TinyModule, tinyLoaders } from '../testing/tiny.js';
import * as tf from '../tf.js';
import type { TrainerOptions } from './options.js';

beforeAll(startTestEngine);
afterEach(() => vi.restoreAllMocks());

/** From so many writes on the disk is full. */
async function fillDiskAfter(writes: number): Promise<void> {
  const handle = await open(join(mkdtempSync(join(tmpdir(), 'lightning-disk-')), 'x'), 'w');
  const Handle = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const { writev } = Handle;
  let left = writes;
  vi.spyOn(Handle, 'writev').mockImplementation(function (this: FileHandle, buffers) {
    if (left-- > 0) return writev.call(this, buffers);
    return Promise.reject(Object.assign(new Error('ENOSPC: no space left on device, writev'), { code: 'ENOSPC' }));
  });
}

describe('a checkpoint that cannot be written', () => {
  it.each<[string, TrainerOptions]>([
    ['at once', {}],
    ['in the background', { plugins: [new AsyncCheckpointIO()] }],
  ])('for a full disk, %s', async (_name, options) => {
    const dirpath = mkdtempSync(join(tmpdir(), 'lightning-full-'));
    const { numTensors, numDataBuffers } = tf.memory();
    const module = new TinyModule();
    const trainer = quietTrainer({
      ...options,
      maxEpochs: 3,
      logger: false,
      callbacks: new ModelCheckpoint({ dirpath, everyNTrainSteps: 2 }),
    });
    await fillDiskAfter(2);
    await expect(trainer.fit(module, tinyLoaders())).rejects.toMatchObject({
      code: 'checkpoint-write',
      path: join(dirpath, 'epoch=0-step=6.ckpt'),
      message: expect.stringContaining('the disk is full (ENOSPC)'),
    });
    vi.restoreAllMocks();
    expect(readdirSync(dirpath)).toEqual(['epoch=0-step=4.ckpt']);
    expect((await readCheckpoint(join(dirpath, 'epoch=0-step=4.ckpt'))).global_step).toBe(4);
    trainer.dispose();
    module.dispose();
    // What was held for a file that was not written is given back.
    expect([tf.memory().numTensors, tf.memory().numDataBuffers]).toEqual([numTensors, numDataBuffers]);
  });

  it.each([
    [
      'a folder of its name',
      (path: string) => mkdirSync(join(path, 'inner'), { recursive: true }),
      'a folder of that name',
    ],
    ['a file in place of its folder', (path: string) => writeFileSync(join(path, '..'), ''), 'is a file, not a folder'],
  ])('for %s', async (_name, spoil, message) => {
    const folder = join(mkdtempSync(join(tmpdir(), 'lightning-spoilt-')), 'checkpoints');
    const module = new TinyModule();
    const trainer = quietTrainer({ maxEpochs: 1, logger: false, enableCheckpointing: false });
    await trainer.fit(module, tinyLoaders());
    const path = join(folder, 'x.ckpt');
    spoil(path);
    await expect(trainer.saveCheckpoint(path)).rejects.toMatchObject({
      path,
      message: expect.stringContaining(message),
    });
    rmSync(folder, { recursive: true });
    await trainer.saveCheckpoint(path);
    expect(readdirSync(folder)).toEqual(['x.ckpt']);
    module.dispose();
  });

  it('for a folder where the link to the last one should be', async () => {
    const dirpath = mkdtempSync(join(tmpdir(), 'lightning-link-'));
    mkdirSync(join(dirpath, 'last.ckpt', 'inner'), { recursive: true });
    const module = new TinyModule();
    const callbacks = new ModelCheckpoint({ dirpath, saveLast: 'link', enableVersionCounter: false });
    const running = quietTrainer({ maxEpochs: 1, logger: false, callbacks }).fit(module, tinyLoaders());
    await expect(running).rejects.toMatchObject({
      path: join(dirpath, 'last.ckpt'),
      message: expect.stringContaining('a folder of that name'),
    });
    expect(readdirSync(dirpath).sort()).toEqual(['epoch=0-step=6.ckpt', 'last.ckpt']);
    module.dispose();
  });
});
