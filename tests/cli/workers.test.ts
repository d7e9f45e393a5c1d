import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Ended, fixture, lightning } from './lightning.js';

interface Weights {
  readonly global_step: number;
  readonly state_dict: Readonly<Record<string, { readonly data: Float32Array }>>;
}

const { readCheckpoint } = (await import(new URL('../../runtime/dist/index.js', import.meta.url).href)) as {
  readCheckpoint(path: string): Promise<Weights>;
};

/** A run of three epochs of 8 batches, and where its checkpoints lie. */
async function train(env: Record<string, string>, ...more: string[]): Promise<Ended & { readonly dir: string }> {
  const dir = mkdtempSync(join(tmpdir(), 'lightning-workers-'));
  const args = ['fit', fixture('workers/module.ts'), '--seedEverything', '3', '--trainer.maxEpochs', '3'];
  const quiet = ['--trainer.enableProgressBar', 'false', '--trainer.enableModelSummary', 'false'];
  const ended = await lightning([...args, ...quiet, '--trainer.defaultRootDir', dir, ...more], dir, {
    ...env,
    CHECKPOINTS: join(dir, 'checkpoints'),
  });
  return { ...ended, dir };
}

function checkpointIn(dir: string): string {
  const names = readdirSync(join(dir, 'checkpoints'));
  const step = (name: string) => Number(/step=(\d+)/.exec(name)?.[1]);
  return join(dir, 'checkpoints', names.sort((a, b) => step(b) - step(a))[0] ?? '');
}

async function weightsOf(run: Ended & { readonly dir: string }): Promise<Weights> {
  expect(run.code, run.stderr).toBe(0);
  const weights = await readCheckpoint(checkpointIn(run.dir));
  expect(weights.global_step).toBe(24);
  return weights;
}

describe('a run whose dataset is a TypeScript module on worker threads', () => {
  it.each<[string, Record<string, string>]>([
    ['one thread', { WORKERS: '1' }],
    ['three threads', { WORKERS: '3' }],
    ['threads that stay', { WORKERS: '2', PERSISTENT: 'yes' }],
  ])('ends with the weights of a run without threads: %s', async (_, env) => {
    const [threads, none] = await Promise.all([train(env), train({ WORKERS: '0' })]);
    expect((await weightsOf(threads)).state_dict).toEqual((await weightsOf(none)).state_dict);
  });

  it('and that is stopped in mid-epoch goes on to the weights of the uninterrupted one', async () => {
    const stopped = await train({ WORKERS: '2', STOP_AFTER: '11' });
    expect(stopped.code, stopped.stderr).toBe(0);
    const resumed = await train({ WORKERS: '3' }, '--ckpt', checkpointIn(stopped.dir));
    expect((await weightsOf(resumed)).state_dict).toEqual((await weightsOf(await train({ WORKERS: '2' }))).state_dict);
  });

  it('shows the line of the dataset that failed on a thread', async () => {
    const { code, stderr } = await train({ WORKERS: '2', TROUBLE: 'throw' });
    expect(code).toBe(1);
    expect(stderr).toMatch(/Worker \d of a DataLoader failed at sample 5: TypeError: sample 5 is damaged/);
    expect(stderr).toMatch(/noisyDataset\.ts:20:42/);
    expect(stderr).toContain("> 20 |     if (this.#trouble === 'throw') throw new TypeError('sample 5 is damaged');");
  });

  it('ends with one error when a thread ends', async () => {
    const { code, stderr } = await train({ WORKERS: '2', TROUBLE: 'exit' });
    expect(code).toBe(1);
    expect(stderr).toMatch(/Worker \d of a DataLoader ended with exit code 3, before it had made its batches\./);
  });
});
