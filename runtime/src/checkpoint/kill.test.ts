import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCheckpoint, writeCheckpoint } from './checkpointFile.js';

const VALUES = 300_000;
/** Writes one checkpoint after the other over the same file; the step and every value are the number of the write. */
const WRITER = `
import { writeCheckpoint } from './index.ts';
const path = process.argv[2];
for (let step = Number(process.argv[3]); ; step += 1) {
  const data = new Float32Array(${VALUES}).fill(step);
  await writeCheckpoint(path, { epoch: 0, global_step: step, loops: {}, state_dict: { w: { dtype: 'float32', shape: [data.length], data } } });
  console.log(step);
}`;

let folder: string;
let script: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kill-'));
  script = join(folder, 'writer.mjs');
  path = join(folder, 'checkpoints', 'last.ckpt');
  const resolveDir = fileURLToPath(new URL('.', import.meta.url));
  await build({
    stdin: { contents: WRITER, resolveDir, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    outfile: script,
  });
});
afterAll(() => rm(folder, { recursive: true }));

/** Starts the writer and returns when it has written so many checkpoints. */
async function startWriter(firstStep: number, writes: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, [script, path, String(firstStep)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let seen = 0;
  for await (const _ of createInterface({ input: child.stdout })) {
    seen += 1;
    if (seen === writes) break;
  }
  return child;
}

describe('a process that is killed while it writes checkpoints', () => {
  it('always leaves a complete one', async () => {
    let step = 0;
    let leftovers = 0;
    for (let kill = 0; kill < 20; kill += 1) {
      const child = await startWriter(step, 1 + (kill % 3));
      // The moment has to be random, not late enough for something: this is the one place for a timer.
      await new Promise((done) => setTimeout(done, Math.random() * 12));
      child.kill('SIGKILL');
      await once(child, 'exit');
      const { global_step, state_dict } = await readCheckpoint(path);
      expect(global_step).toBeGreaterThanOrEqual(step);
      expect(state_dict.w?.data.length).toBe(VALUES);
      expect(state_dict.w?.data.every((value) => value === global_step)).toBe(true);
      leftovers += (await readdir(join(folder, 'checkpoints'))).length - 1;
      step = global_step;
    }
    // At least once the kill must have hit the middle of a write, or this has tested nothing.
    expect(leftovers).toBeGreaterThan(0);
    await writeCheckpoint(path, { epoch: 0, global_step: step, loops: {}, state_dict: {} });
    expect(await readdir(join(folder, 'checkpoints'))).toEqual(['last.ckpt']);
  }, 60_000);
});
