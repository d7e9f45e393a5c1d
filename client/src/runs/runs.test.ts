import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiskRuns } from './diskRuns.js';
import { RunNames } from './runNames.js';
import { type RunRecord, whenEnded } from './runRecord.js';
import { Runs } from './runs.js';

const PROGRAM = fileURLToPath(new URL('testing/ownRun.mjs', import.meta.url));
const request = { kind: 'fit', file: '/project/model.ts', className: 'LitFake', cwd: '.', options: {} } as const;
let root = '';
const directories = new Map<string, string>();
const live: { runs: Runs; disk: DiskRuns }[] = [];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'lightning-window-'));
});
afterEach(async () => {
  for (const { runs, disk } of live.splice(0)) {
    const ends = runs.active.map(({ ended }) => ended);
    runs.dispose();
    await Promise.all(ends);
    disk.dispose();
  }
  await rm(root, { recursive: true, force: true });
});

/** What one window has; `version` is the directory that its next run writes. */
function openWindow(version = 'version_0') {
  const names = new RunNames();
  const disk = new DiskRuns({ names, warn: () => undefined });
  const guarded: number[] = [];
  const runs = new Runs({
    prepare: async () => ({
      command: process.execPath,
      args: [PROGRAM, join(root, version)],
      cwd: process.cwd(),
      env: process.env,
    }),
    log: () => ({ output: () => undefined, info: () => undefined, warn: () => undefined }),
    disk,
    directories,
    leaveGuard: (pids) => guarded.push(...pids),
  });
  live.push({ runs, disk });
  return { runs, disk, guarded };
}

function hasStarted(run: RunRecord): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!run.model.started) return;
      listener.dispose();
      resolve();
    };
    const listener = run.onChange(look);
    look();
  });
}

describe('Runs', () => {
  it('has one record for a run of this window that is also found on disk', async () => {
    const { runs, disk } = openWindow();
    const run = await runs.start(request);
    await hasStarted(run);
    await disk.scan([root]);
    expect(runs.records).toEqual([run]);
    expect(runs.record(join(root, 'version_0'))).toBe(run);
    run.stop();
    await run.ended;
    expect(runs.records).toEqual([run]);
  });

  it('has two runs at once, in two folders, newest first', async () => {
    const [one, other] = [openWindow('version_0'), openWindow('version_1')];
    const runs = await Promise.all([one, other].map(({ runs }) => runs.start(request)));
    await Promise.all(runs.map(hasStarted));
    await one.disk.scan([root]);
    expect(one.runs.records.map(({ directory }) => directory).sort()).toEqual(
      ['version_0', 'version_1'].map((name) => join(root, name)),
    );
    expect(one.runs.isRunning).toBe(true);
  });

  it('ends its runs with the window, and has them under the same id after the reload', async () => {
    const before = openWindow();
    const run = await before.runs.start(request);
    await hasStarted(run);
    const after = openWindow();
    before.runs.dispose();
    expect(before.guarded).toEqual([run.pid]);
    await after.disk.scan([root]);
    const found = after.runs.record(run.id);
    expect(found?.directory).toBe(join(root, 'version_0'));
    const end = await whenEnded(found as RunRecord);
    expect(end.reason).toBe('stopped');
    await found?.load();
    expect(found?.model.series.get('train_loss')?.length).toBe(1);
  });

  it('forgets a run whose directory was deleted', async () => {
    const { runs } = openWindow();
    const run = await runs.start(request);
    await hasStarted(run);
    run.stop();
    await run.ended;
    runs.forget(join(root, 'version_0'));
    expect(runs.record(run.id)).toBeUndefined();
  });
});
