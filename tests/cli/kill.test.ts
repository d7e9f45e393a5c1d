import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ended, fixture, lightning, startLightning } from './lightning.js';

const KILLS = 20;
const EPOCHS = 30; // of 10 batches
/** Kills fall anywhere, the same anywhere in each run of the test. */
const random = mulberry(20261123);

interface Weights {
  readonly epoch: number;
  readonly global_step: number;
  readonly state_dict: Readonly<Record<string, { readonly data: Float32Array }>>;
}

const { readCheckpoint } = (await import(new URL('../../runtime/dist/index.js', import.meta.url).href)) as {
  readCheckpoint(path: string): Promise<Weights>;
};

const run = (dir: string, ...more: string[]) => [
  'fit',
  fixture('beating.ts'),
  '--seedEverything',
  '3',
  '--trainer.maxEpochs',
  String(EPOCHS),
  '--trainer.enableProgressBar',
  'false',
  '--trainer.enableModelSummary',
  'false',
  '--trainer.defaultRootDir',
  dir,
  ...more,
];

/** Kills the run after so many steps; at whatever it does then. */
async function killAfter(beats: number, dir: string, ...more: string[]): Promise<void> {
  const child = startLightning(run(dir, ...more), dir, { BEATING_DIR: join(dir, 'checkpoints') });
  const end = ended(child);
  let left = beats;
  child.stderr?.on('data', (data: Buffer) => {
    left -= String(data).split('.').length - 1;
    if (left <= 0) child.kill('SIGKILL');
  });
  const { signal, stderr } = await end;
  expect(signal, stderr).toBe('SIGKILL');
}

/** The one checkpoint of a folder; leftovers of the killed do not count. */
function checkpointIn(dir: string): string {
  const names = readdirSync(join(dir, 'checkpoints')).filter((name) => name.endsWith('.ckpt') && !name.startsWith('.'));
  const steps = names.map((name) => ({ name, step: Number(/step=(\d+)/.exec(name)?.[1]) }));
  const newest = steps.sort((a, b) => b.step - a.step)[0];
  return join(dir, 'checkpoints', newest?.name ?? '');
}

describe('a run that is killed', () => {
  it(`${KILLS} times leaves a loadable checkpoint each time, and ends with the weights of one that was not`, async () => {
    const dir = mkdtempSync(join(tmpdir(), 'lightning-kill-'));
    let lastStep = 0;
    let resume: string[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      await killAfter(2 + Math.floor(random() * 11), dir, ...resume);
      for (const name of readdirSync(join(dir, 'checkpoints')).filter((file) => !file.startsWith('.'))) {
        await readCheckpoint(join(dir, 'checkpoints', name));
      }
      const path = checkpointIn(dir);
      const { global_step: step } = await readCheckpoint(path);
      expect(step).toBeGreaterThanOrEqual(lastStep);
      lastStep = step;
      resume = ['--ckpt', path];
    }
    const env = { BEATING_DIR: join(dir, 'checkpoints') };
    expect((await lightning(run(dir, ...resume), dir, env)).code).toBe(0);

    const other = mkdtempSync(join(tmpdir(), 'lightning-whole-'));
    expect((await lightning(run(other), other, { BEATING_DIR: join(other, 'checkpoints') })).code).toBe(0);
    const [killed, whole] = await Promise.all([readCheckpoint(checkpointIn(dir)), readCheckpoint(checkpointIn(other))]);
    expect(killed.global_step).toBe(EPOCHS * 10);
    expect(killed.state_dict).toEqual(whole.state_dict);
  }, 300_000);
});

/** A small generator with a seed, so that a failure can be repeated. Source: mulberry32, public domain. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
