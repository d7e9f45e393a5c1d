import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { type RunEvent, unpackMetrics } from '../protocol/index.js';
import { followRun } from './index.js';
import { ended, rows, started, TestRun } from './testRun.js';

const stops: AbortController[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop.abort();
});

/** Follows a run, and waits for what is heard. */
function follow(run: TestRun, options: { untilGone?: boolean; pollMs?: number } = {}) {
  const stop = new AbortController();
  stops.push(stop);
  let heard: RunEvent[] = [];
  const warnings: string[] = [];
  const look: (() => void)[] = [];
  const reason = followRun(run.directory, {
    ...options,
    pollMs: options.pollMs ?? 10, // in case that this file system tells of no changes
    signal: stop.signal,
    onEvents(events) {
      heard.push(...events);
      for (const again of look.splice(0)) again();
    },
    onRestart() {
      heard = [];
    },
    onWarning: (message) => warnings.push(message),
  });
  const until = async (passes: () => boolean): Promise<void> => {
    while (!passes()) await new Promise<void>((resolve) => look.push(resolve));
  };
  return {
    stop,
    reason,
    warnings,
    types: () => heard.map(({ type }) => type),
    steps: () => heard.flatMap((event) => (event.type === 'metrics' ? [...unpackMetrics(event).step] : [])),
    hears: (type: RunEvent['type'], count = 1) =>
      until(() => heard.filter((event) => event.type === type).length >= count),
    until,
  };
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

describe('followRun', () => {
  it('tells a run that is over from its first event to its last', async () => {
    const run = new TestRun();
    run.write(started(), rows(0, 3), ended('stopped'));
    const { reason, types } = follow(run);
    expect(await reason).toBe('stopped');
    expect(types()).toEqual(['run-started', 'metrics', 'run-ended']);
  });

  it('tells a run that goes on, as it is written, half lines once they are whole', async () => {
    const run = new TestRun();
    run.write(started());
    const { reason, hears, steps } = follow(run);
    await hears('run-started');
    const line = `${JSON.stringify(rows(0, 2))}\n`;
    run.writeText(line.slice(0, 20));
    run.writeText(line.slice(20));
    await hears('metrics');
    run.write(rows(2, 1));
    await hears('metrics', 2);
    expect(steps()).toEqual([0, 1, 2]);
    run.write(ended('finished'));
    expect(await reason).toBe('finished');
  });

  it('waits for a run that has not begun, and for its directory', async () => {
    const run = new TestRun();
    rmSync(run.directory, { recursive: true });
    const { reason, hears } = follow(run);
    mkdirSync(run.directory);
    run.write(started());
    await hears('run-started');
    run.write(ended('finished'));
    expect(await reason).toBe('finished');
  });

  it('concludes that a run is lost when its process is gone without a word', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9)'], { stdio: 'ignore' });
    await once(child, 'spawn');
    const run = new TestRun();
    run.write(started({ pid: child.pid as number }), rows(0, 1));
    const { reason, hears, types } = follow(run);
    await hears('metrics');
    await kill(child);
    expect(await reason).toBe('lost');
    expect(types()).toEqual(['run-started', 'metrics']);
  });

  it('stays for the next run of the same process when asked to', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9)'], { stdio: 'ignore' });
    await once(child, 'spawn');
    const pid = child.pid as number;
    const run = new TestRun();
    run.write(started({ pid }), ended('finished'));
    const { reason, hears } = follow(run, { untilGone: true });
    await hears('run-ended');
    run.write(started({ pid, kind: 'test' }), ended('stopped'));
    await hears('run-ended', 2);
    await kill(child);
    expect(await reason).toBe('stopped');
  });

  it.each<[string, (run: TestRun) => void]>([
    ['is cut', (run) => truncateSync(run.file, 0)],
    [
      'is another one, as long as the first',
      (run) => writeFileSync(run.file, `${JSON.stringify(started({ runId: 'q' }))}\n${JSON.stringify(rows(9, 900))}\n`),
    ],
    [
      'was moved away',
      (run) => {
        renameSync(run.file, `${run.file}.1`);
        writeFileSync(run.file, '');
      },
    ],
  ])('begins anew when the file %s', async (_name, change) => {
    const run = new TestRun();
    run.write(started(), rows(0, 2));
    const { reason, hears, until, types, steps } = follow(run);
    await hears('metrics');
    change(run);
    run.write(started({ runId: 'new' }), rows(7, 1));
    await until(() => steps().at(-1) === 7);
    expect(steps()).not.toContain(0);
    expect(types()[0]).toBe('run-started');
    run.write(ended('finished'));
    expect(await reason).toBe('finished');
  });

  it('warns once of lines that are no events, and goes on', async () => {
    const run = new TestRun();
    run.write(started());
    run.writeText('nonsense\n{}\n');
    const { reason, hears, warnings } = follow(run);
    await hears('run-started');
    run.writeText('more nonsense\n');
    run.write(ended('finished'));
    expect(await reason).toBe('finished');
    expect(warnings).toEqual([expect.stringContaining('run.ndjson holds lines that are no events')]);
  });

  it('ends at once when the signal is aborted', async () => {
    const run = new TestRun();
    run.write(started());
    const { reason, hears, stop } = follow(run, { pollMs: 2 ** 30 });
    await hears('run-started');
    stop.abort();
    expect(await reason).toBeUndefined();
  });

  it('hears of growth from the file system, without looking', async () => {
    const run = new TestRun();
    run.write(started());
    const { reason, hears } = follow(run, { pollMs: 60_000 });
    await hears('run-started');
    run.write(ended('finished'));
    expect(await reason).toBe('finished');
  }, 30_000);
});
