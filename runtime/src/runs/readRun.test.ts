import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../protocol/index.js';
import { readRun } from './index.js';
import { checkpoint, ended, rows, started, TestRun } from './testRun.js';

/** The number of a process that is gone. */
const GONE = spawnSync(process.execPath, ['-e', '0']).pid;

async function summaryOf(...events: RunEvent[]) {
  const run = new TestRun();
  run.write(...events);
  const summary = await readRun(run.directory);
  if (!summary) throw new Error('no run');
  return summary;
}

describe('readRun', () => {
  it.each<[string, RunEvent[]]>([
    ['finished', [started(), ended('finished')]],
    ['stopped', [started({ pid: GONE }), ended('stopped')]],
    ['failed', [started({ pid: GONE }), ended('failed')]],
    ['running', [started()]],
    ['running', [started({ pid: GONE, host: `not-${hostname()}` })]],
    ['lost', [started({ pid: GONE })]],
    ['lost', [started({ pid: GONE, host: hostname() })]],
    ['running', [started({ kind: 'fit' }), ended('finished'), started({ kind: 'test' })]],
  ])('tells that a run is %s', async (state, events) => {
    expect((await summaryOf(...events)).state).toBe(state);
  });

  it.skipIf(process.platform !== 'linux')('takes no younger process of the same number for the run', async () => {
    expect((await summaryOf(started({ time: Date.now() - 30 * 24 * 3600_000 }))).state).toBe('lost');
  });

  it('gathers metrics by column, over all runs of the directory', async () => {
    const { series, kind } = await summaryOf(
      started(),
      rows(0, 3),
      rows(3, 2),
      ended('finished'),
      started({ kind: 'test' }),
      rows(5, 1, 'test_loss'),
    );
    expect(kind).toBe('test');
    expect([...series.keys()]).toEqual(['loss', 'test_loss']);
    expect(series.get('loss')).toEqual({
      total: 5,
      stride: 1,
      step: Float64Array.of(0, 1, 2, 3, 4),
      epoch: new Float64Array(5),
      times: Float64Array.of(1000, 1001, 1002, 1000, 1001),
      values: Float64Array.of(0, 1, 2, 3, 4),
      last: 4,
    });
  });

  it('holds a series in bounded memory, and its newest value', async () => {
    const run = new TestRun();
    run.write(started(), rows(0, 1000));
    const series = (await readRun(run.directory, { maxPoints: 100 }))?.series.get('loss');
    expect(series).toMatchObject({ total: 1000, stride: 16, last: 999 });
    expect([...(series?.step ?? [])]).toEqual(Array.from({ length: 63 }, (_, i) => i * 16));
  });

  it('lists the checkpoints that are still there, and what went wrong', async () => {
    const { checkpoints, warnings, errors } = await summaryOf(
      started(),
      checkpoint('/a'),
      checkpoint('/b', ['/a']),
      { type: 'warning', time: 1, message: 'careful' },
      { type: 'error', time: 1, name: 'TypeError', code: null, message: 'x', stack: null, location: null },
    );
    expect(checkpoints.map(({ path }) => path)).toEqual(['/b']);
    expect([warnings[0]?.message, errors[0]?.name]).toEqual(['careful', 'TypeError']);
  });

  it('leaves out what is broken, and counts it', async () => {
    const run = new TestRun();
    run.write(started());
    run.writeText('{"type":"log"\n\u0000\nnull\n{"type":"hologram","time":1}\n');
    run.write(rows(0, 2));
    run.writeText('{"type":"metrics","time":1,"st'); // still being written, or cut by a crash
    expect(await readRun(run.directory)).toMatchObject({ brokenLines: 4, state: 'running', started: { runId: 'r' } });
  });

  it('is not held up by a line without end', async () => {
    const run = new TestRun();
    run.write(started());
    for (let i = 0; i < 6; i++) run.writeText('x'.repeat(2 ** 20));
    run.writeText('\n');
    run.write(ended('finished'));
    expect(await readRun(run.directory)).toMatchObject({ brokenLines: 1, state: 'finished' });
  });

  it('is undefined where no run was written', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'lightning-run-'));
    expect([await readRun(directory), await readRun(join(directory, 'none'))]).toEqual([undefined, undefined]);
  });

  it('throws for a file that cannot be read', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'lightning-run-'));
    mkdirSync(join(directory, 'run.ndjson'));
    await expect(readRun(directory)).rejects.toThrow(/EISDIR/);
  });

  it('ends when told to', async () => {
    const run = new TestRun();
    run.write(started());
    await expect(readRun(run.directory, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });
});
