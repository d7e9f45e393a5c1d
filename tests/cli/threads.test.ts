import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { lightning } from './lightning.js';

const DIGITS = fileURLToPath(new URL('../../examples/digits/digits.ts', import.meta.url));
const { readCheckpoint } = (await import(new URL('../../runtime/dist/index.js', import.meta.url).href)) as {
  readCheckpoint(path: string): Promise<{ state_dict: Readonly<Record<string, { data: Float32Array }>> }>;
};

/** The weights after two seeded epochs; a batch is large enough that threads share its products. */
async function weightsWith(threads: string): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'lightning-threads-'));
  const settings = ['--seedEverything=7', '--data.batchSize=256', '--model.hidden=256', '--trainer.maxEpochs=2'];
  const quiet = ['--trainer.enableProgressBar=false', `--trainer.defaultRootDir=${folder}`];
  const { code, stderr } = await lightning(['fit', DIGITS, ...settings, ...quiet], folder, {
    LIGHTNING_NUM_THREADS: threads,
  });
  expect(code, stderr).toBe(0);
  const checkpoints = join(folder, 'lightning_logs/version_0/checkpoints');
  const { state_dict } = await readCheckpoint(join(checkpoints, readdirSync(checkpoints)[0] as string));
  return Object.entries(state_dict).map(([name, { data }]) => [name, Buffer.from(data.buffer).toString('base64')]);
}

describe('a seeded run', () => {
  it('ends with the same bits on any count of threads', async () => {
    const alone = await weightsWith('1');
    for (const threads of ['2', '2', '5']) expect(await weightsWith(threads)).toEqual(alone);
  });

  it('refuses a count that is none, before anything is trained', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lightning-threads-'));
    const { code, stderr } = await lightning(['fit', DIGITS], folder, { LIGHTNING_NUM_THREADS: 'many' });
    expect(code).toBe(1);
    expect(stderr).toContain('LIGHTNING_NUM_THREADS is "many". Allowed: a whole number from 1 to 64.');
  });
});
