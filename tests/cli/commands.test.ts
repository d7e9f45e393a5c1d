import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../runtime/src/protocol/index.js';
import { readRun } from '../../runtime/src/runs/index.js';
import { DrivenRun, type Way } from './driven.js';
import { fixture, lightning } from './lightning.js';

const ENDLESS = ['--trainer.maxEpochs=-1', '--trainer.enableModelSummary=false'];
const runs: DrivenRun[] = [];
afterEach(async () => {
  for (const run of runs.splice(0)) {
    run.child.kill('SIGKILL');
    await run.ended;
  }
});

function start(way: Way, ...more: string[]) {
  const dir = mkdtempSync(join(tmpdir(), 'lightning-commands-'));
  const run = new DrivenRun(way, ['run', fixture('commanded.ts'), ...ENDLESS, ...more], dir);
  runs.push(run);
  return { run, dir };
}

describe.each<Way>(['ipc', 'socket', 'pipes'])('lightning run, over %s', (way) => {
  it('holds before the next batch, writes a checkpoint meanwhile, goes on, and stops', async () => {
    const { run } = start(way);
    await run.event('progress');
    run.send('pause');
    expect((await run.event('pause')).isPaused).toBe(true);
    // Written while the run holds: at the point between two batches.
    run.send('save-checkpoint');
    const { path, globalStep, sizeBytes } = await run.event('checkpoint');
    expect([existsSync(path), sizeBytes > 0]).toEqual([true, true]);
    expect(run.batches).toBe(globalStep);

    const held = run.batches;
    run.send('save-checkpoint'); // an answer tells that the process is well, and still holds
    await run.until(() => run.events.filter(({ type }) => type === 'checkpoint').length === 2);
    expect(run.batches).toBe(held);

    run.send('resume');
    await run.until(() => run.batches > held + 5);
    run.send('stop');
    expect(await run.ended, run.stderr).toBe(0);
    expect(run.events.at(-1)).toMatchObject({ type: 'run-ended', reason: 'stopped', checkpoint: expect.any(String) });
  });

  it('stops out of a pause, which came before the run began', async () => {
    const { run } = start(way);
    run.send('pause');
    await run.event('pause');
    run.send('stop');
    expect(await run.ended, run.stderr).toBe(0);
    expect(run.events.at(-1)).toMatchObject({ type: 'run-ended', reason: 'stopped' });
  });

  it('ends by itself, with a checkpoint, when the program that started it is gone, also in a pause', async () => {
    const { run, dir } = start(way);
    await run.event('progress');
    run.send('pause');
    const { time } = await run.event('pause');
    run.leave();
    expect(await run.ended, run.stderr).toBe(0);
    const left = await readRun(join(dir, 'lightning_logs', 'version_0'));
    expect(left).toMatchObject({ state: 'stopped', isPaused: false, brokenLines: 0 });
    expect(left?.ended?.time).toBeGreaterThanOrEqual(time);
    expect(existsSync(left?.checkpoints.at(-1)?.path ?? '')).toBe(true);
  });
});

describe('lightning run', () => {
  it('warns once of lines that are no commands, however long, and goes on', async () => {
    const { run } = start('socket');
    await run.event('progress');
    run.sendText(`nonsense\n{"command":"explode"}\n${'x'.repeat(300_000)}\n\n`);
    run.send('stop');
    expect(await run.ended, run.stderr).toBe(0);
    const warnings = run.events.flatMap((event) => (event.type === 'warning' ? event.message : []));
    expect(warnings.filter((message) => message.includes('no command'))).toHaveLength(1);
  });

  it('sends at most ten messages a second, besides a first burst', async () => {
    const { run } = start('socket', '--trainer.enableCheckpointing=false');
    await run.until(() => run.batches >= 3000);
    run.send('stop');
    expect(await run.ended).toBe(0);
    const [first, last] = [run.events[0]?.time ?? 0, run.events.at(-1)?.time ?? 0];
    const regular = run.events.filter(({ type }) => ['progress', 'metrics', 'stage'].includes(type));
    expect(regular.length).toBeLessThanOrEqual(((last - first) / 1000) * 10 + 15);
  });

  it('is not slowed by a reader that reads nothing', async () => {
    const { run } = start('socket', '--trainer.enableCheckpointing=false', '--trainer.logEveryNSteps=1');
    run.child.stdio[3]?.removeAllListeners('data');
    (run.child.stdio[3] as import('node:stream').Duplex).pause();
    await run.until(() => run.batches >= 2000);
    run.send('stop');
    expect(await run.ended).toBe(0);
  });

  it('says so when there is nothing to write a checkpoint with', async () => {
    const { run } = start('ipc', '--trainer.enableCheckpointing=false');
    await run.event('progress');
    run.send('save-checkpoint');
    const isSaid = (event: RunEvent) =>
      event.type === 'warning' && /^save-checkpoint wrote nothing/.test(event.message);
    await run.until(() => run.events.some(isSaid));
    run.send('stop');
    expect(await run.ended).toBe(0);
  });

  it.each([
    [['run', fixture('commanded.ts')], 'was started without a channel'],
    [['run', fixture('commanded.ts'), '--channel-fd', '77'], 'Descriptor 77 is not open'],
    [['run', fixture('commanded.ts'), '--channel-fd', '1'], '`--channel-fd` is 1.'],
    [['run', fixture('commanded.ts'), '--channel-fd', '3,3,3'], '`--channel-fd` is 3,3,3.'],
    [['run', fixture('commanded.ts'), '--kind', 'train'], 'Allowed: fit, validate, test, predict'],
    [['fit', fixture('commanded.ts'), '--kind', 'test'], 'It belongs to run'],
  ])('refuses %j', async (args, text) => {
    const { code, stderr } = await lightning(args, tmpdir());
    expect([code, stderr]).toEqual([2, expect.stringContaining(text)]);
  });
});
