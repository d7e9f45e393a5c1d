import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckpointEvent, RunStartedEvent } from 'lightning-tfjs/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CheckpointIndex } from './checkpointIndex.js';

let folder = '';
const runPath = (version: number) => join(folder, 'lightning_logs', `version_${version}`);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lightning-checkpoints-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function writeCheckpoint(version: number, name: string, bytes = 10): Promise<string> {
  const directory = join(runPath(version), 'checkpoints');
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, name), Buffer.alloc(bytes));
  return join(directory, name);
}

async function log(version: number, ...events: object[]): Promise<void> {
  await mkdir(runPath(version), { recursive: true });
  const lines = events.map((event) => `${JSON.stringify({ time: 1, ...event })}\n`);
  await appendFile(join(runPath(version), 'run.ndjson'), lines.join(''));
}

const started: Omit<RunStartedEvent, 'time'> = {
  type: 'run-started',
  protocol: 1,
  runId: 'r',
  pid: 1,
  kind: 'fit',
  moduleName: 'Lit',
  file: '/project/model.ts',
  logDir: null,
  engine: { accelerator: 'cpu', backend: 'wasm', why: '' },
  options: {},
  hparams: {},
  summary: { rows: [], trainable: 0, total: 0 },
};

const saved = (path: string, more: Partial<CheckpointEvent> = {}): Omit<CheckpointEvent, 'time'> => ({
  type: 'checkpoint',
  path,
  epoch: 0,
  globalStep: 1,
  sizeBytes: 10,
  monitor: null,
  score: null,
  best: null,
  last: null,
  removed: [],
  ...more,
});

describe('CheckpointIndex', () => {
  it('is empty where nothing was ever run', async () => {
    expect(await new CheckpointIndex().read(folder)).toEqual([]);
  });

  it('lists the newest run first, and its checkpoints by step, last at the end', async () => {
    for (const version of [2, 10, 9]) await writeCheckpoint(version, 'epoch=0-step=1.ckpt');
    await writeCheckpoint(9, 'last.ckpt');
    await writeCheckpoint(9, 'epoch=1-step=20.ckpt');
    await writeCheckpoint(9, 'epoch=0-step=3.ckpt');
    const runs = await new CheckpointIndex().read(folder);
    expect(runs.map(({ name }) => name)).toEqual(['version_10', 'version_9', 'version_2']);
    expect(runs[1]?.checkpoints.map(({ name }) => name)).toEqual([
      'epoch=0-step=1.ckpt',
      'epoch=0-step=3.ckpt',
      'epoch=1-step=20.ckpt',
      'last.ckpt',
    ]);
  });

  it("tells what the run's log knows: module, score, best and last", async () => {
    const a = await writeCheckpoint(0, 'epoch=0-step=57.ckpt', 1234);
    const b = await writeCheckpoint(0, 'epoch=1-step=114.ckpt');
    await log(
      0,
      started,
      saved(a, { globalStep: 57, monitor: 'val_loss', score: 0.5, best: a, last: a }),
      saved(b, { epoch: 1, globalStep: 114, monitor: 'val_loss', score: 0.75, best: a, last: b }),
    );
    const [run] = await new CheckpointIndex().read(folder);
    expect(run).toMatchObject({ moduleName: 'Lit', moduleFile: '/project/model.ts', ended: undefined });
    expect(run?.checkpoints).toMatchObject([
      { epoch: 0, step: 57, sizeBytes: 1234, score: { monitor: 'val_loss', value: 0.5 }, isBest: true, isLast: false },
      { epoch: 1, step: 114, score: { monitor: 'val_loss', value: 0.75 }, isBest: false, isLast: true },
    ]);
  });

  it('reads only what was added when asked again', async () => {
    const index = new CheckpointIndex();
    const a = await writeCheckpoint(0, 'epoch=0-step=1.ckpt');
    await log(0, started, saved(a, { best: a }));
    await index.read(folder);
    const b = await writeCheckpoint(0, 'epoch=1-step=2.ckpt');
    await log(0, saved(b, { globalStep: 2, best: b }));
    const [run] = await index.read(folder);
    expect(run?.checkpoints.map(({ isBest }) => isBest)).toEqual([false, true]);
    expect(run?.moduleName).toBe('Lit');
  });

  it('waits for the rest of a line that is still being written', async () => {
    const index = new CheckpointIndex();
    const a = await writeCheckpoint(0, 'epoch=0-step=1.ckpt');
    const line = JSON.stringify({ time: 1, ...saved(a, { best: a }) });
    await log(0, started);
    await appendFile(join(runPath(0), 'run.ndjson'), line.slice(0, 30));
    expect((await index.read(folder))[0]?.checkpoints[0]?.isBest).toBe(false);
    await appendFile(join(runPath(0), 'run.ndjson'), `${line.slice(30)}\n`);
    expect((await index.read(folder))[0]?.checkpoints[0]?.isBest).toBe(true);
  });

  it('survives a log that is broken, and files that are no checkpoints', async () => {
    await writeCheckpoint(0, 'epoch=0-step=1.ckpt');
    await writeCheckpoint(0, '.epoch=0-step=1.ckpt.tmp');
    await writeFile(join(runPath(0), 'run.ndjson'), '{"type":"checkpoint","path":1}\n"type":"checkpoint"\n\u0000\n');
    const [run] = await new CheckpointIndex().read(folder);
    expect(run?.checkpoints.map(({ name }) => name)).toEqual(['epoch=0-step=1.ckpt']);
  });

  it('forgets what a log said that was written anew', async () => {
    const index = new CheckpointIndex();
    const a = await writeCheckpoint(0, 'epoch=0-step=1.ckpt');
    await log(0, started, saved(a, { best: a }));
    await index.read(folder);
    await writeFile(join(runPath(0), 'run.ndjson'), '');
    const [run] = await index.read(folder);
    expect(run?.moduleName).toBeUndefined();
    expect(run?.checkpoints[0]?.isBest).toBe(false);
  });
});
