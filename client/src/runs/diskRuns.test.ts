import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packMetrics, type RunEvent } from 'lightning-tfjs/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DiskRun } from './diskRun.js';
import { DiskRuns } from './diskRuns.js';
import { RunNames } from './runNames.js';
import { isActive } from './runRecord.js';

const PROGRAM = fileURLToPath(new URL('testing/runFile.mjs', import.meta.url));
let root = '';
let runs: DiskRuns;
let warnings: string[] = [];
const children: ChildProcess[] = [];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'lightning-runs-'));
  warnings = [];
  runs = new DiskRuns({ names: new RunNames(), warn: (text) => warnings.push(text) });
});
afterEach(async () => {
  runs.dispose();
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await rm(root, { recursive: true, force: true });
});

/** A Trainer in a process that this window did not start. */
async function elsewhere(scenario: string, name: string): Promise<{ child: ChildProcess; directory: string }> {
  const directory = join(root, name);
  const child = fork(PROGRAM, [scenario, directory], { detached: true, stdio: 'ignore' });
  children.push(child);
  await once(child, 'message');
  return { child, directory };
}

/** Settles once something holds; looks at every change of any run. */
function until(holds: () => boolean): Promise<void> {
  if (holds()) return Promise.resolve();
  return new Promise((resolve) => {
    const listener = runs.onChange(() => {
      if (!holds()) return;
      listener.dispose();
      resolve();
    });
  });
}

const started = (pid: number, runId = 'r'): RunEvent => ({
  type: 'run-started',
  time: 1,
  protocol: 2,
  runId,
  pid,
  kind: 'fit',
  moduleName: 'Lit',
  logDir: null,
  engine: { accelerator: 'cpu', backend: 'wasm', why: '' },
  options: {},
  hparams: { lr: 0.1 },
  summary: { rows: [], trainable: 0, total: 0 },
});
const ended: RunEvent = {
  type: 'run-ended',
  time: 9_000,
  reason: 'finished',
  epoch: 2,
  globalStep: 20,
  metrics: { val_loss: 0.25 },
  checkpoint: '/c/last.ckpt',
};
const rows = (from: number, count: number): RunEvent =>
  packMetrics(
    Array.from({ length: count }, (_, i) => ({
      step: from + i,
      epoch: 0,
      time: from + i,
      values: { loss: 1 / (from + i + 1) },
    })),
    1,
  );
/** No process of this machine has it: Linux and macOS count less far. */
const GONE = 2 ** 22 + 12_345;

async function write(name: string, ...events: RunEvent[]): Promise<string> {
  const directory = join(root, name);
  await mkdir(directory, { recursive: true });
  await appendFile(join(directory, 'run.ndjson'), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  return directory;
}

const only = (): DiskRun => {
  expect(runs.all.length).toBe(1);
  return runs.all[0] as DiskRun;
};

describe('DiskRuns', () => {
  it('finds nothing where nothing was ever run', async () => {
    await runs.scan([root, join(root, 'nowhere')]);
    expect(runs.all).toEqual([]);
  });

  it('tells state and final metrics of a run that is over, and reads its metrics when they are asked for', async () => {
    await write('version_0', started(GONE), rows(0, 500), ended);
    await runs.scan([root]);
    const run = only();
    expect(run).toMatchObject({ state: 'finished', title: 'Lit', end: { metrics: { val_loss: 0.25 } } });
    expect(run.model.series.names()).toEqual([]);
    await run.load();
    expect(run.model.series.get('loss')?.length).toBe(500);
    expect(run.state).toBe('finished');
  });

  it('reads only beginning and end of a long file, and all of it when asked', async () => {
    const noise: RunEvent[] = Array.from({ length: 400 }, (_, i) => rows(i * 1000, 1000));
    await write('version_0', started(GONE), ...noise, ended);
    await runs.scan([root]);
    expect(only()).toMatchObject({ state: 'finished', title: 'Lit' });
    await only().load();
    expect(only().model.series.get('loss')?.length).toBe(400_000);
  });

  it('tells that a run is lost when its process is gone without a word, and keeps what it wrote', async () => {
    await write('version_0', started(GONE), rows(0, 3));
    await appendFile(join(root, 'version_0', 'run.ndjson'), '{"type":"metrics","step":[3'); // killed in mid-write
    await runs.scan([root]);
    expect(only()).toMatchObject({ state: 'lost', end: { reason: 'lost', error: { name: 'RunLost' } } });
    await only().load();
    expect(only().model.series.get('loss')?.length).toBe(3);
    expect(only().state).toBe('lost');
  });

  it('leaves out lines that are no events', async () => {
    const directory = await write('version_0', started(GONE), rows(0, 2));
    await appendFile(join(directory, 'run.ndjson'), 'hello\n{"type":"progress","epoch":"one"}\n\u0000\n');
    await write('version_0', rows(2, 2), ended);
    await runs.scan([root]);
    await only().load();
    expect(only().model.series.get('loss')?.length).toBe(4);
    expect(only().model.noticesSince(0).length).toBe(1);
  });

  it('follows a run that goes on elsewhere, and hears of its end', async () => {
    const { child } = await elsewhere('goesOn', 'version_0');
    await runs.scan([root]);
    const run = only();
    expect(run.state).toBe('running');
    child.send({ step: 1 });
    await until(() => run.model.series.get('train_loss')?.length === 2);
    child.kill('SIGTERM');
    await until(() => run.state === 'stopped');
    expect(run.end?.metrics).toEqual({ train_loss: 0.5 });
  });

  it('tells that a run elsewhere was killed', async () => {
    const { child } = await elsewhere('goesOn', 'version_0');
    await runs.scan([root]);
    child.kill('SIGKILL');
    await until(() => only().state === 'lost');
    expect(only().model.series.get('train_loss')?.length).toBe(1);
  });

  it.runIf(process.platform === 'linux')('stops a run elsewhere, which ends well', async () => {
    const { child } = await elsewhere('goesOn', 'version_0');
    await runs.scan([root]);
    only().stop();
    expect(only().state).toBe('stopping');
    await until(() => only().state === 'stopped');
    expect(only().model.ended?.reason).toBe('stopped');
    if (child.exitCode === null) await once(child, 'exit');
  });

  it.runIf(process.platform === 'linux')('kills a run elsewhere that hangs, at the third call', async () => {
    const { child } = await elsewhere('hangs', 'version_0');
    const exit = once(child, 'exit');
    await runs.scan([root]);
    for (let i = 0; i < 3; i++) only().stop();
    expect((await exit)[1]).toBe('SIGKILL');
    await until(() => only().state === 'stopped');
  });

  it('does not signal a process that only has the number of the run', async () => {
    // A process of ours that began long after the run; and one of another machine.
    await write('version_0', { ...started(process.pid), host: 'elsewhere' } as RunEvent);
    await runs.scan([root]);
    const kill = vi.spyOn(process, 'kill');
    expect(() => only().stop()).toThrow(/started elsewhere/);
    expect(kill.mock.calls.filter(([, signal]) => signal !== 0)).toEqual([]);
    kill.mockRestore();
  });

  it('forgets a run whose directory was deleted, but not one whose process goes on', async () => {
    const { child, directory } = await elsewhere('goesOn', 'version_1');
    const over = await write('version_0', started(GONE), ended);
    await runs.scan([root]);
    expect(runs.all.length).toBe(2);
    for (const path of [over, directory]) {
      await rm(path, { recursive: true });
      runs.forget(path);
    }
    expect(only().directory).toBe(directory);
    child.kill('SIGKILL');
    await until(() => !isActive(only()));
    expect(only().model.series.get('train_loss')?.length).toBe(1);
    runs.forget(directory);
    expect(runs.all).toEqual([]);
  });

  it('sees a second run of the same directory', async () => {
    const directory = await write('version_0', started(GONE, 'fit'), rows(0, 2), ended);
    await runs.scan([root]);
    await only().load();
    await write('version_0', started(GONE, 'test'), { ...ended, metrics: { test_loss: 1 } });
    await runs.look(directory);
    expect(only().end?.metrics).toEqual({ test_loss: 1 });
  });

  it('keeps a name with the run, and takes none from a file that is not ours', async () => {
    const directory = await write('version_0', started(GONE), ended);
    const names = new RunNames();
    await names.set(directory, ' <img src=x onerror=alert(1)>\n ');
    await runs.scan([root]);
    expect(only().title).toBe('<img src=x onerror=alert(1)>');
    await writeFile(join(directory, 'run.json'), '{"name": {"a": 1}}');
    await runs.look(directory);
    expect(only().title).toBe('Lit');
  });
});
